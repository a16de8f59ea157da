package io.flotilla.connection;

import java.util.Optional;

/** What became of a message that was to be sent: each one ends as exactly one of these. */
public sealed interface SendOutcome {

    /** Handed to the kernel whole; whether the peer received it is not known. */
    record Written(long generation) implements SendOutcome {}

    /** Not taken; nothing of it was sent. */
    record Refused(Reason reason, String detail) implements SendOutcome {}

    /**
     * Taken and not written whole: the socket ended first, or the connection did, or a newer message took its place
     * ({@code send.overflow = drop-oldest}). It is not sent again.
     *
     * @param generation of the link that it was for; zero when there was none
     */
    record Unsent(long generation, String detail) implements SendOutcome {}

    /** Taken, and it waited for longer than {@code send.keep}; nothing of it was sent. */
    record Expired(String detail) implements SendOutcome {}

    /** Why a message was not taken. */
    enum Reason {
        NOT_READY,
        OUTBOX_FULL,
        TOO_BIG,
        RATE,
        CLOSED,
        UNKNOWN_CONNECTION
    }

    default boolean isWritten() {
        return this instanceof Written;
    }

    /** The reason, if it was refused. */
    default Optional<Reason> refusal() {
        return this instanceof Refused refused ? Optional.of(refused.reason()) : Optional.empty();
    }
}

package io.flotilla.connection;

import java.util.Optional;

/** What became of a message that was to be sent: each one ends as exactly one of these. */
public sealed interface SendOutcome {

    /** Handed to the kernel whole; whether the peer received it is not known. */
    record Written(long generation) implements SendOutcome {}

    /** Not taken; nothing of it was sent. */
    record Refused(Reason reason, String detail) implements SendOutcome {}

    /** Taken, and the socket ended before it was written whole. It is not sent again. */
    record Unsent(long generation, String detail) implements SendOutcome {}

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

package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Endpoint;
import io.flotilla.transport.Opened;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What happened to a connection, in the order of its life. Status board, metrics, log and listeners all read this.
 * {@code generation} is that of the dial it tells of, the last one before a dial.
 */
public sealed interface ConnectionEvent {

    ConnectionId id();

    Instant at();

    long generation();

    /** It waits for something that is no failure of its own; {@code until} where that is known. */
    record Held(ConnectionId id, Instant at, long generation, HeldBy by, Optional<Instant> until)
            implements ConnectionEvent {}

    record DialStarted(ConnectionId id, Instant at, long generation, int failuresInARow, Endpoint endpoint)
            implements ConnectionEvent {}

    record HandshakeDone(ConnectionId id, Instant at, long generation, Opened handshake) implements ConnectionEvent {}

    record Ready(ConnectionId id, Instant at, long generation) implements ConnectionEvent {}

    /** The row of failures is over: the session has been ready for {@code retry.settle-after}. */
    record Settled(ConnectionId id, Instant at, long generation) implements ConnectionEvent {}

    /** There was no data for this long, and {@code on-open} was sent again. */
    record SubscribedAgain(ConnectionId id, Instant at, long generation, Duration silence) implements ConnectionEvent {}

    /** The silence after which it subscribed again is over. */
    record DataResumed(ConnectionId id, Instant at, long generation) implements ConnectionEvent {}

    /** We began to close the link. */
    record Closing(ConnectionId id, Instant at, long generation, FailureKind why) implements ConnectionEvent {}

    /** The link is over. {@code failuresInARow} counts this one, if it is one. */
    record LinkEnded(ConnectionId id, Instant at, long generation, Failure failure, int failuresInARow)
            implements ConnectionEvent {}

    /**
     * It will dial again.
     *
     * @param delay from {@code at}, before any limit is asked
     * @param news whether somebody should look: it has just come to the slow lane
     * @param because what the policy made of the failure, for people
     */
    record RetryScheduled(
            ConnectionId id,
            Instant at,
            long generation,
            Failure failure,
            Duration delay,
            HeldBy by,
            boolean news,
            String because)
            implements ConnectionEvent {}

    /** It will not dial again by itself. */
    record GaveUp(ConnectionId id, Instant at, long generation, Failure failure, String because)
            implements ConnectionEvent {}

    /** It is done, as policy has it: not wanted up any more. */
    record Finished(ConnectionId id, Instant at, long generation, String because) implements ConnectionEvent {}

    /** User code failed on a message, as a classifier or with a heartbeat; the connection stays unless {@code on-handler-error = stop}. */
    record HandlerFailed(ConnectionId id, Instant at, long generation, Throwable thrown) implements ConnectionEvent {}

    /**
     * Its consumer takes fewer messages than come ({@code receive.on-slow}). Said when that begins, and every ten seconds at the most.
     *
     * @param stalls how often reading stopped since it was last said
     * @param dropped messages dropped since it was last said
     */
    record ConsumerSlow(ConnectionId id, Instant at, long generation, long stalls, long dropped)
            implements ConnectionEvent {}

    /** A message was taken and not handed over: user code failed before it, and the connection stops for that. */
    record MessageDropped(ConnectionId id, Instant at, long generation, int size) implements ConnectionEvent {}

    /** The actor is gone, its link with it. */
    record Stopped(ConnectionId id, Instant at, long generation) implements ConnectionEvent {}
}

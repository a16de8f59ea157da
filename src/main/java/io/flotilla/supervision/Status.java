package io.flotilla.supervision;

import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Labels;
import io.flotilla.spec.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one connection is doing, at one moment.
 *
 * @param revision of the spec; changes with it
 * @param generation of the link: rises with every dial
 * @param uri with user info and query masked
 * @param since when the state was entered
 * @param readyAt since when it is ready
 * @param nextDialAt when it will ask for its turn
 * @param heldBy what keeps it waiting
 * @param degraded why messages are held back or do not come, in words
 * @param lastFailureAt when the last failure happened
 * @param because what was decided about the last failure, in words
 */
public record Status(
        ConnectionId id,
        ConnectionState state,
        Desired desired,
        Source source,
        String revision,
        long generation,
        String uri,
        String host,
        Labels labels,
        Instant since,
        Optional<Instant> readyAt,
        int failuresInARow,
        Optional<Instant> nextDialAt,
        Optional<HeldBy> heldBy,
        List<String> degraded,
        Optional<Failure> lastFailure,
        Optional<Instant> lastFailureAt,
        String because,
        Counters counters,
        Optional<Duration> roundTrip) {

    /**
     * What went over it since it was put, all dials together.
     *
     * @param messagesOut messages handed to the kernel, also what the connection says itself
     * @param written messages of the fleet's users that were handed to the kernel
     * @param refused messages that were not taken
     * @param unsent messages that were taken and not written whole
     * @param expired messages that waited for longer than {@code send.keep}
     * @param dropped received messages that nobody took: the consumer was slow, or had failed, or the time was over
     * @param stalls how often reading stopped because the consumer was slow
     */
    public record Counters(
            long dials,
            long messagesIn,
            long bytesIn,
            long messagesOut,
            long bytesOut,
            long written,
            long refused,
            long unsent,
            long expired,
            long dropped,
            long stalls,
            long handlerErrors) {}
}

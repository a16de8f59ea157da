package io.flotilla.policy;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Treatment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a connection remembers of its failures. Immutable.
 *
 * @param failuresInARow failures since the last settled session
 * @param sameInARow how many of the last ones were of one kind, with no READY between
 * @param lastKind that kind
 * @param recent the last failures whose rows look at a window of time, newest last
 * @param suspectSince when the present suspicion arose
 * @param slowSteps waits already spent in the slow lane
 * @param repaired the kind that was repaired last, if no READY came since
 * @param wasSettled whether the session before the next failure was settled
 */
public record History(
        int failuresInARow,
        int sameInARow,
        Optional<FailureKind> lastKind,
        List<Past> recent,
        Optional<Instant> suspectSince,
        int slowSteps,
        Optional<FailureKind> repaired,
        boolean wasSettled) {

    public static final History NONE =
            new History(0, 0, Optional.empty(), List.of(), Optional.empty(), 0, Optional.empty(), false);

    private static final int KEPT = 8;

    /** One failure that a window looks back on. */
    public record Past(FailureKind kind, Instant at) {}

    /** The history with one failure more. */
    public History failed(FailureKind kind, Instant now) {
        boolean same = lastKind.filter(kind::equals).isPresent();
        boolean windowed =
                kind.treatment().ladder().flatMap(Treatment.Ladder::window).isPresent();
        List<Past> remembered = windowed
                ? Stream.concat(
                                recent.stream().skip(Math.max(0, recent.size() - KEPT + 1)),
                                Stream.of(new Past(kind, now)))
                        .toList()
                : recent;
        return new History(
                failuresInARow + 1,
                same ? sameInARow + 1 : 1,
                Optional.of(kind),
                remembered,
                suspectSince,
                slowSteps,
                repaired,
                wasSettled && failuresInARow == 0);
    }

    /** The connection is ready: what is counted "with no READY between" begins anew. */
    public History ready() {
        return new History(
                failuresInARow, 0, Optional.empty(), recent, suspectSince, slowSteps, Optional.empty(), wasSettled);
    }

    /** Only now is the row of failures over: a host that accepts and drops at once must not look healthy. */
    public History settled() {
        return new History(0, 0, Optional.empty(), recent, Optional.empty(), 0, Optional.empty(), true);
    }

    /** The history with a suspicion that began now, or earlier, and one step more in the slow lane. */
    History suspected(Instant now) {
        return slowed(suspectSince.or(() -> Optional.of(now)));
    }

    /** The history with one step more in the slow lane. */
    History slowed() {
        return slowed(suspectSince);
    }

    private History slowed(Optional<Instant> since) {
        return new History(failuresInARow, sameInARow, lastKind, recent, since, slowSteps + 1, repaired, wasSettled);
    }

    /** The history once this kind was repaired. */
    public History repaired(FailureKind kind) {
        return new History(
                failuresInARow, sameInARow, lastKind, recent, suspectSince, slowSteps, Optional.of(kind), wasSettled);
    }

    /** How many failures of a kind lie within the window that ends now. */
    int within(FailureKind kind, Duration window, Instant now) {
        Instant from = now.minus(window);
        return (int) recent.stream()
                .filter(past -> past.kind() == kind && past.at().isAfter(from))
                .count();
    }
}

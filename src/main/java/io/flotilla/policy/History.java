package io.flotilla.policy;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Treatment;
import io.flotilla.failure.Treatment.Ladder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a connection remembers of its failures, by how long it remembers it. Immutable, and bounded by the number of kinds.
 *
 * @param row forgotten by a settled session
 * @param sinceReady forgotten by a session that becomes ready
 * @param recent forgotten with time alone: the failures that a ladder with a window counts, oldest first
 */
public record History(Row row, SinceReady sinceReady, List<Past> recent) {

    /** Of a connection that has not failed. */
    public static final History NONE = new History(Row.NEW, SinceReady.NONE, List.of());

    /**
     * The row of failures since the last settled session.
     *
     * @param settledBefore whether there was one
     * @param suspectSince when the bounded suspicion arose that every failure since has confirmed
     * @param slowSteps waits spent in the slow lane
     * @param slow the kinds that came to the slow lane
     * @param climbed the kinds whose ladder was climbed within its window
     */
    public record Row(
            int failures,
            boolean settledBefore,
            Optional<Instant> suspectSince,
            int slowSteps,
            Set<FailureKind> slow,
            Set<FailureKind> climbed) {
        private static final Row NEW = new Row(0, false, Optional.empty(), 0, Set.of(), Set.of());
        private static final Row SETTLED = new Row(0, true, Optional.empty(), 0, Set.of(), Set.of());

        private Row failed() {
            return new Row(failures + 1, settledBefore, suspectSince, slowSteps, slow, climbed);
        }

        private Row suspected(Optional<Instant> since) {
            return new Row(failures, settledBefore, since, slowSteps, slow, climbed);
        }

        private Row slowed(FailureKind kind) {
            return new Row(failures, settledBefore, suspectSince, slowSteps + 1, plus(slow, kind), climbed);
        }

        private Row climbed(FailureKind kind) {
            return new Row(failures, settledBefore, suspectSince, slowSteps, slow, plus(climbed, kind));
        }
    }

    /**
     * What was met since the last READY.
     *
     * @param counts how often each kind was met
     * @param last the kind of the last failure
     * @param repaired the kinds repaired without another failure between
     */
    public record SinceReady(Map<FailureKind, Integer> counts, Optional<FailureKind> last, Set<FailureKind> repaired) {
        private static final SinceReady NONE = new SinceReady(Map.of(), Optional.empty(), Set.of());
    }

    /** One failure that a window looks back on. */
    public record Past(FailureKind kind, Instant at) {}

    /** Failures since the last settled session. */
    public int failuresInARow() {
        return row.failures();
    }

    /** The kind of the last failure, if no session became ready since. */
    public Optional<FailureKind> lastKind() {
        return sinceReady.last();
    }

    /** The connection is ready: what is counted "with no READY between" begins anew. */
    public History ready() {
        return new History(row, SinceReady.NONE, recent);
    }

    /** Only now is the row of failures over: a host that accepts and drops at once must not look healthy. */
    public History settled() {
        return new History(Row.SETTLED, SinceReady.NONE, recent);
    }

    /** The history with one failure more. */
    History failed(FailureKind kind, Instant now) {
        Map<FailureKind, Integer> counts = new EnumMap<>(FailureKind.class);
        counts.putAll(sinceReady.counts());
        counts.merge(kind, 1, Integer::sum);
        return new History(
                row.failed(),
                new SinceReady(Map.copyOf(counts), Optional.of(kind), sinceReady.repaired()),
                remembering(kind, now));
    }

    /** The history with the suspicion that is in force now: begun or confirmed, or dispelled. */
    History suspected(boolean bounded, Instant now) {
        Optional<Instant> since = bounded ? row.suspectSince().or(() -> Optional.of(now)) : Optional.empty();
        return with(row.suspected(since));
    }

    /** The history with one step more in the slow lane. */
    History slowed(FailureKind kind) {
        return with(row.slowed(kind));
    }

    /** The history in which the ladder of this kind has been climbed. */
    History climbed(FailureKind kind) {
        return with(row.climbed(kind));
    }

    /** The history once this kind is repaired. */
    History repaired(FailureKind kind) {
        return withRepaired(plus(sinceReady.repaired(), kind));
    }

    /** The history in which a repair is no longer what happened last. */
    History unrepaired() {
        return withRepaired(Set.of());
    }

    /** How often this kind was met with no READY between. */
    int sinceReady(FailureKind kind) {
        return sinceReady.counts().getOrDefault(kind, 0);
    }

    /** How many failures of a kind lie within the window that ends now. */
    int within(FailureKind kind, Duration window, Instant now) {
        return (int) recent.stream()
                .filter(past -> past.kind() == kind && isWithin(past, window, now))
                .count();
    }

    private List<Past> remembering(FailureKind kind, Instant now) {
        Optional<Ladder> ladder = windowed(kind);
        if (ladder.isEmpty()) {
            return recent;
        }
        List<Past> kept = new ArrayList<>(recent);
        kept.removeIf(past ->
                !isWithin(past, windowed(past.kind()).flatMap(Ladder::window).orElse(Duration.ZERO), now));
        kept.add(new Past(kind, now));
        if (kept.stream().filter(past -> past.kind() == kind).count()
                > ladder.get().count()) {
            kept.remove(kept.stream()
                    .filter(past -> past.kind() == kind)
                    .findFirst()
                    .orElseThrow());
        }
        return List.copyOf(kept);
    }

    private static Optional<Ladder> windowed(FailureKind kind) {
        Treatment treatment = kind.treatment();
        return treatment.ladder().filter(ladder -> ladder.window().isPresent());
    }

    private static boolean isWithin(Past past, Duration window, Instant now) {
        return Duration.between(past.at(), now).compareTo(window) < 0;
    }

    private History with(Row changed) {
        return new History(changed, sinceReady, recent);
    }

    private History withRepaired(Set<FailureKind> repaired) {
        return new History(row, new SinceReady(sinceReady.counts(), sinceReady.last(), repaired), recent);
    }

    private static Set<FailureKind> plus(Set<FailureKind> kinds, FailureKind kind) {
        if (kinds.contains(kind)) {
            return kinds;
        }
        Set<FailureKind> more = EnumSet.of(kind);
        more.addAll(kinds);
        return Set.copyOf(more);
    }
}

package io.flotilla.supervision;

import io.flotilla.connection.HeldBy;
import io.flotilla.policy.AdaptiveRate;
import io.flotilla.policy.Breaker;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One host: who waits for it, and what its limits say. */
final class DialHost {

    final Endpoint endpoint;
    final AdaptiveRate rate;
    final Breaker breaker;
    private final int most;

    /** Those who wait, by credential: one that must wait for its rate does not hold up the others. */
    private final Map<Optional<String>, PriorityQueue<DialPlace>> queues = new HashMap<>(2);

    /** The rate of the address that its name stands for, which other names may share. */
    @Nullable
    AdaptiveRate address;

    int members;
    int waiting;
    int sockets;
    int inFlight;

    /** Whether it stands in one of the scheduler's lines. */
    boolean lined;

    /** Whether it rests although it may dial itself: another credential need not. */
    boolean restsForCredential;

    long wakeAt;

    /** Whether its breaker is shown as open. */
    boolean shownOpen;

    private HeldBy shown = HeldBy.LIMIT;

    DialHost(Endpoint endpoint, Limits limits, RandomGenerator random) {
        this.endpoint = endpoint;
        rate = new AdaptiveRate(limits.hostDialsPerSecond());
        breaker = new Breaker(limits.breaker(), random);
        most = limits.hostConnections().orElse(Integer.MAX_VALUE);
    }

    void enqueue(DialPlace place) {
        queues.computeIfAbsent(place.credential, credential -> new PriorityQueue<>(2))
                .add(place);
        waiting++;
    }

    /** Those who left while they waited are dropped once they are first: a search for each would be quadratic. */
    void clear() {
        queues.values().removeIf(queue -> {
            while (!queue.isEmpty() && queue.peek().stage == DialPlace.Stage.OVER) {
                queue.remove();
            }
            return queue.isEmpty();
        });
    }

    boolean wantsTurn() {
        clear();
        return !queues.isEmpty() && sockets < most;
    }

    /** When its own rate lets the next dial begin. */
    long next(long now) {
        return Math.max(rate.next(now), address == null ? now : address.next(now));
    }

    /** The best of those whose credential may dial now; else none, and {@link #wakeAt} says when to look again. */
    Optional<DialPlace> best(long now, Function<Optional<String>, Optional<AdaptiveRate>> credentials) {
        DialPlace best = null;
        wakeAt = Long.MAX_VALUE;
        for (Map.Entry<Optional<String>, PriorityQueue<DialPlace>> queue : queues.entrySet()) {
            long next = credentials
                    .apply(queue.getKey())
                    .map(credential -> credential.next(now))
                    .orElse(now);
            DialPlace first = queue.getValue().element();
            if (next > now) {
                wakeAt = Math.min(wakeAt, next);
            } else if (best == null || first.compareTo(best) < 0) {
                best = first;
            }
        }
        return Optional.ofNullable(best);
    }

    void take(DialPlace place, long now) {
        PriorityQueue<DialPlace> queue = queues.get(place.credential);
        if (queue != null) {
            queue.remove();
        }
        waiting--;
        rate.take(now);
        if (address != null) {
            address.take(now);
        }
        sockets++;
        inFlight++;
    }

    /** Tells those who wait what holds them, when that has changed. */
    void show(HeldBy by) {
        if (shown == by) {
            return;
        }
        shown = by;
        queues.values()
                .forEach(queue -> queue.stream()
                        .filter(place -> place.stage == DialPlace.Stage.QUEUED)
                        .forEach(place -> place.hold(by)));
    }

    /** Whether nothing is left of it. */
    boolean isGone(long now) {
        clear();
        return members == 0 && sockets == 0 && queues.isEmpty() && !lined && rate.isStill(now);
    }
}

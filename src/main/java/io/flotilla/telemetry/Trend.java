package io.flotilla.telemetry;

import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.supervision.Totals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How a fleet has been doing in the last hour, in steps of ten seconds. The oldest step leaves for the newest. Safe from any thread. */
public final class Trend implements AutoCloseable {

    public static final Duration STEP = Duration.ofSeconds(10);

    /** Steps that are kept: an hour. */
    public static final int KEPT = 360;

    /**
     * One step.
     *
     * @param at its end
     * @param states connections in each state at its end
     * @param dials begun in it
     * @param failures in it, of the kinds that there were
     */
    public record Step(
            Instant at,
            Map<ConnectionState, Integer> states,
            long dials,
            Map<FailureKind, Long> failures,
            long messagesIn,
            long messagesOut) {}

    /** What a fleet says of itself at one moment; totals and failures are from its start. */
    record Reading(Map<ConnectionState, Integer> states, Totals totals, Map<FailureKind, Long> failures) {

        static Reading of(Fleet fleet) {
            return new Reading(fleet.counts(), fleet.totals(), fleet.failures());
        }
    }

    private final Supplier<Reading> fleet;
    private final Deque<Step> steps = new ArrayDeque<>(KEPT);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "flotilla-trend");
        thread.setDaemon(true);
        return thread;
    });
    private Reading before;
    private Instant since;

    /** Without a step yet. */
    Trend(Supplier<Reading> fleet, Instant now) {
        this.fleet = fleet;
        this.before = fleet.get();
        this.since = now;
    }

    /** Follows a fleet from now on; a step ends at every full ten seconds of the clock. */
    public static Trend follow(Fleet fleet, Clock clock) {
        Instant now = clock.instant();
        Trend trend = new Trend(() -> Reading.of(fleet), now);
        long step = STEP.toMillis();
        trend.timer.scheduleAtFixedRate(
                () -> trend.step(clock.instant()),
                step - Math.floorMod(now.toEpochMilli(), step),
                step,
                TimeUnit.MILLISECONDS);
        return trend;
    }

    /** Ends the step. After a standstill the timer catches up with several at once: those are no steps. */
    synchronized void step(Instant now) {
        if (Duration.between(since, now).abs().compareTo(STEP.dividedBy(2)) < 0 && !steps.isEmpty()) {
            return;
        }
        Reading reading = fleet.get();
        Totals done = reading.totals().since(before.totals());
        if (steps.size() == KEPT) {
            steps.removeFirst();
        }
        steps.addLast(new Step(
                now,
                reading.states(),
                done.dials(),
                since(reading.failures(), before.failures()),
                done.messagesIn(),
                done.messagesOut()));
        before = reading;
        since = now;
    }

    private static Map<FailureKind, Long> since(Map<FailureKind, Long> now, Map<FailureKind, Long> before) {
        Map<FailureKind, Long> fresh = new EnumMap<>(FailureKind.class);
        now.forEach((kind, count) -> {
            long more = count - before.getOrDefault(kind, 0L);
            if (more > 0) {
                fresh.put(kind, more);
            }
        });
        return Collections.unmodifiableMap(fresh);
    }

    /** The steps so far, the oldest first. */
    public synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

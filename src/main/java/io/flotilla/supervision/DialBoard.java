package io.flotilla.supervision;

import io.flotilla.spec.Endpoint;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the dial scheduler shows of itself: it alone writes, anybody reads at any time, and no reader makes it wait. Times are
 * readings of its clock in nanoseconds.
 */
public final class DialBoard {

    private static final long TENTH = 100_000_000L;
    private static final int TENTHS = 10;

    /** Bits of a slot that count; the others say of which tenth of a second it tells. */
    private static final int COUNT_BITS = 24;

    /** An open breaker; {@code until} is empty while its probe is out. */
    private record Open(OptionalLong until, int waiting) {}

    private final Map<Endpoint, Open> breakers = new ConcurrentHashMap<>();
    private final AtomicLongArray begun = new AtomicLongArray(TENTHS);
    private volatile int waiting;
    private volatile int inFlight;
    private volatile boolean paused;
    private volatile OptionalLong probe = OptionalLong.empty();

    /** Whether nobody may dial because the trouble is on our side. */
    boolean paused() {
        return paused;
    }

    /** Tells whether that is new. */
    boolean pause(boolean on, OptionalLong until) {
        boolean before = paused;
        probe = until;
        paused = on;
        return before != on;
    }

    void dials(int queued, int flying) {
        waiting = queued;
        inFlight = flying;
    }

    /** A dial began. */
    void began(long now) {
        long tenth = tenth(now);
        int slot = (int) Math.floorMod(tenth, (long) TENTHS);
        long mark = tenth << COUNT_BITS;
        long seen = begun.get(slot);
        begun.set(slot, (seen >> COUNT_BITS == tenth ? seen : mark) + 1);
    }

    void opened(Endpoint endpoint, OptionalLong until, int held) {
        breakers.put(endpoint, new Open(until, held));
    }

    void closed(Endpoint endpoint) {
        breakers.remove(endpoint);
    }

    /** What it says, with times on the clock of events. */
    public DialStats stats(long nanos, Instant now) {
        List<DialStats.OpenBreaker> open = breakers.entrySet().stream()
                .map(breaker -> new DialStats.OpenBreaker(
                        breaker.getKey(),
                        at(breaker.getValue().until(), nanos, now),
                        breaker.getValue().waiting()))
                .sorted(Comparator.comparing(breaker -> breaker.endpoint().toString()))
                .toList();
        boolean pausing = paused;
        return new DialStats(
                lastSecond(nanos),
                waiting,
                inFlight,
                open,
                pausing,
                pausing ? at(probe, nanos, now) : Optional.empty());
    }

    private int lastSecond(long now) {
        long tenth = tenth(now);
        int sum = 0;
        for (int slot = 0; slot < TENTHS; slot++) {
            long seen = begun.get(slot);
            if (tenth - (seen >> COUNT_BITS) < TENTHS) {
                sum += (int) (seen & ((1 << COUNT_BITS) - 1));
            }
        }
        return sum;
    }

    private static Optional<Instant> at(OptionalLong until, long nanos, Instant now) {
        return until.isEmpty() ? Optional.empty() : Optional.of(now.plusNanos(Math.max(0, until.getAsLong() - nanos)));
    }

    private static long tenth(long now) {
        return Math.floorDiv(now, TENTH);
    }
}

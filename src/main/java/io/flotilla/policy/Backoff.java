package io.flotilla.policy;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter: wait n is uniform in {@code [100 ms, min(cap, base * factor^(n-1))]}. Full jitter,
 * because a fleet that lost one host would otherwise dial it again in step.
 */
public record Backoff(Duration base, double factor, Duration cap) {

    /** Nothing is dialled sooner than this after a failure. */
    public static final Duration FLOOR = Duration.ofMillis(100);

    private static final Duration MOST = Duration.ofNanos(Long.MAX_VALUE - 1);

    /** Throws an {@link IllegalArgumentException} unless 0 &lt; base &lt;= cap and factor &gt;= 1 */
    public Backoff {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0 || !(factor >= 1)) {
            throw new IllegalArgumentException("Backoff needs 0 < base <= cap and factor >= 1, not base=" + base
                    + " factor=" + factor + " cap=" + cap);
        }
    }

    /**
     * The n-th wait.
     *
     * @param inARow failures in a row, this one included; 1 or more
     */
    public Duration delay(int inARow, RandomGenerator random) {
        return uniform(FLOOR, step(inARow), random);
    }

    /** The upper end of the n-th wait. */
    public Duration step(int inARow) {
        double grown = nanos(base) * Math.pow(factor, Math.max(inARow, 1) - 1);
        return grown >= nanos(cap) ? cap : Duration.ofNanos((long) grown);
    }

    /** A duration drawn uniformly from {@code [from, to]}; {@code from} when the range is empty. */
    public static Duration uniform(Duration from, Duration to, RandomGenerator random) {
        Duration width = to.minus(from);
        boolean empty = width.isNegative() || width.isZero();
        return empty ? from : from.plusNanos(random.nextLong(nanos(width) + 1));
    }

    /** Durations beyond 292 years have no nanoseconds that fit a long. */
    private static long nanos(Duration duration) {
        return duration.compareTo(MOST) < 0 ? duration.toNanos() : MOST.toNanos();
    }
}

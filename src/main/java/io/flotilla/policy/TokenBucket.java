package io.flotilla.policy;

/**
 * The arithmetic of a rate with a burst: within any {@code t} seconds at most {@code burst + t * perSecond} are taken. Some of the
 * burst can be kept free for who matters more. Begins full.
 *
 * <p>Times are readings of one monotonic clock in nanoseconds, such as {@link System#nanoTime}. Not thread-safe.
 */
public final class TokenBucket {

    private static final double SECOND = 1e9;

    /** Three years, in nanoseconds: nothing waits for longer, and no sum overflows. */
    private static final double LONGEST = 1e17;

    private final long interval;
    private final int burst;

    /** When it is full again. */
    private long fullAt;

    private boolean untouched = true;

    /**
     * A full one.
     *
     * @param perSecond more than 0
     * @param burst 1 or more
     */
    public TokenBucket(double perSecond, int burst) {
        if (!(perSecond > 0) || burst < 1) {
            throw new IllegalArgumentException("A rate of " + perSecond + " a second with a burst of " + burst
                    + "; expected more than 0, and 1 or more");
        }
        this.interval = (long) Math.max(1, Math.min(LONGEST, Math.ceil(SECOND / perSecond)));
        this.burst = burst;
    }

    /**
     * The first moment, not before {@code now}, at which one may be taken that leaves {@code reserve} behind.
     *
     * @param reserve less than the burst
     */
    public long next(long now, int reserve) {
        long spent = (long) Math.min(LONGEST, (burst - 1.0 - reserve) * interval);
        return untouched ? now : now + Math.max(0, fullAt - now - spent);
    }

    /** Takes one; whether there is one is for {@link #next} to say. */
    public void take(long now) {
        fullAt = (untouched || fullAt - now < 0 ? now : fullAt) + interval;
        untouched = false;
    }
}

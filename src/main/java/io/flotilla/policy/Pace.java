package io.flotilla.policy;

/**
 * The arithmetic of one dial rate: turns are spread evenly, and no window of one second ever holds more of them than the rate
 * says, also after an idle time and however unevenly it is asked. Not thread-safe; the clock is a parameter.
 *
 * <p>A rate below one a second widens the window to one turn each {@code 1/rate} seconds; of a rate with a fraction the whole part
 * counts.
 */
public final class Pace {

    private static final long SECOND = 1_000_000_000L;

    /** How late a turn may be asked for and still count as taken in time: timers are that coarse. */
    private static final long SLACK = 50_000_000L;

    private final long interval;
    private final long window;
    private final long[] taken;
    private int oldest;
    private long count;
    private long slot = Long.MIN_VALUE;

    /** @param perSecond more than zero */
    public Pace(double perSecond) {
        if (!(perSecond > 0) || perSecond > 1_000_000) {
            throw new IllegalArgumentException("A rate is more than 0 and at most 1000000 a second, not " + perSecond);
        }
        this.taken = new long[Math.max(1, (int) perSecond)];
        this.interval = (long) (SECOND / perSecond);
        this.window = Math.max(SECOND, interval);
    }

    /** The first moment, not before {@code now}, at which a turn may be taken. */
    public long next(long now) {
        long bySlot = slot == Long.MIN_VALUE ? now : slot;
        long byWindow = count < taken.length ? now : taken[oldest] + window;
        return Math.max(now, Math.max(bySlot, byWindow));
    }

    /** Takes a turn now; only when {@link #next} says now. */
    public void take(long now) {
        taken[oldest] = now;
        oldest = (oldest + 1) % taken.length;
        count++;
        slot = (slot == Long.MIN_VALUE ? now : Math.max(slot, now - SLACK)) + interval;
    }

    /** Whether it remembers nothing that matters any more. */
    public boolean idle(long now) {
        int newest = (oldest + taken.length - 1) % taken.length;
        return count == 0 || now - taken[newest] >= window;
    }
}

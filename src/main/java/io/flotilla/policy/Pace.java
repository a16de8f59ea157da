package io.flotilla.policy;

/**
 * The arithmetic of one dial rate. Turns are spread evenly, and no window of one second ever holds more of them than the rate
 * says, also after an idle time, however unevenly it is asked, and when the dial itself begins up to {@value #LATE_MILLIS} ms after
 * its turn. A rate below one a second means one turn each {@code 1/rate} seconds; of a rate such as 2.5 the whole part fits into a
 * window.
 *
 * <p>Times are readings of one monotonic clock in nanoseconds, such as {@link System#nanoTime}, and never go back. Not
 * thread-safe. Remembers the turns of the last window, so a host that is rarely dialled costs next to nothing.
 */
public final class Pace {

    private static final double SLOWEST = 1e-6;
    private static final double FASTEST = 1e6;
    private static final long SECOND = 1_000_000_000L;

    /** Between a turn and its dial lie threads, some of them busy; a window is so much longer than a second. */
    static final long LATE_MILLIS = 25;

    private static final long WINDOW = SECOND + LATE_MILLIS * 1_000_000L;

    /** Turns that were not asked for in time are still there this much later, and then lost: timers are that coarse. */
    private static final long SLACK = 50_000_000L;

    private long interval;
    private long window;
    private int most;

    /** When the next turn is due by the even spread; no turn was ever taken while {@code untouched}. */
    private long due;

    private boolean untouched = true;

    /** The turns of the last window, a ring. */
    private long[] taken = new long[1];

    private int oldest;
    private int size;

    /**
     * A rate of which nothing was taken yet.
     *
     * @param perSecond from 0.000001 to 1000000
     * @throws IllegalArgumentException when it is not
     */
    public Pace(double perSecond) {
        rate(perSecond);
    }

    /**
     * Changes the rate from now on; what was taken stays taken.
     *
     * @param perSecond from 0.000001 to 1000000
     * @throws IllegalArgumentException when it is not
     */
    public void rate(double perSecond) {
        if (!(perSecond >= SLOWEST && perSecond <= FASTEST)) {
            throw new IllegalArgumentException("A rate is 0.000001 to 1000000 a second, not " + perSecond);
        }
        long before = interval;
        interval = (long) Math.ceil(SECOND / perSecond);
        window = Math.max(WINDOW, interval);
        most = Math.max(1, (int) perSecond);
        due += untouched ? 0 : interval - before;
    }

    /** The first moment, not before {@code now}, at which a turn may be taken. */
    public long next(long now) {
        long bySpread = untouched ? 0 : due - now;
        long byWindow = size < most ? 0 : taken[(oldest + size - most) % taken.length] + window - now;
        return now + Math.max(0, Math.max(bySpread, byWindow));
    }

    /**
     * Takes a turn now.
     *
     * @throws IllegalStateException when {@link #next} says later
     */
    public void take(long now) {
        if (next(now) - now > 0) {
            throw new IllegalStateException("The next turn is in " + (next(now) - now) + " ns");
        }
        forget(now);
        remember(now);
        long lag = untouched ? 0 : Math.min(now - due, SLACK);
        due = now - lag + interval;
        untouched = false;
    }

    /** Remembers a turn that nobody asked for, so that it is counted. */
    void took(long now) {
        forget(now);
        remember(now);
        due = now;
        untouched = false;
    }

    /** Takes a turn if there is one now. */
    public boolean tryTake(long now) {
        if (next(now) - now > 0) {
            return false;
        }
        take(now);
        return true;
    }

    /** Whether it remembers nothing that limits the next turns: a fresh one will do. */
    public boolean idle(long now) {
        forget(now);
        return size == 0;
    }

    /** Turns taken within the last second. */
    public int lastSecond(long now) {
        int count = 0;
        while (count < size && now - taken[(oldest + size - 1 - count) % taken.length] < SECOND) {
            count++;
        }
        return count;
    }

    private void forget(long now) {
        while (size > 0 && now - taken[oldest] >= window) {
            oldest = (oldest + 1) % taken.length;
            size--;
        }
    }

    private void remember(long now) {
        if (size == taken.length) {
            grow();
        }
        taken[(oldest + size) % taken.length] = now;
        size++;
    }

    private void grow() {
        long[] wider = new long[Math.max(size + 1, Math.min(most, 2 * taken.length))];
        for (int i = 0; i < size; i++) {
            wider[i] = taken[(oldest + i) % taken.length];
        }
        taken = wider;
        oldest = 0;
    }
}

package io.flotilla.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** Counts dials: how many, and the most within any second, wherever that second begins. */
final class Meter {

    private static final long SECOND = 1_000_000_000L;

    private final Deque<Long> lastSecond = new ArrayDeque<>();
    private int count;
    private int worst;
    private long worstAt;

    /** @param now never goes back */
    void count(long now) {
        lastSecond.addLast(now);
        while (now - lastSecond.getFirst() >= SECOND) {
            lastSecond.removeFirst();
        }
        count++;
        if (lastSecond.size() > worst) {
            worst = lastSecond.size();
            worstAt = lastSecond.getFirst();
        }
    }

    int lastSecond() {
        return lastSecond.size();
    }

    int count() {
        return count;
    }

    int worst() {
        return worst;
    }

    /** When the worst second began, in nanoseconds since the start. */
    long worstAt() {
        return worstAt;
    }
}

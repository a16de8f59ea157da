package io.flotilla.supervision;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** Where the hosts stand that have somebody who wants to dial: each in one line at the most. The scheduler's alone. */
final class DialLines {

    /** Hosts whose first turn may come now, in the order of their turns. */
    private final Deque<DialHost> ready = new ArrayDeque<>();

    /** Hosts whose own limits let the next turn come later. */
    private final PriorityQueue<DialHost> resting = new PriorityQueue<>(Comparator.comparingLong(host -> host.wakeAt));

    /** Hosts that have their share of the dials in flight. */
    private final List<DialHost> crowded = new ArrayList<>();

    /** Behind all others, unless it stands somewhere already or wants nothing. */
    void add(DialHost host) {
        if (!host.lined && host.wantsTurn()) {
            host.lined = true;
            ready.addLast(host);
        }
    }

    /** Until its time has come. */
    void rest(DialHost host) {
        host.lined = true;
        resting.add(host);
    }

    /** Until a dial is no longer in flight. */
    void crowd(DialHost host) {
        host.lined = true;
        crowded.add(host);
    }

    void landed() {
        ready.addAll(crowded);
        crowded.clear();
    }

    /** What it rests for may be over. */
    void lookAgain(DialHost host) {
        if (resting.remove(host)) {
            ready.addLast(host);
        }
    }

    /** Lines up whose time has come. */
    void wake(long now) {
        while (!resting.isEmpty() && resting.peek().wakeAt - now <= 0) {
            ready.addLast(resting.remove());
        }
    }

    /** When the next one wakes. */
    OptionalLong wakeAt() {
        return resting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(resting.peek().wakeAt);
    }

    /** Whether nobody's turn may come now. */
    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** Takes out the first one that is preferred, else the first one. */
    DialHost next(Predicate<DialHost> preferred) {
        for (DialHost host : ready) {
            if (preferred.test(host)) {
                ready.remove(host);
                return host;
            }
        }
        return ready.removeFirst();
    }
}

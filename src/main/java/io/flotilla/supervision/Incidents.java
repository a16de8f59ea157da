package io.flotilla.supervision;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last endings over the fleet, a ring of {@code incidents.kept}: the oldest leaves for the newest. What one connection cannot know,
 * that others met the same, is read from it. Safe from any thread.
 */
public final class Incidents {

    private final int most;
    private final Deque<Incident> ring = new ArrayDeque<>();

    public Incidents(int most) {
        this.most = most;
    }

    synchronized void add(Incident incident) {
        if (ring.size() == most) {
            ring.removeFirst();
        }
        ring.addLast(incident);
    }

    /** Those since then that are still there, the oldest first. */
    public synchronized List<Incident> since(Instant from) {
        List<Incident> found = new ArrayList<>();
        for (Iterator<Incident> newestFirst = ring.descendingIterator(); newestFirst.hasNext(); ) {
            Incident incident = newestFirst.next();
            if (incident.at().isBefore(from)) {
                break; // told in the order of time, give or take what threads overtake each other by
            }
            found.add(incident);
        }
        Collections.reverse(found);
        return found;
    }
}

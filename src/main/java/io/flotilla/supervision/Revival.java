package io.flotilla.supervision;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * When a changed credential may revive what was given up because of it. One that is seen to change by itself always may. One that is
 * made anew whenever somebody asks changes all the time, and nothing may get better by it: that may at intervals that double.
 */
final class Revival {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** The last time, and how long it is good for. */
    private record Last(Instant at, Duration rest) {}

    private final Map<String, Last> credentials = new HashMap<>();

    /** Tells it, and takes it for done. */
    boolean may(String credential, boolean changedByItself, Instant now) {
        Last last = credentials.get(credential);
        if (changedByItself || last == null) {
            credentials.put(credential, new Last(now, FIRST));
            return true;
        }
        Duration passed = Duration.between(last.at(), now);
        if (passed.compareTo(last.rest()) < 0) {
            return false;
        }
        Duration doubled = last.rest().multipliedBy(2);
        boolean calm = passed.compareTo(LONGEST) > 0;
        credentials.put(credential, new Last(now, calm ? FIRST : doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled));
        return true;
    }
}

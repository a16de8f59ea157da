package io.flotilla.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets the first lines of a word through and counts the others; their number is said after a pause. Not thread-safe. */
final class Damper {

    /** Lines of a word that are let through in one pause. */
    static final int LET_THROUGH = 10;

    /** How long a word is counted before its number is said and lines are let through again. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final int MOST_WORDS = 1000;

    /** Hears how many lines of a word were not let through. */
    interface Counted {
        void say(String word, long count);
    }

    private static final class Burst {
        private final Instant since;
        private long seen;

        Burst(Instant since) {
            this.since = since;
        }
    }

    private final Counted counted;
    private final Map<String, Burst> bursts = new LinkedHashMap<>();

    Damper(Counted counted) {
        this.counted = counted;
    }

    boolean admits(String word, Instant now) {
        sayCounted(now);
        if (bursts.size() >= MOST_WORDS && !bursts.containsKey(word)) {
            return true;
        }
        return ++bursts.computeIfAbsent(word, fresh -> new Burst(now)).seen <= LET_THROUGH;
    }

    /** Says what was counted in pauses that are over. */
    void sayCounted(Instant now) {
        for (Iterator<Map.Entry<String, Burst>> all = bursts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Burst> burst = all.next();
            if (now.isBefore(burst.getValue().since.plus(PAUSE))) {
                return; // the later ones are younger
            }
            all.remove();
            say(burst.getKey(), burst.getValue());
        }
    }

    void sayAll() {
        bursts.forEach(this::say);
        bursts.clear();
    }

    private void say(String word, Burst burst) {
        if (burst.seen > LET_THROUGH) {
            counted.say(word, burst.seen - LET_THROUGH);
        }
    }
}

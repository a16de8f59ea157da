package io.flotilla.admin;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Browsers that are logged in, by what their cookie says: random, and nothing that the token could be told from. Safe from any thread. */
final class Sessions {

    private static final int BYTES = 32;

    private final Map<String, Instant> until = new LinkedHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Duration age;
    private final int most;
    private final Clock clock;

    Sessions(Duration age, int most, Clock clock) {
        this.age = age;
        this.most = most;
        this.clock = clock;
    }

    /** Begins one; where there are too many, the oldest ends. */
    synchronized String begin() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Iterator<String> oldest = until.keySet().iterator();
        while (until.size() >= most) {
            oldest.next();
            oldest.remove();
        }
        until.put(id, clock.instant().plus(age));
        return id;
    }

    synchronized boolean knows(String id) {
        Instant end = until.get(id);
        if (end != null && !clock.instant().isBefore(end)) {
            until.remove(id);
            return false;
        }
        return end != null;
    }

    synchronized void end(String id) {
        until.remove(id);
    }
}

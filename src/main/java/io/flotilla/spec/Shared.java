package io.flotilla.spec;

import java.util.HashMap;
import java.util.Map;

/** Keeps one of what is equal, so that a hundred thousand connections with the same settings hold them once. Not thread-safe. */
final class Shared {

    private final Map<Object, Object> kept = new HashMap<>();

    /** The first that was equal to this one. */
    @SuppressWarnings("unchecked") // what is equal to a value here is of its class
    <T> T one(T value) {
        Object first = kept.putIfAbsent(value, value);
        return first == null ? value : (T) first;
    }

    /** Forgets what was kept; those who have it keep it. */
    void clear() {
        kept.clear();
    }
}

package io.flotilla.app;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Header;
import io.flotilla.spec.Secret;

/** Masks the values of a spec's headers in what a peer said: a peer may echo them. */
final class Masks {

    /** Shorter values are masked nowhere: they would blot out every other word. */
    private static final int SHORTEST = 4;

    private Masks() {}

    static String of(ConnectionSpec spec, String text) {
        String masked = text;
        for (Header header : spec.headers()) {
            String value = header.value().reveal();
            masked = value.length() < SHORTEST ? masked : masked.replace(value, Secret.MASK);
        }
        return masked;
    }
}

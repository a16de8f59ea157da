package io.flotilla.simulation;

import io.flotilla.connection.HeldBy;

/** What a connection does at a moment, as a report counts it. */
public enum Mode {
    READY,
    DIALING,
    BACKOFF,
    HINT,
    LIMIT,
    BREAKER,
    PAUSED,
    CREDENTIAL,
    GIVEN_UP,
    /** Wanted down, or done. */
    DOWN;

    static Mode of(HeldBy by) {
        return switch (by) {
            case BACKOFF -> BACKOFF;
            case HINT -> HINT;
            case LIMIT -> LIMIT;
            case BREAKER -> BREAKER;
            case PAUSED -> PAUSED;
            case CREDENTIAL -> CREDENTIAL;
        };
    }
}

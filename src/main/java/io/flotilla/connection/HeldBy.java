package io.flotilla.connection;

import java.util.Locale;

/** What keeps a waiting connection from dialing. */
public enum HeldBy {
    /** The delay that its last failure earned. */
    BACKOFF,
    /** The delay that the peer asked for. */
    HINT,
    /** A limit of the fleet or of the host. */
    LIMIT,
    BREAKER,
    PAUSED,
    CREDENTIAL;

    /** Its word in JSON and messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

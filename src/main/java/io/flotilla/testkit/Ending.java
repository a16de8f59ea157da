package io.flotilla.testkit;

import java.time.Instant;

/** How a socket ended, seen from the harbour. */
public record Ending(How how, Instant at) {

    /** The last word on a socket. */
    public enum How {
        /** The client ended its side in order, before or after the harbour did. */
        FIN,
        /** The client reset the connection, or was gone when the harbour wrote. */
        RESET,
        /** The harbour closed or reset it without having heard the client end it. */
        OURS
    }

    @Override
    public String toString() {
        return how + " at " + at;
    }
}

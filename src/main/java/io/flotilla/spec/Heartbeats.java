package io.flotilla.spec;

import java.time.Duration;

/**
 * The heartbeats of a protocol that no template can make: {@code liveness.heartbeat.class}. One instance for all connections that
 * name it; it begins anew on each link.
 */
@FunctionalInterface
public interface Heartbeats {

    /** The heartbeats of a link that has just opened. Called on its event loop: it must not block. */
    OfLink begin(ConnectionId id);

    /** Whether the peer acknowledges them; where it does not, there is no deadline. */
    default boolean areAcknowledged() {
        return true;
    }

    /**
     * What one link says and hears. Called on its event loop, one call after the other: it must not block, and a long call holds up
     * the other links of that loop. What it throws is counted as the handler's, and the heartbeat is left out.
     */
    interface OfLink {
        /** Makes the next heartbeat; one that is not said is left out. */
        void next(Voice voice);

        /**
         * Hears each message of the link as it arrives, before any sink does, and tells whether it acknowledges the last heartbeat.
         *
         * @param payload not a copy: do not write into it
         */
        boolean hears(boolean isText, byte[] payload);

        /** From one heartbeat to the next, within 100 ms and a day; asked after each heartbeat and each message. */
        default Duration every(Duration configured) {
            return configured;
        }
    }

    /** Says one heartbeat; the last one counts. */
    interface Voice {
        void text(String text);

        /** The bytes are taken over, not copied. */
        void binary(byte[] bytes);
    }
}

package io.flotilla.connection;

import io.flotilla.spec.ConnectionSpec;

/** The question of a connection that would like to dial; supervision answers it. Waiting for the answer is no failure. */
public interface DialPermits {

    /**
     * Asks for a turn. Exactly one of the answers comes: {@code granted}, on any thread, or nothing after a cancel.
     *
     * @param held told when the turn does not come at once, with what holds it
     * @return the place in the queue, and later the turn itself
     */
    Turn request(ConnectionSpec spec, Runnable granted, java.util.function.Consumer<HeldBy> held);

    /** A place in the queue, then a turn. Every method may be called at any time, any number of times. */
    interface Turn {
        /** The dial is over, one way or the other: it is open or it failed. Gives the place in flight to the next. */
        void dialed();

        /** The socket is gone, or was never wanted: everything the turn held is free again. */
        void release();
    }
}

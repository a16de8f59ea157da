package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionSpec;
import java.net.InetSocketAddress;

/** The question of a connection that would like to dial; supervision answers it. Waiting for the answer is no failure. */
public interface DialPermits {

    /**
     * Asks for a turn. Exactly one of the answers comes: {@code granted}, on any thread, or nothing after a cancel.
     *
     * @param held told when the turn does not come at once, with what holds it
     * @return the place in the queue, and later the turn itself
     */
    Turn request(ConnectionSpec spec, Runnable granted, java.util.function.Consumer<HeldBy> held);

    /** Whether nobody may dial because the trouble is on our side: what fails now is not held against the connection. */
    default boolean paused() {
        return false;
    }

    /** A place in the queue, then a turn. Every method may be called at any time, any number of times. */
    interface Turn {
        /** The dial is over and open. Gives the place in flight to the next. */
        void opened(InetSocketAddress remote);

        /** The dial, or what came of it, failed; who paces dials learns from it. */
        void failed(Failure failure);

        /** The socket is gone, or was never wanted: everything the turn held is free again. */
        void release();
    }
}

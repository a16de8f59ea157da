package io.flotilla.transport;

import io.flotilla.failure.FailureKind;
import java.time.Duration;

/**
 * One socket, from the first byte of its dial to its end. Every method is safe from any thread, at any time, any number of
 * times; after the end they do nothing.
 */
public interface Link {

    long generation();

    /** Hears once what became of a frame, on the event loop. */
    @FunctionalInterface
    interface Written {
        /**
         * Says what became of the frame.
         *
         * @param written whether it was handed to the kernel whole; false: the link ended first, nothing of it is retried
         */
        void done(boolean written);
    }

    /** Sends one message, in the order of the calls. Bounds are the caller's; a link that never opened or ended answers false. */
    void send(Frame frame, Written outcome);

    /**
     * Ends the link politely: what was sent before goes out, then a close frame; the socket ends with the peer's close frame or
     * at the deadline {@code timeouts.close}, when it is aborted. A dial that is not open yet is abandoned at once.
     *
     * @param why the kind that {@link LinkListener#ended} will tell, unless the peer lets the deadline pass: CLOSE_TIMEOUT
     * @param code the close code to send
     * @param reason at most 123 bytes of UTF-8; may be empty
     */
    default void close(FailureKind why, int code, String reason) {
        close(why, code, reason, Duration.ZERO);
    }

    /**
     * The same, with more time for what was sent before: all in all it ends within {@code flush} and {@code timeouts.close}, and once the
     * close frame has left within {@code timeouts.close}.
     */
    void close(FailureKind why, int code, String reason, Duration flush);

    /** Ends the link at once, without a word to the peer. */
    void abort(FailureKind why);
}

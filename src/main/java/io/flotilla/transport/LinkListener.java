package io.flotilla.transport;

import io.flotilla.failure.Failure;
import java.util.Optional;

/** Hears how one link is doing. Called on the link's event loop, in order; must not block and must not throw. */
public interface LinkListener {

    /** The upgrade is done. At most once, never after {@link #ended}. No message reaches the sink before it. */
    void opened(Opened opened);

    /**
     * The link is over: its socket is closed and released, and it says no more. Exactly once for each dial, within the dial's
     * deadline when it never opened.
     *
     * @param failure the row for what happened, with all evidence; for an end that was asked for, the kind that was asked for
     */
    void ended(Failure failure);

    /** A sink threw, or user code that makes heartbeats. The link goes on. */
    void sinkFailed(Throwable thrown);

    /**
     * The consumer takes fewer messages than come. Said at once when it begins, then at most every ten seconds; it ends unsaid.
     *
     * @param stalls how often reading stopped for that since it was last said
     * @param dropped messages that were dropped for that since it was last said
     */
    default void consumerSlow(long stalls, long dropped) {}

    /**
     * There was no data for {@code liveness.silence}, though the link reads and its peer lives. Told again each time that it lasts as
     * long again.
     *
     * @param again there was none since the last time that this was told
     */
    default void silent(boolean again) {}

    /** Data came after a silence that was told. */
    default void dataAgain() {}

    /** Who wants to hear the steps of the dial; asked once, at its start. Nobody costs nothing. */
    default Optional<DialObserver> observer() {
        return Optional.empty();
    }
}

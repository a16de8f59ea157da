package io.flotilla.sink;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where messages go. Its answer is the demand: as long as a stage it returned is not complete, the connection hands over no
 * further message, reads ahead to {@code receive.buffer}, and then lets TCP push back on the peer.
 *
 * <p>{@link #accept} is called on a connection's event loop, in order within a connection, from many event loops when
 * connections share the sink. It must not block. What it throws is counted as the handler's, and the message as handed over.
 */
public interface Sink extends AutoCloseable {

    /** The answer that asks for more at once. Compared by identity on the way of every message: prefer it over any other. */
    CompletionStage<Void> MORE = CompletableFuture.completedStage(null);

    /** Takes one message; the stage completes when the next one may come. It must complete some day, in whatever way. */
    CompletionStage<Void> accept(Inbound message);

    /** Flushes and releases. Called once, after the last {@link #accept}; may block for as long as a drain allows. */
    @Override
    default void close() {}
}

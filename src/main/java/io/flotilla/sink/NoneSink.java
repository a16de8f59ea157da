package io.flotilla.sink;

import java.util.concurrent.CompletionStage;

/** Drops what it takes: for connections whose messages nobody reads. */
public enum NoneSink implements Sink {
    INSTANCE;

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        return MORE;
    }
}

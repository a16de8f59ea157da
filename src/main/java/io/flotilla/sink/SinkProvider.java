package io.flotilla.sink;

import io.flotilla.spec.Block;
import java.io.IOException;

/** Makes sinks of one type from configuration; found by {@link java.util.ServiceLoader}. */
public interface SinkProvider {

    /** The word that {@code type = …} names it by. */
    String type();

    /**
     * Reads all settings of the sink's block; problems (wrong values) are collected by the block and nothing is opened, which is
     * also how {@code check} reads it. Returns what opens it.
     */
    Opener read(Block settings);

    /** Opens the sink that was read. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens it.
         *
         * @throws IOException when it cannot be opened at all; the process then does not start
         */
        Sink open(SinkContext context) throws IOException;
    }
}

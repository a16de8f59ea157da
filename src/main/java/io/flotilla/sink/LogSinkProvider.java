package io.flotilla.sink;

import io.flotilla.spec.Block;

/** {@code type = log}: a line of the log for a message, cut short, and only so many of them. */
public final class LogSinkProvider implements SinkProvider {

    @Override
    public String type() {
        return "log";
    }

    @Override
    public Opener read(Block settings) {
        int truncate = (int) settings.number("truncate", 200, 1, 65536);
        int perSecond = (int) settings.number("per-second", 10, 1, 100_000);
        return context -> new LogSink(truncate, perSecond);
    }
}

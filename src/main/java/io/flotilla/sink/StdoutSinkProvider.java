package io.flotilla.sink;

import io.flotilla.spec.Block;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** {@code type = stdout}: lines of JSON on standard output. */
public final class StdoutSinkProvider implements SinkProvider {

    @Override
    public String type() {
        return "stdout";
    }

    @Override
    @SuppressWarnings("resource") // standard output is not ours to close
    public Opener read(Block settings) {
        long buffer = settings.bytes("buffer", 1024 * 1024);
        return context -> new LineSink(
                context.name(),
                new StreamTarget(new FileOutputStream(FileDescriptor.out).getChannel()),
                context,
                buffer);
    }
}

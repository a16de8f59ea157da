package io.flotilla.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Lines into something that cannot be taken back, such as standard output: after a failure it goes on at the byte where it was. Does
 * not close it.
 */
final class StreamTarget implements LineSink.Target {

    private final WritableByteChannel out;

    StreamTarget(WritableByteChannel out) {
        this.out = out;
    }

    @Override
    public void write(Lines lines) throws IOException {
        while (!lines.isEmpty()) {
            ByteBuffer rest = lines.upTo(lines.size());
            int written;
            try {
                written = out.write(rest);
            } finally {
                lines.take(rest.position()); // as far as it came, also when it threw
            }
            if (written <= 0) {
                throw new IOException("standard output takes nothing for now");
            }
        }
    }
}

package io.flotilla.transport.netty;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Deflates messages that leave (RFC 7692 7.2.1), each for itself: a window kept between messages would take a quarter of a megabyte of
 * each link. One for each event loop.
 */
final class Deflation {

    /** Bytes of the shortest message that is worth it. */
    static final int LEAST = 128;

    /** What a flush ends with, and what stays home. */
    private static final int TAIL = 4;

    private static final FastThreadLocal<Deflater> DEFLATERS = new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
            return new Deflater(Deflater.BEST_SPEED, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
            deflater.end();
        }
    };

    private Deflation() {}

    /** The compressed form; null when it would not be shorter. */
    static byte @Nullable [] of(byte[] payload) {
        if (payload.length < LEAST) {
            return null;
        }
        Deflater deflater = DEFLATERS.get();
        byte[] out = new byte[payload.length];
        deflater.setInput(payload);
        int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.reset();
        return size == out.length ? null : Arrays.copyOf(out, size - TAIL);
    }
}

package io.flotilla.transport.netty;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.SecureRandom;

/**
 * A fresh key to mask each frame with, straight from the secure generator of the system: a peer must not be able to foretell the next
 * one from those it saw (RFC 6455 10.3). Drawn a thousand at a time for each thread, which makes one cost some nanoseconds.
 */
final class MaskKeys {

    private static final int DRAWN = 4096;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final FastThreadLocal<MaskKeys> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected MaskKeys initialValue() {
            return new MaskKeys();
        }
    };

    private final byte[] drawn = new byte[DRAWN];
    private int used = DRAWN;

    private MaskKeys() {}

    static int next() {
        return OF_THREAD.get().take();
    }

    private int take() {
        if (used == DRAWN) {
            RANDOM.nextBytes(drawn);
            used = 0;
        }
        int key = (drawn[used] & 0xFF) << 24
                | (drawn[used + 1] & 0xFF) << 16
                | (drawn[used + 2] & 0xFF) << 8
                | (drawn[used + 3] & 0xFF);
        used += 4;
        return key;
    }
}

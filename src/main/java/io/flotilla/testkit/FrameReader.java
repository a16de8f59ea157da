package io.flotilla.testkit;

import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Takes client frames out of bytes. Takes everything as it comes; what is wrong with it is for {@link ClientRules} to say. */
final class FrameReader {

    /** More than any test sends on purpose; a client that declares more has lost the frame boundaries. */
    static final long MAX_PAYLOAD = 64L << 20;

    /** The client declared a payload over {@link #MAX_PAYLOAD}. */
    static final class TooBig extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooBig(long length) {
            super("Client frame of [" + length + "] bytes must be at most " + MAX_PAYLOAD, null, false, false);
        }
    }

    private FrameReader() {}

    /**
     * The next whole frame, or null when more bytes are needed; then the reader index has not moved.
     *
     * @throws TooBig when its declared length is beyond what a harbour keeps
     */
    static @Nullable ClientFrame read(ByteBuf in) {
        int start = in.readerIndex();
        int available = in.readableBytes();
        if (available < 2) {
            return null;
        }
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        boolean masked = (second & 0x80) != 0;
        int shortLength = second & 0x7f;
        int lengthBytes = shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0;
        int header = 2 + lengthBytes + (masked ? 4 : 0);
        if (available < header) {
            return null;
        }
        long length = lengthBytes == 8
                ? in.getLong(start + 2)
                : lengthBytes == 2 ? in.getUnsignedShort(start + 2) : shortLength;
        if (length < 0 || length > MAX_PAYLOAD) {
            throw new TooBig(length);
        }
        if (available < header + length) {
            return null;
        }
        OptionalInt maskKey = masked ? OptionalInt.of(in.getInt(start + 2 + lengthBytes)) : OptionalInt.empty();
        in.skipBytes(header);
        byte[] payload = new byte[(int) length];
        in.readBytes(payload);
        maskKey.ifPresent(key -> unmask(payload, key));
        return new ClientFrame(
                (first & 0x80) != 0, first >> 4 & 7, first & 15, maskKey, lengthBytes, payload, Instant.now());
    }

    private static void unmask(byte[] payload, int key) {
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= (byte) (key >>> (24 - 8 * (i & 3)));
        }
    }
}

package io.flotilla.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Writes the frames of a client: whole, masked with a key of their own (RFC 6455 5.3). The keys come from a generator of the
 * thread, seeded from the system's secure one and seeded anew every {@link #RESEED} frames: what masking guards against is a peer
 * that predicts keys from payloads it chose itself (10.3).
 */
final class FrameWriter {

    static final int TEXT = 1;
    static final int BINARY = 2;
    private static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int MOST_REASON = 123;
    private static final int RESEED = 4096;
    private static final int HEADER = 14;

    private static final ThreadLocal<Keys> KEYS = ThreadLocal.withInitial(Keys::new);

    private FrameWriter() {}

    static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
        int size = payload.length;
        int key = KEYS.get().next();
        ByteBuf out = allocator.ioBuffer(size + HEADER);
        out.writeByte(0x80 | opcode);
        if (size < 126) {
            out.writeByte(0x80 | size);
        } else if (size <= 0xFFFF) {
            out.writeByte(0x80 | 126).writeShort(size);
        } else {
            out.writeByte(0x80 | 127).writeLong(size);
        }
        out.writeInt(key);
        int start = out.writerIndex();
        out.writeBytes(payload);
        mask(out, start, size, key);
        return out;
    }

    private static void mask(ByteBuf out, int start, int size, int key) {
        long wide = (long) key << 32 | key & 0xFFFFFFFFL;
        int at = start;
        int end = start + size;
        for (; at + 8 <= end; at += 8) {
            out.setLong(at, out.getLong(at) ^ wide);
        }
        for (int i = 0; at < end; at++, i++) {
            out.setByte(at, out.getByte(at) ^ (key >>> (24 - 8 * (i & 3))));
        }
    }

    /** A close frame; a code of {@link io.flotilla.failure.CloseCode#NO_STATUS} is an empty one. */
    static ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
        if (code == io.flotilla.failure.CloseCode.NO_STATUS) {
            return frame(allocator, CLOSE, new byte[0]);
        }
        byte[] text = cut(reason.getBytes(StandardCharsets.UTF_8));
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return frame(allocator, CLOSE, payload);
    }

    /** A reason has 123 bytes at the most and ends with a whole character. */
    private static byte[] cut(byte[] reason) {
        int end = Math.min(reason.length, MOST_REASON);
        while (end > 0 && end < reason.length && (reason[end] & 0xC0) == 0x80) {
            end--;
        }
        return end == reason.length ? reason : Arrays.copyOf(reason, end);
    }

    private static final class Keys {
        private static final SecureRandom SEEDS = new SecureRandom();
        private SplittableRandom random = new SplittableRandom(SEEDS.nextLong());
        private int left = RESEED;

        int next() {
            if (--left == 0) {
                random = new SplittableRandom(SEEDS.nextLong());
                left = RESEED;
            }
            return random.nextInt();
        }
    }
}

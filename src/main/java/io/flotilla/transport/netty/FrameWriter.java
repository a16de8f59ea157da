package io.flotilla.transport.netty;

import io.flotilla.failure.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the frames of a client: each message whole in one frame, masked with a key of its own (RFC 6455 5.3). */
public final class FrameWriter {

    static final int TEXT = 1;
    static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    static final int PONG = 10;

    /** Added to an opcode: the payload is deflated (RSV1, RFC 7692 6). */
    static final int DEFLATED = 0x40;

    private static final int MOST_REASON = 123;
    private static final int MOST_HEADER = 14;
    private static final byte[] EMPTY = new byte[0];
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private FrameWriter() {}

    public static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
        return frame(allocator, opcode, payload, MaskKeys.next());
    }

    static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload, int key) {
        int size = payload.length;
        ByteBuf out = allocator.ioBuffer(size + MOST_HEADER);
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
        mask(payload, key, out, start);
        return out.writerIndex(start + size);
    }

    /** Copies and masks in one go, eight bytes at a time. */
    private static void mask(byte[] payload, int key, ByteBuf out, int start) {
        long wide = (long) key << 32 | key & 0xFFFFFFFFL;
        int at = 0;
        for (; at + 8 <= payload.length; at += 8) {
            out.setLong(start + at, (long) LONGS.get(payload, at) ^ wide);
        }
        for (; at < payload.length; at++) {
            out.setByte(start + at, payload[at] ^ (key >>> (24 - 8 * (at & 3))));
        }
    }

    /** A close frame; {@link CloseCode#NO_STATUS} makes an empty one. */
    public static ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
        if (code == CloseCode.NO_STATUS) {
            return frame(allocator, CLOSE, EMPTY);
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
}

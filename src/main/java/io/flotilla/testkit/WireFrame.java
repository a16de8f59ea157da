package io.flotilla.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.Deflater;

/**
 * A frame that a scripted peer sends, right or wrong: nothing here is checked against the protocol. Immutable; the methods
 * that change something answer a changed copy.
 *
 * @param fin whether it is the last frame of its message
 * @param rsv the three reserved bits, 0 to 7; 4 is RSV1
 * @param opcode 0 to 15
 * @param masked whether it goes out masked, which a server must not do
 * @param payload the bytes after the header
 * @param declaredLength the length that the header claims, when it is not the payload's
 * @param lengthBytes how many bytes the length takes: 0 (inside the second byte), 2 or 8; -1 for the shortest that fits
 */
public record WireFrame(
        boolean fin,
        int rsv,
        int opcode,
        boolean masked,
        byte[] payload,
        OptionalLong declaredLength,
        int lengthBytes) {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
    private static final int SHORTEST = -1;

    /** A whole frame of any opcode. */
    public static WireFrame of(int opcode, byte... payload) {
        return new WireFrame(true, 0, opcode, false, payload, OptionalLong.empty(), SHORTEST);
    }

    public static WireFrame text(String text) {
        return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A text frame of any bytes, UTF-8 or not. */
    public static WireFrame text(byte... bytes) {
        return of(TEXT, bytes);
    }

    public static WireFrame binary(byte... bytes) {
        return of(BINARY, bytes);
    }

    public static WireFrame continuation(byte... bytes) {
        return of(CONTINUATION, bytes);
    }

    public static WireFrame continuation(String text) {
        return of(CONTINUATION, text.getBytes(StandardCharsets.UTF_8));
    }

    public static WireFrame ping(byte... payload) {
        return of(PING, payload);
    }

    public static WireFrame pong(byte... payload) {
        return of(PONG, payload);
    }

    /** A close frame without a code. */
    public static WireFrame close() {
        return of(CLOSE);
    }

    /** A close frame with any code (its lower 16 bits) and reason. */
    public static WireFrame close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return of(
                CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** A close frame with any payload, one byte for example. */
    public static WireFrame close(byte... payload) {
        return of(CLOSE, payload);
    }

    /** The same frame with FIN not set: more of its message follows. */
    public WireFrame unfinished() {
        return new WireFrame(false, rsv, opcode, masked, payload, declaredLength, lengthBytes);
    }

    /** The same frame with these reserved bits, 0 to 7. */
    public WireFrame withRsv(int bits) {
        return new WireFrame(fin, bits, opcode, masked, payload, declaredLength, lengthBytes);
    }

    /** The same frame, masked. */
    public WireFrame asMasked() {
        return new WireFrame(fin, rsv, opcode, true, payload, declaredLength, lengthBytes);
    }

    /** The same frame, its header claiming another length, up to 2^63 (as {@link Long#MIN_VALUE}) and beyond. */
    public WireFrame declaring(long length) {
        return new WireFrame(fin, rsv, opcode, masked, payload, OptionalLong.of(length), lengthBytes);
    }

    /** The same frame, its length written in 0, 2 or 8 bytes, the shortest form or not. */
    public WireFrame withLengthIn(int bytes) {
        return new WireFrame(fin, rsv, opcode, masked, payload, declaredLength, bytes);
    }

    /** The same frame, its payload compressed as permessage-deflate does without context take-over, with RSV1 set. */
    public WireFrame deflated() {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(payload);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        int n;
        while ((n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH)) > 0) {
            out.write(buffer, 0, n);
        }
        deflater.end();
        byte[] compressed = out.toByteArray();
        // RFC 7692 7.2.1: the four bytes 00 00 ff ff that a sync flush ends with stay home.
        byte[] body = Arrays.copyOf(compressed, compressed.length - 4);
        return new WireFrame(fin, rsv | 4, opcode, masked, body, declaredLength, lengthBytes);
    }

    /** The frame as it goes over the wire. */
    public byte[] bytes() {
        long length = declaredLength.orElse(payload.length);
        int width = lengthBytes != SHORTEST ? lengthBytes : shortest(length);
        ByteBuffer out = ByteBuffer.allocate(2 + width + (masked ? MASK.length : 0) + payload.length);
        out.put((byte) ((fin ? 0x80 : 0) | ((rsv & 7) << 4) | (opcode & 15)));
        int maskBit = masked ? 0x80 : 0;
        switch (width) {
            case 0 -> out.put((byte) (maskBit | (length & 0x7f)));
            case 2 -> out.put((byte) (maskBit | 126)).putShort((short) length);
            case 8 -> out.put((byte) (maskBit | 127)).putLong(length);
            default -> throw new IllegalArgumentException("Length bytes [" + width + "] must be 0, 2 or 8");
        }
        if (masked) {
            out.put(MASK);
            for (int i = 0; i < payload.length; i++) {
                out.put((byte) (payload[i] ^ MASK[i & 3]));
            }
        } else {
            out.put(payload);
        }
        return out.array();
    }

    private static int shortest(long length) {
        if (length >= 0 && length <= 125) {
            return 0;
        }
        return length >= 0 && length <= 0xffff ? 2 : 8;
    }

    static String nameOf(int opcode) {
        return switch (opcode) {
            case CONTINUATION -> "continuation";
            case TEXT -> "text";
            case BINARY -> "binary";
            case CLOSE -> "close";
            case PING -> "ping";
            case PONG -> "pong";
            default -> "opcode " + opcode;
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s frame%s%s%s, %d bytes",
                nameOf(opcode),
                fin ? "" : ", not the last",
                rsv == 0 ? "" : ", reserved bits " + rsv,
                masked ? ", masked" : "",
                declaredLength.orElse(payload.length));
    }
}

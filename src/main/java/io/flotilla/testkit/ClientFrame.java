package io.flotilla.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A frame that the client sent, as it came.
 *
 * @param fin whether it is the last frame of its message
 * @param rsv the three reserved bits, 0 to 7
 * @param opcode 0 to 15
 * @param maskKey the key that it was masked with; empty: it came unmasked, which a client must not do
 * @param lengthBytes how many bytes its length took: 0 (inside the second byte), 2 or 8
 * @param payload unmasked
 * @param at when its last byte arrived
 */
public record ClientFrame(
        boolean fin, int rsv, int opcode, OptionalInt maskKey, int lengthBytes, byte[] payload, Instant at) {

    public boolean masked() {
        return maskKey.isPresent();
    }

    /** Whether it is a text message in one frame. */
    public boolean isText() {
        return opcode == WireFrame.TEXT && fin;
    }

    /** Whether it is a text, binary or continuation frame. */
    public boolean isData() {
        return opcode < WireFrame.CLOSE;
    }

    public boolean isClose() {
        return opcode == WireFrame.CLOSE;
    }

    public boolean isPing() {
        return opcode == WireFrame.PING;
    }

    public boolean isPong() {
        return opcode == WireFrame.PONG;
    }

    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a close frame; empty when it has none or is no close frame. */
    public OptionalInt closeCode() {
        return isClose() && payload.length >= 2
                ? OptionalInt.of(((payload[0] & 0xff) << 8) | (payload[1] & 0xff))
                : OptionalInt.empty();
    }

    /** The reason of a close frame; empty when it has none. */
    public String closeReason() {
        return isClose() && payload.length > 2
                ? new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8)
                : "";
    }

    /** The payload inflated, as permessage-deflate without context take-over has it. */
    public byte[] inflated() {
        Inflater inflater = new Inflater(true);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            inflater.setInput(payload);
            drain(inflater, buffer, out);
            inflater.setInput(new byte[] {0, 0, (byte) 0xff, (byte) 0xff});
            drain(inflater, buffer, out);
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalStateException("Payload of " + this + " must be deflated", e);
        } finally {
            inflater.end();
        }
    }

    private static void drain(Inflater inflater, byte[] buffer, ByteArrayOutputStream out) throws DataFormatException {
        int n;
        while ((n = inflater.inflate(buffer)) > 0) {
            out.write(buffer, 0, n);
        }
    }

    /** The same frame for the way back: not masked. */
    WireFrame echoed() {
        WireFrame frame = WireFrame.of(opcode, payload).withRsv(rsv);
        return fin ? frame : frame.unfinished();
    }

    @Override
    public String toString() {
        String name = WireFrame.nameOf(opcode) + (fin ? "" : " (not the last)") + (masked() ? "" : " (unmasked)");
        if (isClose()) {
            return name + " " + (closeCode().isPresent() ? closeCode().getAsInt() : "without code") + " ["
                    + closeReason() + "]";
        }
        return name + ", " + payload.length + " bytes" + (isText() && payload.length <= 80 ? " [" + text() + "]" : "");
    }
}

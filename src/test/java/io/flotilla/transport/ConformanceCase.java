package io.flotilla.transport;

import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a server sends to a client that echoes each message, and what must come back.
 *
 * @param script after the upgrade
 * @param back the frames of the client, its close frame last
 * @param end the row that the client tells
 * @param compression what the client offers
 * @param extension what the server agrees to
 */
record ConformanceCase(
        String name,
        Script script,
        List<String> back,
        FailureKind end,
        Settings.Compression compression,
        Optional<String> extension) {

    /** Over a socket that does not deflate. */
    ConformanceCase(String name, Script script, List<String> back, FailureKind end) {
        this(name, script, back, end, Settings.Compression.OFF, Optional.empty());
    }

    static final Duration PIECE = Duration.ofNanos(200_000);

    /** Frames that are all right: the server closes once all that must come back is there. */
    static ConformanceCase good(String name, List<WireFrame> frames, String... back) {
        return good(name, sending(frames), back);
    }

    static ConformanceCase good(String name, Script script, String... back) {
        return new ConformanceCase(
                name,
                script.fullSpeed()
                        .repeat(back.length, Script.empty().awaitFrame(frame -> true))
                        .sendClose(1000, "done"),
                with(List.of(back), "close 1000"),
                FailureKind.CLOSED_NORMALLY);
    }

    /** Frames of which the last one is wrong: the client must close with this code. */
    static ConformanceCase bad(FailureKind end, int code, String name, List<WireFrame> frames, String... back) {
        return bad(end, code, name, sending(frames), back);
    }

    static ConformanceCase bad(FailureKind end, int code, String name, Script script, String... back) {
        return new ConformanceCase(name, script, with(List.of(back), "close " + code), end);
    }

    /** The same case over a socket that deflates. */
    ConformanceCase deflating(Settings.Compression offered, String agreed) {
        return new ConformanceCase(name, script, back, end, offered, Optional.of(agreed));
    }

    /** Whether the server ends the session once it has its answers. */
    boolean isGood() {
        return end == FailureKind.CLOSED_NORMALLY;
    }

    /** The messages that must have been handed over, as cases write them. */
    List<String> messages() {
        return back.stream()
                .filter(frame -> frame.startsWith("text ") || frame.startsWith("binary "))
                .toList();
    }

    /** A message as cases write it. */
    static String shown(Inbound message) {
        return message.isText() ? text(message.bytes()) : binary(message.bytes());
    }

    /** In one piece. */
    static Script sending(List<WireFrame> frames) {
        Script script = Script.empty().cork();
        for (WireFrame frame : frames) {
            script = script.sendFrame(frame);
        }
        return script.flush();
    }

    /** In pieces of so many bytes. */
    static Script chopped(int bytes, List<WireFrame> frames) {
        return Script.empty().trickle(bytes, PIECE).then(sending(frames));
    }

    /** A frame as cases write it. */
    static String shown(ClientFrame frame) {
        return switch (frame.opcode()) {
            case WireFrame.TEXT -> text(inflated(frame));
            case WireFrame.BINARY -> binary(inflated(frame));
            case WireFrame.PONG -> pong(frame.payload());
            case WireFrame.CLOSE ->
                "close"
                        + (frame.closeCode().isPresent()
                                ? " " + frame.closeCode().getAsInt()
                                : "");
            default -> frame.toString();
        };
    }

    /** What we compress refers to nothing before it. */
    private static byte[] inflated(ClientFrame frame) {
        if (frame.rsv() == 0) {
            return frame.payload();
        }
        Inflater inflater = new Inflater(true);
        try {
            byte[] tailed = Arrays.copyOf(frame.payload(), frame.payload().length + 4);
            tailed[tailed.length - 2] = (byte) 0xFF;
            tailed[tailed.length - 1] = (byte) 0xFF;
            inflater.setInput(tailed);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            int size;
            while ((size = inflater.inflate(piece)) > 0) {
                out.write(piece, 0, size);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new AssertionError("The client's " + frame + " does not inflate", e);
        } finally {
            inflater.end();
        }
    }

    static String text(byte... payload) {
        return "text " + sum(payload);
    }

    static String binary(byte... payload) {
        return "binary " + sum(payload);
    }

    static String pong(byte... payload) {
        return "pong " + sum(payload);
    }

    private static String sum(byte[] payload) {
        CRC32 sum = new CRC32();
        sum.update(payload);
        return payload.length + "#" + Long.toHexString(sum.getValue());
    }

    private static List<String> with(List<String> back, String close) {
        List<String> all = new ArrayList<>(back);
        all.add(close);
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * What a server sends to a client that echoes each message, and what must come back.
 *
 * @param script after the upgrade
 * @param back the frames of the client, its close frame last
 * @param end the row that the client tells
 */
record ConformanceCase(String name, Script script, List<String> back, FailureKind end) {

    static final Duration PIECE = Duration.ofNanos(200_000);

    /** Frames that are all right: the server closes after them. */
    static ConformanceCase good(String name, List<WireFrame> frames, String... back) {
        return good(name, sending(frames), back);
    }

    static ConformanceCase good(String name, Script script, String... back) {
        return new ConformanceCase(
                name,
                script.fullSpeed().sendClose(1000, "done"),
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
            case WireFrame.TEXT -> text(frame.payload());
            case WireFrame.BINARY -> binary(frame.payload());
            case WireFrame.PONG -> pong(frame.payload());
            case WireFrame.CLOSE ->
                "close"
                        + (frame.closeCode().isPresent()
                                ? " " + frame.closeCode().getAsInt()
                                : "");
            default -> frame.toString();
        };
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

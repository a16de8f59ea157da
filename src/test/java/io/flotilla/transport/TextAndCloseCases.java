package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.BAD_FRAME;
import static io.flotilla.failure.FailureKind.BAD_TEXT;
import static io.flotilla.transport.ConformanceCase.bad;
import static io.flotilla.transport.ConformanceCase.chopped;
import static io.flotilla.transport.ConformanceCase.good;
import static io.flotilla.transport.ConformanceCase.sending;
import static io.flotilla.transport.ConformanceCase.text;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** UTF-8, good and bad, and everything about close frames. */
final class TextAndCloseCases {

    private TextAndCloseCases() {}

    private static final List<String> VALID = List.of(
            "00",
            "7f",
            "c280",
            "dfbf",
            "e0a080",
            "e0bfbf",
            "ed9fbf",
            "ee8080",
            "efbfbd",
            "efbfbe",
            "efbfbf",
            "f0908080",
            "f09fbfbf",
            "f48fbfbe",
            "f48fbfbf",
            "cebae1bdb9cf83cebcceb5",
            "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
            "e4bda0e5a5bdefbc8ce4b896e7958c",
            "f09f9880f09f9881f09f9882");

    private static final List<String> INVALID = List.of(
            "80",
            "bf",
            "8080",
            "c0",
            "c080",
            "c1bf",
            "c220",
            "c2",
            "e0",
            "e080",
            "e08080",
            "e09fbf",
            "e1a0",
            "e1a020",
            "eda080",
            "edadbf",
            "edae80",
            "edafbf",
            "edb080",
            "edbe80",
            "edbfbf",
            "eda080edb080",
            "ef",
            "efbf",
            "f0",
            "f08080af",
            "f08fbfbf",
            "f09080",
            "f0902080",
            "f4908080",
            "f5808080",
            "f7bfbfbf",
            "f888808080",
            "fbbfbfbfbf",
            "fc8480808080",
            "fdbfbfbfbfbf",
            "fe",
            "ff",
            "feff",
            "cebae1bdb9cf83cebcceb5eda080656469746564",
            "cebae1bdb9cf83cebcceb5f4908080656469746564");

    static List<ConformanceCase> texts() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (String hex : VALID) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            cases.add(good("UTF-8 " + hex, List.of(WireFrame.text(bytes)), text(bytes)));
            cases.add(good("UTF-8 " + hex + ", a fragment for each byte", fragments(bytes), text(bytes)));
            cases.add(good("UTF-8 " + hex + ", in bytes", chopped(1, List.of(WireFrame.text(bytes))), text(bytes)));
        }
        for (String hex : INVALID) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            cases.add(bad(BAD_TEXT, 1007, "no UTF-8 " + hex, List.of(WireFrame.text(bytes))));
            cases.add(bad(BAD_TEXT, 1007, "no UTF-8 " + hex + ", a fragment for each byte", fragments(bytes)));
        }
        return cases;
    }

    /** What is certain is said at once: the peer sends no more than these bytes of a longer message, and waits. */
    static List<ConformanceCase> failFast() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (String hex :
                List.of("cebae1bdb9cf83cebcceb5f490", "cebae1bdb9cf83cebcceb5eda0", "80", "41c1", "e09f", "f08f")) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            cases.add(bad(
                    BAD_TEXT,
                    1007,
                    "certain in the middle of a frame: " + hex,
                    Script.empty().sendPart(WireFrame.text(Arrays.copyOf(bytes, 100)), 2 + bytes.length)));
            cases.add(bad(
                    BAD_TEXT,
                    1007,
                    "certain in the middle of a message: " + hex,
                    sending(List.of(WireFrame.text(bytes).unfinished()))));
        }
        cases.add(bad(
                BAD_FRAME,
                1002,
                "certain at the first byte of a frame",
                Script.empty().sendRaw((byte) 0x83)));
        cases.add(bad(
                BAD_FRAME,
                1002,
                "certain at the second byte of a frame",
                Script.empty().sendRaw((byte) 0x81, (byte) 0x80)));
        return cases;
    }

    private static List<WireFrame> fragments(byte[] bytes) {
        List<WireFrame> frames = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            WireFrame frame = i == 0 ? WireFrame.text(bytes[i]) : WireFrame.continuation(bytes[i]);
            frames.add(i < bytes.length - 1 ? frame.unfinished() : frame);
        }
        return frames;
    }

    static List<ConformanceCase> closes() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int code : new int[] {
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999
        }) {
            cases.add(
                    ended(Failures.ofCloseCode(code), "close " + code, "a code of " + code, WireFrame.close(code, "")));
            cases.add(ended(
                    Failures.ofCloseCode(code),
                    "close " + code,
                    "a code of " + code + " with a reason, in bytes",
                    chopped(1, List.of(WireFrame.close(code, "Go away, κόσμε")))));
        }
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 5000, 65535}) {
            cases.add(ended(
                    FailureKind.CLOSED_PROTOCOL_ERROR,
                    "close 1002",
                    "a wrong code of " + code,
                    WireFrame.close(code, "")));
        }
        for (int code : new int[] {1016, 1100, 2000, 2999}) {
            cases.add(ended(
                    FailureKind.CLOSED_UNASSIGNED, "close 1002", "a wrong code of " + code, WireFrame.close(code, "")));
        }
        cases.add(ended(FailureKind.CLOSED_NO_STATUS, "close", "a close frame without a code", WireFrame.close()));
        for (int length : new int[] {1, 122, 123}) {
            cases.add(ended(
                    FailureKind.CLOSED_NORMALLY,
                    "close 1000",
                    "a reason of " + length,
                    WireFrame.close(1000, "r".repeat(length))));
        }
        cases.add(bad(BAD_FRAME, 1002, "a reason of 124", List.of(WireFrame.close(1000, "r".repeat(124)))));
        cases.add(bad(BAD_FRAME, 1002, "half a code", List.of(WireFrame.close((byte) 3))));
        for (String hex : List.of("ff", "c3", "cebae1bdb9cf83cebcceb5eda080656469746564", "eda080", "c080")) {
            byte[] reason = HexFormat.of().parseHex("03e8" + hex);
            cases.add(bad(BAD_TEXT, 1007, "a reason of no UTF-8 " + hex, List.of(WireFrame.close(reason))));
        }
        WireFrame bye = WireFrame.close(1000, "bye");
        WireFrame late = WireFrame.text("late");
        cases.add(after("text after close", bye, late));
        cases.add(after("ping after close", bye, WireFrame.ping((byte) 1)));
        cases.add(after("a second close", bye, WireFrame.close(1001, "again")));
        cases.add(after("nonsense after close", bye, WireFrame.of(3)));
        cases.add(after("256 KiB after close", bye, WireFrame.binary(new byte[256 * 1024])));
        cases.add(after(
                "close inside a fragmented message",
                WireFrame.text("half").unfinished(),
                bye,
                WireFrame.continuation("late")));
        return cases;
    }

    private static ConformanceCase after(String name, WireFrame... frames) {
        return new ConformanceCase(name, sending(List.of(frames)), List.of("close 1000"), FailureKind.CLOSED_NORMALLY);
    }

    private static ConformanceCase ended(FailureKind end, String back, String name, WireFrame frame) {
        return ended(end, back, name, sending(List.of(frame)));
    }

    private static ConformanceCase ended(FailureKind end, String back, String name, Script script) {
        return new ConformanceCase(name, script, List.of(back), end);
    }
}

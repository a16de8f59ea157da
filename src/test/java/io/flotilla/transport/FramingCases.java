package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.BAD_FRAME;
import static io.flotilla.failure.FailureKind.MESSAGE_TOO_BIG;
import static io.flotilla.transport.ConformanceCase.bad;
import static io.flotilla.transport.ConformanceCase.binary;
import static io.flotilla.transport.ConformanceCase.chopped;
import static io.flotilla.transport.ConformanceCase.good;
import static io.flotilla.transport.ConformanceCase.pong;
import static io.flotilla.transport.ConformanceCase.text;

import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Sizes and pieces, pings and pongs, reserved bits and opcodes, fragments, limits. */
final class FramingCases {

    /** {@code receive.max-message} of the client. */
    static final int MAX = 1024 * 1024;

    private FramingCases() {}

    private static byte[] ascii(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('!' + i % 90);
        }
        return bytes;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<ConformanceCase> sizes() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int size : new int[] {0, 1, 125, 126, 127, 128, 65534, 65535, 65536, 131072, MAX}) {
            byte[] ascii = ascii(size);
            byte[] random = random(size);
            cases.add(good("text of " + size, List.of(WireFrame.text(ascii)), text(ascii)));
            cases.add(good("binary of " + size, List.of(WireFrame.binary(random)), binary(random)));
        }
        for (int size : new int[] {0, 1, 125, 126, 127, 128}) {
            byte[] ascii = ascii(size);
            byte[] random = random(size);
            cases.add(good("text of " + size + " in bytes", chopped(1, List.of(WireFrame.text(ascii))), text(ascii)));
            cases.add(good(
                    "binary of " + size + " in bytes", chopped(1, List.of(WireFrame.binary(random))), binary(random)));
        }
        for (int piece : new int[] {997, 1460, 16384}) {
            byte[] ascii = ascii(65536);
            byte[] random = random(65535);
            cases.add(good(
                    "text of 65536 in pieces of " + piece,
                    chopped(piece, List.of(WireFrame.text(ascii))),
                    text(ascii)));
            cases.add(good(
                    "binary of 65535 in pieces of " + piece,
                    chopped(piece, List.of(WireFrame.binary(random))),
                    binary(random)));
        }
        cases.add(good(
                "a thousand messages in one piece",
                Collections.nCopies(1000, WireFrame.text("x")),
                Collections.nCopies(1000, text(utf8("x"))).toArray(String[]::new)));
        cases.add(good(
                "messages of every size up to 300",
                IntStream.rangeClosed(0, 300)
                        .mapToObj(n -> WireFrame.binary(random(n)))
                        .toList(),
                IntStream.rangeClosed(0, 300).mapToObj(n -> binary(random(n))).toArray(String[]::new)));
        return cases;
    }

    static List<ConformanceCase> pings() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int size : new int[] {0, 1, 8, 124, 125}) {
            byte[] random = random(size);
            cases.add(good("ping of " + size, List.of(WireFrame.ping(random)), pong(random)));
            cases.add(good("ping of " + size + " in bytes", chopped(1, List.of(WireFrame.ping(random))), pong(random)));
            cases.add(good("pong of " + size + " that was not asked for", List.of(WireFrame.pong(random))));
        }
        List<WireFrame> ten =
                IntStream.range(0, 10).mapToObj(n -> WireFrame.ping(random(n))).toList();
        String[] pongs = IntStream.range(0, 10).mapToObj(n -> pong(random(n))).toArray(String[]::new);
        cases.add(good("ten pings in one piece", ten, pongs));
        cases.add(good("ten pings in bytes", chopped(1, ten), pongs));
        byte[] hi = utf8("hi");
        cases.add(good("pong, then ping", List.of(WireFrame.pong(hi), WireFrame.ping(hi)), pong(hi)));
        cases.add(good(
                "text, ping, text",
                List.of(WireFrame.text("hi"), WireFrame.ping(hi), WireFrame.text("hi")),
                text(hi),
                pong(hi),
                text(hi)));
        for (int opcode : new int[] {WireFrame.PING, WireFrame.PONG, WireFrame.CLOSE}) {
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "control frame " + opcode + " of 126",
                    List.of(WireFrame.of(opcode, random(126)))));
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "control frame " + opcode + " with a long length",
                    List.of(WireFrame.of(opcode, random(65536)))));
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "control frame " + opcode + " in fragments",
                    List.of(WireFrame.of(opcode, random(2)).unfinished(), WireFrame.continuation(hi))));
        }
        return cases;
    }

    static List<ConformanceCase> reserved() {
        List<ConformanceCase> cases = new ArrayList<>();
        byte[] hi = utf8("hi");
        for (int bits = 1; bits < 8; bits++) {
            for (int opcode :
                    new int[] {WireFrame.TEXT, WireFrame.BINARY, WireFrame.CLOSE, WireFrame.PING, WireFrame.PONG}) {
                cases.add(bad(
                        BAD_FRAME,
                        1002,
                        "reserved bits " + bits + " in opcode " + opcode,
                        List.of(WireFrame.of(opcode, random(2)).withRsv(bits))));
            }
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "reserved bits " + bits + " after a message",
                    List.of(WireFrame.text("hi"), WireFrame.text("hi").withRsv(bits), WireFrame.ping()),
                    text(hi)));
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "reserved bits " + bits + " in a continuation, in bytes",
                    chopped(
                            1,
                            List.of(
                                    WireFrame.text("hi").unfinished(),
                                    WireFrame.continuation("hi").withRsv(bits)))));
        }
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            cases.add(bad(BAD_FRAME, 1002, "opcode " + opcode, List.of(WireFrame.of(opcode))));
            cases.add(bad(BAD_FRAME, 1002, "opcode " + opcode + " with a payload", List.of(WireFrame.of(opcode, hi))));
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "opcode " + opcode + " after a message, in bytes",
                    chopped(1, List.of(WireFrame.text("hi"), WireFrame.of(opcode, hi), WireFrame.ping())),
                    text(hi)));
        }
        for (int opcode : new int[] {1, 2, 8, 9, 10}) {
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "a masked frame of opcode " + opcode,
                    List.of(WireFrame.of(opcode, hi).asMasked())));
        }
        return cases;
    }

    static List<ConformanceCase> fragments() {
        WireFrame frag = WireFrame.text("frag").unfinished();
        WireFrame bin = WireFrame.binary(utf8("frag")).unfinished();
        WireFrame more = WireFrame.continuation("more").unfinished();
        WireFrame last = WireFrame.continuation("last");
        WireFrame nothing = WireFrame.continuation("").unfinished();
        WireFrame ping = WireFrame.ping(utf8("p"));
        byte[] hi = utf8("hi");
        WireFrame text = WireFrame.text("hi");
        List<ConformanceCase> cases = new ArrayList<>();
        cases.addAll(both("text in two", List.of(frag, last), text(utf8("fraglast"))));
        cases.addAll(both("binary in two", List.of(bin, last), binary(utf8("fraglast"))));
        cases.addAll(both("text in three", List.of(frag, more, last), text(utf8("fragmorelast"))));
        cases.addAll(
                both("text in two, ping within", List.of(frag, ping, last), pong(utf8("p")), text(utf8("fraglast"))));
        cases.addAll(both(
                "text in three, a ping in each gap",
                List.of(frag, ping, more, ping, last),
                pong(utf8("p")),
                pong(utf8("p")),
                text(utf8("fragmorelast"))));
        cases.addAll(both("text in two, pong within", List.of(frag, WireFrame.pong(hi), last), text(utf8("fraglast"))));
        cases.addAll(both(
                "empty fragments only",
                List.of(WireFrame.text("").unfinished(), nothing, WireFrame.continuation("")),
                text()));
        cases.addAll(both(
                "empty first and last fragment",
                List.of(WireFrame.text("").unfinished(), more, WireFrame.continuation("")),
                text(utf8("more"))));
        cases.addAll(both("empty fragments between", List.of(frag, nothing, nothing, last), text(utf8("fraglast"))));
        cases.addAll(both(
                "two fragmented messages",
                List.of(frag, last, bin, last),
                text(utf8("fraglast")),
                binary(utf8("fraglast"))));
        cases.add(good("a thousand fragments", fragmented(1000, "ab"), text(utf8("ab".repeat(1001)))));
        for (int piece : new int[] {64, 256, 1024, 4096, 16384, 65536}) {
            byte[] random = random(256 * 1024);
            cases.add(good("binary of 256 KiB in fragments of " + piece, cut(random, piece), binary(random)));
        }
        cases.add(bad(BAD_FRAME, 1002, "a continuation first", List.of(last)));
        cases.add(bad(BAD_FRAME, 1002, "an open continuation first", List.of(more, last)));
        cases.add(bad(BAD_FRAME, 1002, "a continuation in bytes first", chopped(1, List.of(last))));
        cases.add(bad(BAD_FRAME, 1002, "a continuation after a message", List.of(text, last), text(hi)));
        cases.add(bad(BAD_FRAME, 1002, "an open continuation after a message", List.of(text, more), text(hi)));
        cases.add(bad(
                BAD_FRAME,
                1002,
                "a continuation after a fragmented message",
                List.of(frag, last, last),
                text(utf8("fraglast"))));
        cases.add(bad(BAD_FRAME, 1002, "text inside text", List.of(frag, text)));
        cases.add(bad(BAD_FRAME, 1002, "an open text inside text", List.of(frag, frag, last)));
        cases.add(bad(BAD_FRAME, 1002, "binary inside text", List.of(frag, WireFrame.binary(hi))));
        cases.add(bad(BAD_FRAME, 1002, "text inside binary, after a ping", List.of(bin, ping, text), pong(utf8("p"))));
        cases.add(bad(BAD_FRAME, 1002, "text inside text, in bytes", chopped(1, List.of(frag, more, text, last))));
        cases.add(bad(BAD_FRAME, 1002, "an empty text inside text", List.of(frag, WireFrame.text(""), last)));
        return cases;
    }

    private static List<ConformanceCase> both(String name, List<WireFrame> frames, String... back) {
        return List.of(good(name, frames, back), good(name + ", in bytes", chopped(1, frames), back));
    }

    private static List<WireFrame> fragmented(int count, String piece) {
        List<WireFrame> frames = new ArrayList<>();
        frames.add(WireFrame.text(piece).unfinished());
        frames.addAll(
                Collections.nCopies(count - 1, WireFrame.continuation(piece).unfinished()));
        frames.add(WireFrame.continuation(piece));
        return frames;
    }

    private static List<WireFrame> cut(byte[] bytes, int piece) {
        List<WireFrame> frames = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += piece) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
            WireFrame frame = at == 0 ? WireFrame.binary(part) : WireFrame.continuation(part);
            frames.add(at + piece < bytes.length ? frame.unfinished() : frame);
        }
        return frames;
    }

    static List<ConformanceCase> limits() {
        List<ConformanceCase> cases = new ArrayList<>();
        byte[] hi = utf8("hi");
        for (long length : new long[] {MAX + 1L, 1L << 31, (1L << 32) + 2, 1L << 40, Long.MAX_VALUE}) {
            cases.add(bad(
                    MESSAGE_TOO_BIG,
                    1009,
                    "a declared length of " + length,
                    Script.empty()
                            .sendFrame(WireFrame.text("hi"))
                            .sendPart(WireFrame.binary().declaring(length), 10),
                    text(hi)));
        }
        cases.add(bad(
                BAD_FRAME,
                1002,
                "a length with its highest bit",
                List.of(WireFrame.binary(hi).declaring(Long.MIN_VALUE))));
        cases.add(bad(
                MESSAGE_TOO_BIG,
                1009,
                "one byte too many in the last fragment",
                List.of(WireFrame.binary(new byte[MAX]).unfinished(), WireFrame.continuation("x"))));
        cases.add(bad(
                MESSAGE_TOO_BIG,
                1009,
                "one byte too many, all of it sent",
                List.of(WireFrame.binary(new byte[MAX + 1]), WireFrame.text("hi"))));
        for (int width : new int[] {2, 8}) {
            for (int size : new int[] {0, 1, 125}) {
                cases.add(bad(
                        BAD_FRAME,
                        1002,
                        "a length of " + size + " in " + width + " bytes",
                        List.of(WireFrame.binary(random(size)).withLengthIn(width))));
            }
        }
        for (int size : new int[] {126, 65535}) {
            cases.add(bad(
                    BAD_FRAME,
                    1002,
                    "a length of " + size + " in 8 bytes",
                    List.of(WireFrame.binary(random(size)).withLengthIn(8))));
        }
        return cases;
    }
}

package io.flotilla.transport;

import static io.flotilla.transport.ConformanceCase.bad;
import static io.flotilla.transport.ConformanceCase.binary;
import static io.flotilla.transport.ConformanceCase.chopped;
import static io.flotilla.transport.ConformanceCase.good;
import static io.flotilla.transport.ConformanceCase.pong;
import static io.flotilla.transport.ConformanceCase.text;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Settings.Compression;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** permessage-deflate (RFC 7692), from the server's side: what it may send and what it may not. */
final class DeflateCases {

    private static final String PLAIN = "permessage-deflate";
    private static final String FORGETFUL =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final int RSV1 = 4;

    private DeflateCases() {}

    static List<ConformanceCase> all() {
        return Stream.of(sizes(), contexts(), windows(), shapes(), broken(), bombs())
                .flatMap(List::stream)
                .toList();
    }

    /** Messages of every size class, thrice each, compressible and not, with and without a window that is kept. */
    private static List<ConformanceCase> sizes() {
        List<ConformanceCase> cases = new ArrayList<>();
        for (int size :
                new int[] {0, 1, 2, 16, 125, 126, 127, 128, 129, 256, 1000, 8192, 16384, 32768, 65535, 65536, 131072}) {
            byte[] words = words(size);
            byte[] noise = noise(size);
            for (boolean keeps : new boolean[] {true, false}) {
                Sender sender = new Sender(keeps);
                cases.add(agreed(
                        keeps,
                        good(
                                "deflated: three texts of " + size + named(keeps),
                                List.of(sender.text(words), sender.text(words), sender.text(words)),
                                text(words),
                                text(words),
                                text(words))));
                Sender other = new Sender(keeps);
                cases.add(agreed(
                        keeps,
                        good(
                                "deflated: noise of " + size + named(keeps),
                                List.of(other.binary(noise), other.binary(noise)),
                                binary(noise),
                                binary(noise))));
            }
        }
        return cases;
    }

    private static List<ConformanceCase> contexts() {
        byte[] words = words(3000);
        byte[] small = words(40);
        Sender kept = new Sender(true);
        Sender mixed = new Sender(true);
        List<WireFrame> many = new ArrayList<>();
        List<String> back = new ArrayList<>();
        Sender stream = new Sender(true);
        for (int i = 0; i < 200; i++) {
            byte[] message = words(i * 7);
            many.add(stream.text(message));
            back.add(text(message));
        }
        return List.of(
                agreed(
                        true,
                        good(
                                "deflated: the second message refers to the first",
                                List.of(kept.text(words), kept.text(words), kept.binary(small)),
                                text(words),
                                text(words),
                                binary(small))),
                agreed(
                        true,
                        good(
                                "deflated: a plain message between two that refer to each other",
                                List.of(mixed.text(words), WireFrame.text(words), mixed.text(words)),
                                text(words),
                                text(words),
                                text(words))),
                agreed(true, good("deflated: two hundred messages in one stream", many, back.toArray(String[]::new))),
                agreed(
                        false,
                        good(
                                "deflated: a server that need not forget and does",
                                List.of(
                                        WireFrame.text(words).deflated(),
                                        WireFrame.text(words).deflated()),
                                text(words),
                                text(words))));
    }

    private static List<ConformanceCase> windows() {
        byte[] words = words(200);
        List<ConformanceCase> cases = new ArrayList<>();
        for (int bits = 8; bits <= 15; bits++) {
            cases.add(good(
                            "deflated: a window of the server of " + bits + " bits",
                            List.of(WireFrame.text(words).deflated()),
                            text(words))
                    .deflating(Compression.ON, PLAIN + "; server_max_window_bits=" + bits));
        }
        return cases;
    }

    private static List<ConformanceCase> shapes() {
        byte[] words = words(5000);
        byte[] body = deflated(words, Deflater.SYNC_FLUSH, 6);
        byte[] stored = deflated(words, Deflater.SYNC_FLUSH, 0);
        byte[] blocks = inBlocks(words, 700);
        byte[] last = withLastBlock(words);
        List<ConformanceCase> cases = new ArrayList<>();
        for (int pieces : new int[] {2, 3, 10, 100}) {
            cases.add(
                    agreed(true, good("deflated: in " + pieces + " fragments", fragments(body, pieces), text(words))));
        }
        List<WireFrame> interrupted = new ArrayList<>(fragments(body, 3));
        interrupted.add(1, WireFrame.ping((byte) 1));
        interrupted.add(3, WireFrame.ping((byte) 2));
        cases.add(agreed(
                true,
                good("deflated: pings between fragments", interrupted, pong((byte) 1), pong((byte) 2), text(words))));
        List<WireFrame> padded = new ArrayList<>(fragments(body, 2));
        padded.add(1, WireFrame.continuation("").unfinished());
        cases.add(agreed(true, good("deflated: an empty fragment in the middle", padded, text(words))));
        cases.add(agreed(
                true,
                good(
                        "deflated: byte by byte",
                        chopped(1, List.of(marked(deflated(words(300), Deflater.SYNC_FLUSH, 6)))),
                        text(words(300)))));
        cases.add(agreed(true, good("deflated: stored blocks", List.of(marked(stored)), text(words))));
        cases.add(agreed(true, good("deflated: many blocks with flushes", List.of(marked(blocks)), text(words))));
        cases.add(agreed(
                true,
                good(
                        "deflated: a last block, then another message",
                        List.of(marked(last), marked(last)),
                        text(words),
                        text(words))));
        cases.add(agreed(
                false,
                good(
                        "deflated: a last block without context",
                        List.of(marked(last), marked(body)),
                        text(words),
                        text(words))));
        cases.add(
                agreed(true, good("deflated: not deflated all the same", List.of(WireFrame.text(words)), text(words))));
        cases.add(agreed(true, good("deflated: an empty text", List.of(marked((byte) 0)), text())));
        return cases;
    }

    private static List<ConformanceCase> broken() {
        byte[] words = words(500);
        byte[] body = deflated(words, Deflater.SYNC_FLUSH, 6);
        List<WireFrame> marks = new ArrayList<>(fragments(body, 2));
        marks.set(1, marks.get(1).withRsv(RSV1));
        byte[] badText = deflated(new byte[] {'a', (byte) 0xC3, (byte) 0x28, 'b'}, Deflater.SYNC_FLUSH, 6);
        byte[] halfText = deflated(new byte[] {'a', (byte) 0xC3}, Deflater.SYNC_FLUSH, 6);
        List<ConformanceCase> cases = new ArrayList<>();
        cases.add(bad(FailureKind.BAD_FRAME, 1002, "deflated: RSV1 on a continuation", marks));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: RSV1 on a ping",
                List.of(WireFrame.ping((byte) 1).withRsv(RSV1))));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: RSV1 on a close",
                List.of(WireFrame.close(1000, "").withRsv(RSV1))));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: RSV2",
                List.of(WireFrame.text("a").withRsv(2))));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: RSV1 and RSV3",
                List.of(marked(body).withRsv(5))));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: a block of a type that there is not",
                List.of(marked((byte) 7, (byte) 7))));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: a stored block whose lengths differ",
                List.of(marked((byte) 0, (byte) 5, (byte) 0, (byte) 5, (byte) 0, (byte) 1))));
        cases.add(bad(
                FailureKind.BAD_FRAME,
                1002,
                "deflated: a reference to before the beginning",
                List.of(marked(
                        (byte) 0x4B, (byte) 0x04, (byte) 0x7F, (byte) 0x03, (byte) 0x42, (byte) 0xFF, (byte) 0xFF))));
        cases.add(bad(
                FailureKind.BAD_TEXT,
                1007,
                "deflated: a good message, then bad UTF-8",
                List.of(marked(body), marked(badText)),
                text(words)));
        cases.add(bad(
                FailureKind.BAD_TEXT,
                1007,
                "deflated: bad UTF-8 before the end of the message",
                List.of(marked(badText).unfinished())));
        cases.add(bad(FailureKind.BAD_TEXT, 1007, "deflated: half a character at the end", List.of(marked(halfText))));
        return cases.stream().map(one -> agreed(true, one)).toList();
    }

    private static List<ConformanceCase> bombs() {
        int most = FramingCases.MAX;
        byte[] exactly = new byte[most];
        byte[] noise = noise(most);
        byte[] tooMuch = new byte[most + 1];
        byte[] bomb = new byte[64 << 20];
        byte[] nothing = new byte[5 * 1000];
        for (int i = 0; i < nothing.length; i += 5) {
            nothing[i + 3] = (byte) 0xFF;
            nothing[i + 4] = (byte) 0xFF;
        }
        Script endless = Script.empty().sendFrame(marked(nothing).unfinished());
        for (int sent = 0; sent <= most + most / 1000 + 64; sent += nothing.length) {
            endless = endless.sendFrame(WireFrame.continuation(nothing).unfinished());
        }
        return Stream.of(
                        good(
                                "deflated: as long as it may be",
                                List.of(WireFrame.binary(exactly).deflated()),
                                binary(exactly)),
                        good(
                                "deflated: noise as long as it may be",
                                List.of(WireFrame.binary(noise).deflated()),
                                binary(noise)),
                        bad(
                                FailureKind.MESSAGE_TOO_BIG,
                                1009,
                                "deflated: one byte too long",
                                List.of(WireFrame.binary(tooMuch).deflated())),
                        bad(
                                FailureKind.MESSAGE_TOO_BIG,
                                1009,
                                "deflated: a bomb",
                                List.of(WireFrame.binary(bomb).deflated())),
                        bad(
                                FailureKind.MESSAGE_TOO_BIG,
                                1009,
                                "deflated: a bomb that never ends",
                                List.of(WireFrame.binary(bomb).deflated().unfinished())),
                        bad(FailureKind.MESSAGE_TOO_BIG, 1009, "deflated: empty blocks without end", endless))
                .map(one -> agreed(true, one))
                .toList();
    }

    private static ConformanceCase agreed(boolean keepsContext, ConformanceCase one) {
        return keepsContext
                ? one.deflating(Compression.ON, PLAIN)
                : one.deflating(Compression.NO_CONTEXT_TAKEOVER, FORGETFUL);
    }

    private static String named(boolean keepsContext) {
        return keepsContext ? "" : ", nothing kept";
    }

    private static WireFrame marked(byte... body) {
        return WireFrame.text(body).withRsv(RSV1);
    }

    private static List<WireFrame> fragments(byte[] body, int pieces) {
        List<WireFrame> frames = new ArrayList<>();
        for (int i = 0; i < pieces; i++) {
            byte[] piece = Arrays.copyOfRange(
                    body, (int) ((long) body.length * i / pieces), (int) ((long) body.length * (i + 1) / pieces));
            WireFrame frame = i == 0 ? marked(piece) : WireFrame.continuation(piece);
            frames.add(i == pieces - 1 ? frame : frame.unfinished());
        }
        return frames;
    }

    /** A server's messages, with a window that it keeps between them or not. */
    private static final class Sender {
        private final Deflater deflater = new Deflater(6, true);
        private final boolean keepsContext;

        Sender(boolean keepsContext) {
            this.keepsContext = keepsContext;
        }

        WireFrame text(byte[] payload) {
            return marked(next(payload));
        }

        WireFrame binary(byte[] payload) {
            return WireFrame.binary(next(payload)).withRsv(RSV1);
        }

        private byte[] next(byte[] payload) {
            byte[] body = withoutTail(run(deflater, payload, Deflater.SYNC_FLUSH));
            if (!keepsContext) {
                deflater.reset();
            }
            return body;
        }
    }

    private static byte[] deflated(byte[] payload, int flush, int level) {
        Deflater deflater = new Deflater(level, true);
        byte[] out = run(deflater, payload, flush);
        deflater.end();
        return withoutTail(out);
    }

    /** With a flush after each so many bytes, as a server does that compresses what it streams. */
    private static byte[] inBlocks(byte[] payload, int size) {
        Deflater deflater = new Deflater(6, true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < payload.length; at += size) {
            out.writeBytes(run(
                    deflater,
                    Arrays.copyOfRange(payload, at, Math.min(payload.length, at + size)),
                    at % 2 == 0 ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH));
        }
        deflater.end();
        return withoutTail(out.toByteArray());
    }

    /** RFC 7692 7.2.3.4: a block that says it is the last one, then an empty block. */
    private static byte[] withLastBlock(byte[] payload) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(payload);
        deflater.finish();
        byte[] buffer = new byte[payload.length + 100];
        int size = deflater.deflate(buffer);
        deflater.end();
        return Arrays.copyOf(buffer, size + 1);
    }

    private static byte[] run(Deflater deflater, byte[] payload, int flush) {
        deflater.setInput(payload);
        byte[] buffer = new byte[payload.length + payload.length / 100 + 100];
        int size = deflater.deflate(buffer, 0, buffer.length, flush);
        return Arrays.copyOf(buffer, size);
    }

    private static byte[] withoutTail(byte[] flushed) {
        return flushed.length == 0
                ? new byte[1] // RFC 7692 7.2.3.6: there was nothing to flush
                : Arrays.copyOf(flushed, flushed.length - 4);
    }

    static byte[] words(int size) {
        Random random = new Random(size);
        StringBuilder text = new StringBuilder();
        while (text.length() < size) {
            text.append("{\"price\":").append(random.nextInt(1000)).append(",\"ü\":\"€\"},");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int end = Math.min(size, bytes.length);
        while (end > 0 && end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return pad(Arrays.copyOf(bytes, end), size);
    }

    private static byte[] pad(byte[] bytes, int size) {
        byte[] padded = Arrays.copyOf(bytes, size);
        Arrays.fill(padded, bytes.length, size, (byte) ' ');
        return padded;
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}

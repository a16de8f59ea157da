package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.transport.ReceiveMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {

    private static final long MAX = 1000;

    private final ReceiveMemory memory = new ReceiveMemory(1000 * 1000);

    /** Writes down what it hears. */
    private static final class Heard implements FrameReader.Receiver {
        private final List<String> events = new ArrayList<>();

        @Override
        public void message(boolean isText, byte[] payload) {
            events.add((isText ? "text " : "binary ") + shown(payload));
        }

        @Override
        public void ping(byte[] payload) {
            events.add("ping " + shown(payload));
        }

        @Override
        public void pong(byte[] payload) {
            events.add("pong " + shown(payload));
        }

        @Override
        public void close(CloseFrame frame) {
            events.add("close " + frame.code().orElse(-1) + " " + frame.reason());
        }

        @Override
        public void violation(FailureKind kind, int code, String detail) {
            events.add(kind + " " + code);
        }

        private static String shown(byte[] payload) {
            return payload.length > 40 ? payload.length + " bytes" : new String(payload, StandardCharsets.UTF_8);
        }

        String all() {
            return String.join(", ", events);
        }
    }

    @ParameterizedTest(name = "{0} is read as: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // messages
                "81 00                              | text ",
                "82 00                              | binary ",
                "81 02 68 69                        | text hi",
                "82 02 68 69                        | binary hi",
                "81 02 68 69 81 01 21               | text hi, text !",
                "01 01 61 80 01 62                  | text ab",
                "01 01 61 00 01 62 80 01 63         | text abc",
                "02 01 61 00 00 80 00               | binary a",
                "01 00 80 00                        | text ",
                "01 01 61 89 01 70 80 01 62         | ping p, text ab",
                "01 01 c3 80 01 a9                  | text é",
                "01 01 c3 00 00 80 01 a9            | text é",
                // control frames
                "89 00                              | ping ",
                "89 02 68 69                        | ping hi",
                "8a 02 68 69                        | pong hi",
                "88 00                              | close -1 ",
                "88 02 03 e8                        | close 1000 ",
                "88 04 03 e8 68 69                  | close 1000 hi",
                "88 02 00 05                        | close 5 ",
                "88 02 03 ed                        | close 1005 ",
                "88 00 81 02 68 69                  | close -1 ",
                // violations
                "c1 00                              | BAD_FRAME 1002",
                "a1 00                              | BAD_FRAME 1002",
                "91 00                              | BAD_FRAME 1002",
                "b9 00                              | BAD_FRAME 1002",
                "83                                 | BAD_FRAME 1002",
                "87                                 | BAD_FRAME 1002",
                "8b                                 | BAD_FRAME 1002",
                "8f                                 | BAD_FRAME 1002",
                "81 80                              | BAD_FRAME 1002",
                "81 fe                              | BAD_FRAME 1002",
                "09                                 | BAD_FRAME 1002",
                "08                                 | BAD_FRAME 1002",
                "89 7e                              | BAD_FRAME 1002",
                "88 7f                              | BAD_FRAME 1002",
                "80                                 | BAD_FRAME 1002",
                "00                                 | BAD_FRAME 1002",
                "01 00 81                           | BAD_FRAME 1002",
                "01 00 02                           | BAD_FRAME 1002",
                "81 01 61 80                        | text a, BAD_FRAME 1002",
                "81 7e 00 7d                        | BAD_FRAME 1002",
                "81 7f 00 00 00 00 00 00 ff ff      | BAD_FRAME 1002",
                "81 7f 80                           | BAD_FRAME 1002",
                "88 01 03                           | BAD_FRAME 1002",
                "88 03 03 e8 ff                     | BAD_TEXT 1007",
                "88 03 03 e8 c3                     | BAD_TEXT 1007",
                "81 02 c3 28                        | BAD_TEXT 1007",
                "81 05 ff                           | BAD_TEXT 1007",
                "81 01 c3                           | BAD_TEXT 1007",
                "01 01 c3 80 00                     | BAD_TEXT 1007",
                "01 01 c3 00 01 28                  | BAD_TEXT 1007",
                "81 7e 03 e9                        | MESSAGE_TOO_BIG 1009",
                "81 7f 00 00 01 00 00 00 00 00      | MESSAGE_TOO_BIG 1009",
                "81 7f 7f ff ff ff ff ff ff ff      | MESSAGE_TOO_BIG 1009",
                "01 01 61 80 7e 03 e8               | MESSAGE_TOO_BIG 1009"
            })
    void readsFramesHoweverTheyAreCut(String hex, String heard) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        String expected = heard.replaceAll("\\s+$", "");
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                Heard events = new Heard();
                FrameReader reader = new FrameReader(events, MAX, memory, null);
                feed(reader, bytes, 0, first);
                feed(reader, bytes, first, second);
                feed(reader, bytes, second, bytes.length);
                assertThat(events.all().replaceAll("\\s+$", "")).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest(name = "a message of {0} bytes with a header of {1}")
    @CsvSource({"125, 827d", "126, 827e007e", "127, 827e007f", "128, 827e0080", "1000, 827e03e8"})
    void readsEveryFormOfLength(int size, String header) {
        ByteBuf bytes =
                Unpooled.buffer().writeBytes(HexFormat.of().parseHex(header)).writeZero(size);
        byte[] all = new byte[bytes.readableBytes()];
        bytes.readBytes(all).release();
        for (int cut = 0; cut <= all.length; cut++) {
            Heard events = new Heard();
            FrameReader reader = new FrameReader(events, MAX, memory, null);
            feed(reader, all, 0, cut);
            feed(reader, all, cut, all.length);
            assertThat(events.all()).isEqualTo("binary " + size + " bytes");
        }
    }

    @Test
    void takesAMessageOfExactlyTheMostInFragments() {
        Heard events = new Heard();
        FrameReader reader = new FrameReader(events, MAX, memory, null);
        byte[] first = HexFormat.of().parseHex("0201");
        feed(reader, new byte[] {first[0], first[1], 1}, 0, 3);
        for (int i = 0; i < 998; i++) {
            feed(reader, new byte[] {0, 1, 1}, 0, 3);
        }
        feed(reader, new byte[] {(byte) 0x80, 1, 1}, 0, 3);
        assertThat(events.all()).isEqualTo("binary 1000 bytes");
    }

    @Test
    void endsEndlessEmptyFragments() {
        Heard events = new Heard();
        FrameReader reader = new FrameReader(events, MAX, memory, null);
        feed(reader, new byte[] {1, 0}, 0, 2);
        for (int i = 0; i < 3 * MAX; i++) {
            feed(reader, new byte[] {0, 0}, 0, 2);
        }
        assertThat(events.all()).isEqualTo("MESSAGE_TOO_BIG 1009");
    }

    @Test
    void endsAMessageThatFindsNoRoomBesideThoseOfOthersAndGivesItsOwnBack() {
        FrameReader other = new FrameReader(new Heard(), 1 << 20, memory, null);
        byte[] part = begunMessage(900_000);
        feed(other, part, 0, part.length);
        long held = memory.unfinished();
        assertThat(held).isBetween(900_000L, 1_000_000L);

        Heard events = new Heard();
        FrameReader reader = new FrameReader(events, 1 << 20, memory, null);
        byte[] more = begunMessage(400_000);
        feed(reader, more, 0, 10 + FrameReader.UNASKED);
        assertThat(events.all()).as("so much is everybody's").isEmpty();
        feed(reader, more, 10 + FrameReader.UNASKED, more.length);
        assertThat(events.all()).isEqualTo("MESSAGE_TOO_BIG 1009");
        assertThat(memory.unfinished()).isEqualTo(held);

        other.stop();
        assertThat(memory.unfinished()).isZero();
    }

    @Test
    void givesBackTheRoomOfAMessageThatIsWhole() {
        Heard events = new Heard();
        FrameReader reader = new FrameReader(events, 1 << 20, memory, null);
        byte[] whole = begunMessage(1 << 20);
        for (int at = 0; at < whole.length; at += 10_000) {
            feed(reader, whole, at, Math.min(whole.length, at + 10_000));
        }
        assertThat(events.all()).isEqualTo("MESSAGE_TOO_BIG 1009");

        Heard heard = new Heard();
        FrameReader fits = new FrameReader(heard, 1 << 20, memory, null);
        byte[] smaller = begunMessage(900_000);
        feed(fits, smaller, 0, smaller.length);
        byte[] end = {(byte) 0x80, 0};
        feed(fits, end, 0, end.length);
        assertThat(heard.all()).isEqualTo("binary 900000 bytes");
        assertThat(memory.unfinished()).isZero();
    }

    /** A binary frame that is not the last of its message. */
    private static byte[] begunMessage(int size) {
        ByteBuf frame = Unpooled.buffer(size + 10)
                .writeByte(2)
                .writeByte(127)
                .writeLong(size)
                .writeZero(size);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        frame.release();
        return bytes;
    }

    @Test
    void saysNothingMoreAfterAViolation() {
        Heard events = new Heard();
        FrameReader reader = new FrameReader(events, MAX, memory, null);
        byte[] bytes = HexFormat.of().parseHex("83008101618800");
        feed(reader, bytes, 0, bytes.length);
        assertThat(events.all()).isEqualTo("BAD_FRAME 1002");
    }

    private static void feed(FrameReader reader, byte[] bytes, int from, int to) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, from, to - from);
        reader.feed(in);
        in.release();
    }
}

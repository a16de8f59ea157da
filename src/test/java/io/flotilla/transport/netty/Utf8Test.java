package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest(name = "{0} is valid")
    @ValueSource(
            strings = {
                "",
                "00",
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "e1bfbf",
                "ed9fbf",
                "ee8080",
                "efbfbd",
                "efbfbf",
                "f0908080",
                "f0908d88",
                "f3bfbfbf",
                "f48fbfbf",
                "cebae1bdb9cf83cebcceb5",
                "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
                "61616161616161616161616161616161c3a961616161616161616161616161616161"
            })
    void takesWhatIsValidHoweverItIsCut(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                Utf8 utf8 = new Utf8();
                assertThat(utf8.feed(bytes, 0, first)).isTrue();
                assertThat(utf8.feed(bytes, first, second)).isTrue();
                assertThat(utf8.feed(bytes, second, bytes.length)).isTrue();
                assertThat(utf8.complete()).isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0} is refused at its last byte, not before")
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c0",
                "c1",
                "c220",
                "c2c2",
                "e09f",
                "e0a020",
                "e180c0",
                "eda0",
                "edbf",
                "efbf20",
                "f08f",
                "f09020",
                "f0908020",
                "f490",
                "f5",
                "f8",
                "fc",
                "fe",
                "ff",
                "cebae1bdb9cf83cebcceb5eda0",
                "6161616161616161616161616161616161ff",
                "61616161616161c3a9616161616161616180"
            })
    void refusesAtTheByteThatMakesItCertain(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int cut = 0; cut < bytes.length; cut++) {
            Utf8 utf8 = new Utf8();
            assertThat(utf8.feed(bytes, 0, cut)).isTrue();
            assertThat(utf8.feed(bytes, cut, bytes.length)).isFalse();
        }
    }

    @ParameterizedTest(name = "{0} is half a character")
    @ValueSource(strings = {"c3", "e0a0", "f09080", "41f0"})
    void knowsThatACharacterIsNotComplete(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        Utf8 utf8 = new Utf8();
        assertThat(utf8.feed(bytes, 0, bytes.length)).isTrue();
        assertThat(utf8.complete()).isFalse();
    }

    @Test
    void agreesWithTheJdkAboutEverySequenceOfThreeBytesThatBeginsHigh() {
        for (int first = 0xC0; first <= 0xFF; first++) {
            for (int second = 0; second <= 0xFF; second++) {
                for (int third = 0x70; third <= 0xC8; third++) {
                    agrees(new byte[] {(byte) first, (byte) second, (byte) third});
                }
            }
        }
    }

    @Test
    void agreesWithTheJdkAboutRandomBytesAtEverySplit() {
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = mixed(random);
            boolean valid = isValid(bytes);
            for (int cut = 0; cut <= bytes.length; cut++) {
                Utf8 utf8 = new Utf8();
                boolean fine = utf8.feed(bytes, 0, cut) && utf8.feed(bytes, cut, bytes.length);
                assertThat(fine).isEqualTo(valid);
            }
            agrees(bytes);
        }
    }

    /** Valid text with now and then a byte that does not belong there. */
    private static byte[] mixed(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            int point = random.nextInt(4) == 0 ? random.nextInt(0x10FFFF) : random.nextInt(0x80);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 'x' : point);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static void agrees(byte[] bytes) {
        Utf8 utf8 = new Utf8();
        boolean fine = utf8.feed(bytes, 0, bytes.length);
        assertThat(fine).as(HexFormat.of().formatHex(bytes)).isEqualTo(isValid(bytes));
        if (fine) {
            assertThat(utf8.complete()).isEqualTo(isComplete(bytes));
        }
    }

    /** Whether it is valid to the JDK, perhaps with half a character at its end. */
    private static boolean isValid(byte[] bytes) {
        if (bytes.length > 1 && (bytes[bytes.length - 2] & 0xFF) == 0xED && (bytes[bytes.length - 1] & 0xFF) > 0x9F) {
            return false; // half a surrogate: the JDK waits for its third byte before it says no
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        return !decoder.decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length + 1), false)
                .isError();
    }

    private static boolean isComplete(byte[] bytes) {
        return !StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length + 1), true)
                .isError();
    }
}

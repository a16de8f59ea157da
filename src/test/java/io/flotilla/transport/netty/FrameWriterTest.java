package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {

    @Test
    void masksTheExampleOfTheRfc() {
        byte[] hello = "Hello".getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of()
                        .formatHex(bytes(FrameWriter.frame(UnpooledByteBufAllocator.DEFAULT, 1, hello, 0x37fa213d))))
                .isEqualTo("818537fa213d7f9f4d5158");
    }

    @ParameterizedTest(name = "{0} bytes get the header {1}")
    @CsvSource({
        "0, 8280",
        "1, 8281",
        "125, 82fd",
        "126, 82fe007e",
        "65535, 82feffff",
        "65536, 82ff0000000000010000",
        "70001, 82ff0000000000011171"
    })
    void writesTheShortestLengthAndMasksEveryByte(int size, String header) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        byte[] before = payload.clone();
        byte[] frame = bytes(FrameWriter.frame(UnpooledByteBufAllocator.DEFAULT, FrameWriter.BINARY, payload));
        int keyAt = header.length() / 2;
        assertThat(HexFormat.of().formatHex(frame, 0, keyAt)).isEqualTo(header);
        byte[] unmasked = Arrays.copyOfRange(frame, keyAt + 4, frame.length);
        for (int i = 0; i < unmasked.length; i++) {
            unmasked[i] ^= frame[keyAt + (i & 3)];
        }
        assertThat(unmasked).isEqualTo(payload);
        assertThat(payload).isEqualTo(before);
    }

    @Test
    void drawsAKeyForEachFrame() {
        Set<Integer> keys = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            keys.add(MaskKeys.next());
        }
        assertThat(keys).hasSizeGreaterThan(9_990);
    }

    @ParameterizedTest(name = "a reason of {0} characters of two bytes")
    @ValueSource(ints = {0, 1, 61, 62, 1000})
    void cutsAReasonAtTheEndOfACharacter(int characters) {
        byte[] frame = bytes(FrameWriter.close(UnpooledByteBufAllocator.DEFAULT, 1000, "é".repeat(characters)));
        int length = frame[1] & 0x7F;
        assertThat(length).isEqualTo(2 + 2 * Math.min(61, characters));
    }

    @Test
    void writesACloseFrameWithoutACode() {
        assertThat(bytes(FrameWriter.close(UnpooledByteBufAllocator.DEFAULT, CloseCode.NO_STATUS, "unsaid")))
                .hasSize(6)
                .startsWith(0x88, 0x80);
    }

    private static byte[] bytes(ByteBuf frame) {
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes).release();
        return bytes;
    }
}

package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.spec.ConnectionId;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NdjsonTest {

    private static String written(Inbound... messages) {
        Lines lines = Some.lines(messages);
        return StandardCharsets.UTF_8.decode(lines.upTo(lines.size())).toString();
    }

    @Test
    void writesTextAndBytesAsTheContractSays() {
        assertThat(written(Some.text("BTC-USDT", 7, "{\"a\":\"é\n\"}"), Some.bytes((byte) 1, (byte) -1)))
                .isEqualTo("""
                        {"id":"BTC-USDT","generation":7,"at":"2026-01-01T00:00:00.007Z","text":"{\\"a\\":\\"é\\n\\"}"}
                        {"id":"quotes","generation":1,"at":"2026-01-01T00:00:00.007Z","base64":"Af8="}
                        """);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "999, 1970-01-01T00:00:00.999Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "1767225599999, 2025-12-31T23:59:59.999Z",
        "1767225600000, 2026-01-01T00:00:00.000Z",
        "1709210096070, 2024-02-29T12:34:56.070Z"
    })
    void saysWhenInUtcWithMilliseconds(long millis, String expected) {
        Timestamp at = new Timestamp();
        at.of(millis + 1000);
        assertThat(new String(at.of(millis), StandardCharsets.US_ASCII)).isEqualTo(expected);
    }

    @Test
    void anyTextComesBackAsItWas() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(i % 100 == 0 ? 40_000 : 60);
            for (int c = 0; c < length; c++) {
                int codePoint = switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(0x20);
                    case 1 -> random.nextInt(0x80);
                    case 2 -> random.nextInt(0xD800);
                    default -> 0x10000 + random.nextInt(0x100000);
                };
                text.appendCodePoint(codePoint);
            }
            String line = written(Some.text(text.toString()));
            assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
            assertThat(Some.json(line).path("text").asText()).isEqualTo(text.toString());
        }
    }

    @Test
    void anyBytesComeBackAsTheyWere() throws Exception {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(i % 50 == 0 ? 100_000 : 50)];
            random.nextBytes(bytes);
            JsonNode line = Some.json(written(new Inbound(ConnectionId.of("a"), 1, Some.AT, false, bytes)));
            assertThat(line.path("base64").binaryValue()).isEqualTo(bytes);
        }
    }
}

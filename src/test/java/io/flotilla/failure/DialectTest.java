package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DialectTest {

    @ParameterizedTest(name = "{0}: {1}-{2} {3}")
    @CsvSource({
        "discord, 4000, 4003, transient",
        "discord, 4004, 4004, permanent",
        "discord, 4005, 4006, transient",
        "discord, 4007, 4007, repair-session",
        "discord, 4008, 4008, transient-hinted",
        "discord, 4009, 4009, repair-session",
        "discord, 4010, 4014, permanent",
        "discord, 4015, 4999, transient",
        "centrifugo, 3000, 3499, transient",
        "centrifugo, 3500, 3999, permanent",
        "centrifugo, 4000, 4499, transient",
        "centrifugo, 4500, 4999, permanent",
        "pusher, 4000, 4099, permanent",
        "pusher, 4100, 4999, transient",
        "http-mirror, 4400, 4400, transient",
        "http-mirror, 4401, 4401, repair-credential",
        "http-mirror, 4403, 4403, permanent",
        "http-mirror, 4404, 4404, suspect",
        "http-mirror, 4408, 4408, transient",
        "http-mirror, 4429, 4429, transient-hinted",
        "http-mirror, 4500, 4599, transient",
        "standard, 4000, 4999, transient"
    })
    void says(String word, int from, int to, String ruling) {
        Classification classification =
                new Classification(Dialect.ofWord(word).orElseThrow(), Overrides.NONE, Optional.empty());
        for (int code = from; code <= to; code++) {
            assertThat(classification
                            .judge(Seen.close(code))
                            .treatment()
                            .ruling()
                            .word())
                    .as("close %d", code)
                    .isEqualTo(ruling);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void leavesTheCodesOfTheProtocolToTheTable(Dialect dialect) {
        Classification classification = new Classification(dialect, Overrides.NONE, Optional.empty());
        for (int code = 1000; code < 3000; code++) {
            assertThat(classification.judge(Seen.close(code)).ruledByTable()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void goesByOneWord(Dialect dialect) {
        assertThat(Dialect.ofWord(dialect.word())).contains(dialect);
        assertThat(dialect.word()).matches("[a-z-]+");
        assertThat(CloseCode.mayBeOnTheWire(dialect.leaveCode())).isTrue();
    }

    @Test
    void discordKeepsTheSessionOnlyWhenItIsNotLeftNormally() {
        assertThat(List.of(CloseCode.NORMAL, CloseCode.GOING_AWAY)).doesNotContain(Dialect.DISCORD.leaveCode());
    }

    @Test
    void knowsNoOtherWord() {
        assertThat(Dialect.ofWord("DISCORD")).isEmpty();
        assertThat(Dialect.ofWord("http_mirror")).isEmpty();
        assertThat(Dialect.ofWord("")).isEmpty();
    }
}

package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePatternTest {

    @Test
    void anyIsAny() {
        assertThat(MessagePattern.Any.INSTANCE.matches("")).isTrue();
        assertThat(MessagePattern.Any.INSTANCE.matches("x")).isTrue();
    }

    @Test
    void textContainsLooksForAPart() {
        MessagePattern pattern = new MessagePattern.TextContains("[ok]");
        assertThat(pattern.matches("it is [ok] now")).isTrue();
        assertThat(pattern.matches("ok")).isFalse();
    }

    @Test
    void textMatchesFindsSomewhere() {
        MessagePattern pattern = new MessagePattern.TextMatches("\"code\":\\s*0\\b");
        assertThat(pattern.matches("{\"code\": 0}")).isTrue();
        assertThat(pattern.matches("{\"code\": 01}")).isFalse();
        assertThat(new MessagePattern.TextMatches("^a$").matches("b\na")).isFalse();
    }

    @Test
    void textMatchesIsEqualByItsText() {
        assertThat(new MessagePattern.TextMatches("a+"))
                .isEqualTo(new MessagePattern.TextMatches("a+"))
                .hasSameHashCodeAs(new MessagePattern.TextMatches("a+"))
                .isNotEqualTo(new MessagePattern.TextMatches("a*"));
    }

    @Test
    void textMatchesRefusesWhatIsNoExpression() {
        assertThatExceptionOfType(PatternSyntaxException.class).isThrownBy(() -> new MessagePattern.TextMatches("(a"));
    }

    @ParameterizedTest(name = "{0} is [{1}] in {2}: {3}")
    @CsvSource(
            delimiter = ';',
            value = {
                "/type; ack; {\"type\":\"ack\"}; true",
                "/type; ack; {\"type\":\"nack\"}; false",
                "/type; ack; {\"kind\":\"ack\"}; false",
                "/type; ack; {\"type\":[\"ack\"]}; false",
                "/a/b/1; x; {\"a\":{\"b\":[\"w\",\"x\"]}}; true",
                "/a~1b; x; {\"a/b\":\"x\"}; true",
                "/op; 10; {\"op\":10}; true",
                "/op; 10; {\"op\":10.0}; false",
                "/ok; true; {\"ok\":true}; true",
                "/ok; true; {\"ok\":\"true\"}; true",
                "/error; null; {\"error\":null}; true",
                "/error; null; {}; false",
                "/error; ''; {\"error\":\"\"}; true",
                "/error; ''; {\"error\":null}; false",
                "/error; ''; {\"error\":{}}; false",
                "/error; ''; {\"error\":[]}; false",
                "/error; ''; {}; false",
                "''; pong; \"pong\"; true",
                "/type; ack; ''; false",
                "/type; ack; not json; false",
                "/type; ack; {\"type\":\"ack\"; false",
                "/type; ack; [; false"
            })
    void jsonComparesValuesAsText(String pointer, String wanted, String text, boolean matches) {
        assertThat(MessagePattern.Json.of(Map.of(pointer, wanted)).matches(text))
                .isEqualTo(matches);
    }

    @Test
    void jsonWantsAllOfIt() {
        MessagePattern pattern = MessagePattern.Json.of(Map.of("/type", "ack", "/id", "7"));
        assertThat(pattern.matches("{\"id\":7,\"type\":\"ack\",\"more\":1}")).isTrue();
        assertThat(pattern.matches("{\"id\":8,\"type\":\"ack\"}")).isFalse();
        assertThat(pattern).isEqualTo(MessagePattern.Json.of(Map.of("/id", "7", "/type", "ack")));
    }

    @Test
    void jsonSurvivesWhatAPeerMaySend() {
        MessagePattern pattern = MessagePattern.Json.of(Map.of("/a", "1"));
        assertThat(pattern.matches("[".repeat(1_000_000))).isFalse();
        assertThat(pattern.matches("{\"a\":" + "9".repeat(1_000_000) + "}")).isFalse();
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"type", "a/b", " /a"})
    void jsonRefusesWhatIsNoPointer(String pointer) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessagePattern.Json.of(Map.of(pointer, "x")));
    }

    @Test
    void jsonRefusesToMatchEverything() {
        assertThatIllegalArgumentException().isThrownBy(() -> MessagePattern.Json.of(Map.of()));
    }
}

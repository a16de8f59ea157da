package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Overrides.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverridesTest {

    private static final List<String> KEYS = List.of(
            "http:4xx",
            "http:404",
            "http:400-404",
            "http:5xx",
            "kind:NOT_FOUND",
            "kind:REJECTED",
            "kind:UNAVAILABLE",
            "close:4000-4999",
            "close:4400-4410",
            "close:4401",
            "kind:CLOSED_BY_APPLICATION",
            "kind:LOST");

    @ParameterizedTest(name = "HTTP {0}: {1}")
    @CsvSource({
        "404, http:404",
        "400, http:400-404",
        "410, http:4xx",
        "405, kind:REJECTED",
        "502, kind:UNAVAILABLE",
        "500, http:5xx"
    })
    void theNarrowestRuleForAStatusWinsInWhateverOrderTheyStand(int status, String winner) {
        assertWins(Seen.status(status), winner);
    }

    @ParameterizedTest(name = "close {0}: {1}")
    @CsvSource({"4401, close:4401", "4402, close:4400-4410", "4500, close:4000-4999"})
    void theNarrowestRuleForACloseCodeWinsInWhateverOrderTheyStand(int code, String winner) {
        assertWins(Seen.close(code), winner);
    }

    @Test
    void ofEquallyNarrowOnesTheFirstWins() {
        Overrides overrides = new Overrides(
                List.of(rule("close:4400-4410", Ruling.PERMANENT), rule("close:4401-4411", Ruling.TRANSIENT)));
        assertThat(overrides.rulingFor(Seen.close(4405)).map(Rule::ruling)).contains(Ruling.PERMANENT);
    }

    @Test
    void whatMatchesNothingIsLeftAlone() {
        assertThat(Overrides.NONE.rulingFor(Seen.status(404))).isEmpty();
        Overrides overrides = new Overrides(List.of(rule("http:404", Ruling.TRANSIENT)));
        assertThat(overrides.rulingFor(Seen.status(410))).isEmpty();
        assertThat(overrides.rulingFor(Failure.of(FailureKind.LOST, "EOF"))).isEmpty();
    }

    @Test
    void theOrderOfWritingMakesNoDifferenceToEquality() {
        Rule one = rule("http:404", Ruling.TRANSIENT);
        Rule other = rule("http:4xx", Ruling.PERMANENT);
        assertThat(new Overrides(List.of(one, other))).isEqualTo(new Overrides(List.of(other, one)));
    }

    private static void assertWins(Failure failure, String winner) {
        for (int seed = 0; seed < 20; seed++) {
            List<Rule> rules = new ArrayList<>(
                    KEYS.stream().map(key -> rule(key, Ruling.TRANSIENT)).toList());
            Collections.shuffle(rules, new Random(seed));
            assertThat(Stream.of(new Overrides(rules)).flatMap(overrides -> overrides.rulingFor(failure).stream()))
                    .singleElement()
                    .satisfies(rule -> assertThat(rule.matcher()).hasToString(winner));
        }
    }

    private static Rule rule(String key, Ruling ruling) {
        return new Rule(Matcher.parse(key).orElseThrow(), ruling);
    }
}

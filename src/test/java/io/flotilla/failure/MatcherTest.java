package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatcherTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http:404",
                "http:100",
                "http:599",
                "http:1xx",
                "http:5xx",
                "http:500-504",
                "http:400-599",
                "close:1000",
                "close:4401",
                "close:4999",
                "close:4000-4099",
                "close:1005",
                "close:1006",
                "kind:NAME_NOT_FOUND",
                "kind:UNKNOWN"
            })
    void printsAsItIsWritten(String key) {
        assertThat(Matcher.parse(key)).hasValueSatisfying(matcher -> {
            assertThat(matcher).hasToString(key);
            assertThat(Matcher.parse(matcher.toString())).contains(matcher);
        });
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"http:404-404, http:404", "http:400-499, http:4xx", "close:4000-4000, close:4000"})
    void hasOneSpelling(String key, String shortest) {
        assertThat(Matcher.parse(key)).isEqualTo(Matcher.parse(shortest));
        assertThat(Matcher.parse(key))
                .hasValueSatisfying(matcher -> assertThat(matcher).hasToString(shortest));
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void everyKindHasAKey(FailureKind kind) {
        assertThat(Matcher.parse("kind:" + kind)).contains(new Matcher.Kind(kind));
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                "404",
                "http",
                "http:",
                "http:99",
                "http:0404",
                "http:600",
                "http:xx",
                "http:6xx",
                "http:0xx",
                "http:40x",
                "http:4XX",
                "http:404-",
                "http:-404",
                "http:504-500",
                "http:500-600",
                "http: 404",
                " http:404",
                "http:404 ",
                "HTTP:404",
                "http:404,405",
                "http:٤٠٤",
                "close:999",
                "close:5000",
                "close:4099-4000",
                "close:4000-5000",
                "close:4xxx",
                "close:44010",
                "close:99999999999",
                "kind:",
                "kind:NOPE",
                "kind:name_not_found",
                "kind:UNKNOWN ",
                "verdict:TRANSIENT",
                "http:404\n"
            })
    void refusesWhatIsNoKey(String key) {
        assertThat(Matcher.parse(key)).isEmpty();
    }

    @ParameterizedTest(name = "{0} and HTTP {1}: {2}")
    @CsvSource({
        "http:404, 404, true",
        "http:404, 403, false",
        "http:4xx, 400, true",
        "http:4xx, 499, true",
        "http:4xx, 500, false",
        "http:4xx, 399, false",
        "http:500-503, 503, true",
        "http:500-503, 504, false",
        "kind:NOT_FOUND, 404, true",
        "kind:NOT_FOUND, 410, false",
        "close:1000-4999, 404, false"
    })
    void knowsStatuses(String key, int status, boolean matches) {
        assertThat(Matcher.parse(key).orElseThrow().matches(Seen.status(status)))
                .isEqualTo(matches);
    }

    @ParameterizedTest(name = "{0} and close {1}: {2}")
    @CsvSource({
        "close:4401, 4401, true",
        "close:4401, 4400, false",
        "close:4000-4099, 4000, true",
        "close:4000-4099, 4099, true",
        "close:4000-4099, 4100, false",
        "kind:CLOSED_BY_APPLICATION, 4401, true",
        "http:1xx, 4401, false",
        "http:100-599, 1000, false"
    })
    void knowsCloseCodes(String key, int code, boolean matches) {
        assertThat(Matcher.parse(key).orElseThrow().matches(Seen.close(code))).isEqualTo(matches);
    }

    @Test
    void theCodesWithoutAFrameStandForWhatTheySay() {
        Matcher noStatus = Matcher.parse("close:1005").orElseThrow();
        Matcher abnormal = Matcher.parse("close:1006").orElseThrow();
        Failure lost = Failure.of(FailureKind.LOST, "RST");
        Failure noCode = Failure.of(FailureKind.CLOSED_NO_STATUS, "no code");
        assertThat(abnormal.matches(lost)).isTrue();
        assertThat(noStatus.matches(lost)).isFalse();
        assertThat(noStatus.matches(noCode)).isTrue();
        assertThat(abnormal.matches(noCode)).isFalse();
    }

    @Test
    void thePeersAnswerToOurOwnCloseIsNotWhatEndedTheSession() {
        Failure ours = Failure.of(
                FailureKind.READY_TIMEOUT,
                "not ready",
                new Evidence.Builder()
                        .answer(101, Map.of())
                        .closeSent(1000)
                        .closeReceived(1000, "")
                        .build());
        assertThat(Matcher.parse("close:1000").orElseThrow().matches(ours)).isFalse();
    }
}

package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadyGateTest {

    private final List<String> told = new ArrayList<>();
    private final List<Inbound> delivered = new ArrayList<>();

    private Sink gate(Optional<MessagePattern> ready, MessagePattern... fails) {
        List<Opening.FailWhen> failWhen = Stream.of(fails)
                .map(pattern -> new Opening.FailWhen(pattern, Optional.empty()))
                .toList();
        ReadyGate.Listener listener = new ReadyGate.Listener() {
            @Override
            public void ready() {
                told.add("ready before " + delivered.size());
            }

            @Override
            public void refused(Opening.FailWhen met) {
                told.add("refused by " + failWhen.indexOf(met) + " before " + delivered.size());
            }
        };
        return new ReadyGate(
                new Opening(List.of(), ready, failWhen),
                message -> {
                    delivered.add(message);
                    return Sink.MORE;
                },
                listener);
    }

    private Sink gate(MessagePattern ready, MessagePattern... fails) {
        return gate(Optional.of(ready), fails);
    }

    private static MessagePattern contains(String part) {
        return new MessagePattern.TextContains(part);
    }

    private static MessagePattern regex(String regex) {
        return new MessagePattern.TextMatches(regex);
    }

    private static MessagePattern json(String pointer, String value) {
        return MessagePattern.Json.of(Map.of(pointer, value));
    }

    static Stream<Arguments> whatMeets() {
        Inbound binary = Some.bytes("subscribed".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        String big = "x".repeat(PatternSearch.EXAMINED);
        return Stream.of(
                Arguments.of(MessagePattern.Any.INSTANCE, Some.text("hello"), true),
                Arguments.of(MessagePattern.Any.INSTANCE, Some.text(""), true),
                Arguments.of(MessagePattern.Any.INSTANCE, binary, true),
                Arguments.of(MessagePattern.Any.INSTANCE, Some.text(big + "more"), true),
                Arguments.of(contains("subscribed"), Some.text("{\"subscribed\":1}"), true),
                Arguments.of(contains("subscribed"), Some.text("{\"denied\":1}"), false),
                Arguments.of(contains("subscribed"), binary, false),
                Arguments.of(contains("subscribed"), Some.text("subscribed" + big), true),
                Arguments.of(contains("subscribed"), Some.text(big + "subscribed"), false),
                Arguments.of(contains("ä"), Some.text("x" + "ä".repeat(PatternSearch.EXAMINED)), true),
                Arguments.of(regex("ok|ack"), Some.text("{\"type\":\"ack\"}"), true),
                Arguments.of(regex("^ok$"), Some.text("not ok"), false),
                Arguments.of(regex("subscribed"), binary, false),
                Arguments.of(json("/type", "ack"), Some.text("{\"type\":\"ack\"}"), true),
                Arguments.of(json("/type", "ack"), Some.text("{\"type\":\"nack\"}"), false),
                Arguments.of(json("/n", "1"), Some.text("{\"n\":1}"), true),
                Arguments.of(json("/a/0/b", "x"), Some.text("{\"a\":[{\"b\":\"x\"}]}"), true),
                Arguments.of(json("/type", "ack"), Some.text("no json"), false),
                Arguments.of(json("/type", "ack"), Some.text("[".repeat(60_000)), false),
                Arguments.of(json("/type", "ack"), binary, false));
    }

    @ParameterizedTest(name = "{0} on a {1}: {2}")
    @MethodSource("whatMeets")
    void meetsOrNot(MessagePattern pattern, Inbound message, boolean meets) {
        gate(pattern).accept(message);
        assertThat(told).isEqualTo(meets ? List.of("ready before 0") : List.of());
        assertThat(delivered).containsExactly(message);
    }

    @Test
    void tellsOnceAndDeliversEverything() {
        Sink gate = gate(contains("ok"), contains("no"));
        for (String text : List.of("hello", "ok", "ok", "no")) {
            gate.accept(Some.text(text));
        }
        assertThat(told).containsExactly("ready before 1");
        assertThat(delivered).extracting(Inbound::text).containsExactly("hello", "ok", "ok", "no");
    }

    @Test
    void refusalGoesBeforeReadinessAndIsToldOnce() {
        Sink gate = gate(contains("ok"), contains("denied"), contains("no"));
        for (String text : List.of("hello", "no, not ok", "ok", "denied")) {
            gate.accept(Some.text(text));
        }
        assertThat(told).containsExactly("refused by 1 before 1");
        assertThat(delivered).hasSize(4);
    }

    @Test
    void withoutReadyWhenItLooksForRefusalsAllTheTime() {
        Sink gate = gate(Optional.empty(), contains("denied"));
        for (int i = 0; i < 100; i++) {
            gate.accept(Some.text("fine"));
        }
        gate.accept(Some.text("denied"));
        assertThat(told).containsExactly("refused by 0 before 100");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"(a+)+$", "(a|a)*$", "(a|b|ab)*c", "(.*)*x"})
    void aRegularExpressionThatWouldTakeForeverCountsAsNotMet(String evil) {
        Sink gate = gate(regex(evil), contains("denied"));
        gate.accept(Some.text("a".repeat(40_000) + "!"));
        assertThat(told).isEmpty();
        assertThat(delivered).hasSize(1);
        gate.accept(Some.text("denied"));
        assertThat(told).containsExactly("refused by 0 before 1");
    }

    @Test
    void aRegularExpressionThatCostsTooMuchAgainAndAgainIsNotLookedForAnyMore() {
        Sink gate = gate(regex("(a+)+$"));
        for (int i = 0; i < PatternSearch.UNDECIDED; i++) {
            gate.accept(Some.text("a".repeat(5000) + "!"));
        }
        gate.accept(Some.text("a"));
        assertThat(told).isEmpty();
    }

    @Test
    void passesTheAnswerOfTheSinkBehindItOn() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Sink gate = new ReadyGate(
                new Opening(List.of(), Optional.of(contains("ok")), List.of()),
                message -> answer,
                new ReadyGate.Listener() {
                    @Override
                    public void ready() {}

                    @Override
                    public void refused(Opening.FailWhen met) {}
                });
        CompletionStage<Void> given = gate.accept(Some.text("ok"));
        assertThat((Object) given).isSameAs(answer);
    }
}

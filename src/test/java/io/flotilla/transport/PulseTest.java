package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Heartbeat;
import io.flotilla.spec.Heartbeats;
import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heartbeats and silences on a clock that the test moves. */
class PulseTest implements Pulse.Owner {

    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final MessagePattern ACK = new MessagePattern.TextContains("ack");

    private final List<String> said = new ArrayList<>();
    private final List<Failure> deaths = new ArrayList<>();
    private final List<String> silences = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();

    /** Begins near the overflow of the clock, which counts from anywhere. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(40).toNanos();

    private long wake = Pulse.NEVER;
    private @Nullable Pulse pulse;

    @Override
    public void say(Frame heartbeat) {
        said.add(new String(heartbeat.payload(), StandardCharsets.UTF_8));
    }

    @Override
    public void dead(Failure failure) {
        deaths.add(failure);
    }

    @Override
    public void silent(boolean again) {
        silences.add(again ? "again" : "silent");
    }

    @Override
    public void dataAgain() {
        silences.add("data");
    }

    @Override
    public void failed(Throwable what) {
        thrown.add(what);
    }

    // Heartbeats.

    @Test
    void beatsFirstAfterAShareOfTheIntervalAndThenEachInterval() {
        begin(Heartbeat.of(EVERY, "beat {counter}"));
        assertThat(wake).isBetween(0L, EVERY.toNanos());
        passes(EVERY);
        assertThat(said).containsExactly("beat 1");
        passes(EVERY.multipliedBy(3));
        assertThat(said).containsExactly("beat 1", "beat 2", "beat 3", "beat 4");
        assertThat(deaths).as("nobody acknowledges these").isEmpty();
    }

    @Test
    void doesNotBeatInStepWithOthers() {
        List<Long> firsts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            begin(Heartbeat.of(EVERY, "beat"));
            firsts.add(wake);
        }
        assertThat(firsts.stream().distinct()).hasSizeGreaterThan(15);
    }

    @Test
    void waitsUntilTheFirstMessagesWereSent() {
        begin(spec -> spec.liveness(liveness(Heartbeat.of(EVERY, "beat")))
                .opening(new Opening(List.of(Secret.of("a"), Secret.of("b")), Optional.empty(), List.of())));
        passes(Duration.ofHours(1));
        assertThat(pulse().sent(now)).isFalse();
        passes(Duration.ofHours(1));
        assertThat(said).isEmpty();
        assertThat(pulse().sent(now)).isTrue();
        look();
        passes(EVERY);
        assertThat(said).hasSize(1);
    }

    @Test
    void callsAPeerDeadThatDoesNotAcknowledgeByTheDeadlineAndNotBefore() {
        begin(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofSeconds(10)));
        passes(untilBeat());
        hears("something else");
        passes(Duration.ofSeconds(10).minusMillis(1));
        assertThat(deaths).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(deaths).singleElement().satisfies(death -> {
            assertThat(death.kind()).isEqualTo(FailureKind.HEARTBEAT_TIMEOUT);
            assertThat(death.detail()).contains("PT10S");
        });
    }

    @Test
    void goesOnWithAPeerThatAcknowledges() {
        begin(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofSeconds(10)));
        passes(untilBeat());
        for (int beats = 2; beats <= 10; beats++) {
            hears("ack");
            passes(EVERY);
            assertThat(said).hasSize(beats);
        }
        assertThat(deaths).isEmpty();
    }

    @Test
    void takesTheNextHeartbeatForADeadlineToo() {
        begin(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofDays(1)));
        passes(untilBeat());
        passes(EVERY);
        assertThat(deaths).hasSize(1);
        assertThat(said).hasSize(1);
    }

    @Test
    void doesNotCallAPeerDeadForATimeInWhichWeWereAwayOurselves() {
        begin(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofSeconds(10)));
        passes(untilBeat());
        now += Duration.ofHours(2).toNanos(); // the process was stopped; the acknowledgement waits to be read
        look();
        assertThat(deaths).isEmpty();
        hears("ack");
        passes(EVERY);
        assertThat(deaths).isEmpty();
        passes(Duration.ofSeconds(10)); // this one is not acknowledged, and we were there
        assertThat(deaths).hasSize(1);
    }

    @Test
    void callsAPeerDeadSoonAfterWeCameBackWhenNothingWaitedToBeRead() {
        begin(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofSeconds(10)));
        passes(untilBeat());
        now += Duration.ofSeconds(15).toNanos();
        look();
        assertThat(deaths).isEmpty();
        passes(Duration.ofSeconds(1));
        assertThat(deaths).hasSize(1);
    }

    @Test
    void beginsTheDeadlineAnewWhileWeDoNotReadAndBeatsOn() {
        begin(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofSeconds(10)));
        passes(untilBeat());
        for (int i = 0; i < 100; i++) {
            now += Duration.ofSeconds(9).toNanos();
            pulse().suspend(now);
            look();
        }
        assertThat(deaths).isEmpty();
        assertThat(said).hasSizeGreaterThan(20);
        passes(Duration.ofSeconds(10));
        assertThat(deaths).hasSize(1);
    }

    @Test
    void wantsTheNumberOfTheHeartbeatBackWhereTheAcknowledgementHasIt() {
        begin(Heartbeat.of(EVERY, "{\"id\":{counter}}")
                .acknowledgedBy(MessagePattern.Json.of(Map.of("/id", "{counter}")), Duration.ofSeconds(10)));
        passes(untilBeat());
        hears("{\"id\":1}");
        passes(EVERY);
        assertThat(said).containsExactly("{\"id\":1}", "{\"id\":2}");
        hears("{\"id\":1}");
        passes(Duration.ofSeconds(10));
        assertThat(deaths).hasSize(1);
    }

    @Test
    void beatsAtTheIntervalThatThePeerNames() {
        begin(Heartbeat.of(EVERY, "{\"op\":1,\"d\":{last:/s}}")
                .everyFrom(Heartbeat.Named.millis("/d/heartbeat_interval")));
        passes(Duration.ofMillis(1));
        said.clear();
        hears("no JSON");
        hears("{\"op\":10,\"s\":null,\"d\":{\"heartbeat_interval\":5000}}");
        assertThat(wake).isLessThanOrEqualTo(Duration.ofSeconds(5).toNanos());
        passes(Duration.ofSeconds(5));
        assertThat(said).containsExactly("{\"op\":1,\"d\":null}");
        hears("{\"op\":0,\"s\":41,\"d\":{\"heartbeat_interval\":1}}");
        hears("{\"op\":0,\"s\":\"4\\\"2\"}");
        passes(Duration.ofSeconds(5));
        assertThat(said).last().isEqualTo("{\"op\":1,\"d\":\"4\\\"2\"}");
        passes(Duration.ofSeconds(50));
        assertThat(said).hasSize(12);
    }

    @ParameterizedTest(name = "{0} is taken for {1}")
    @CsvSource({"0,1000", "-7,1000", "1e99,3600000", "\"41250\",41250", "1500.9,1500", "true,30000", "[5000],30000"})
    void boundsWhatThePeerNames(String named, long millis) {
        TemplateBeats beats = new TemplateBeats(ConnectionId.of("a"), (Heartbeat.Template) Heartbeat.of(EVERY, "beat")
                .everyFrom(Heartbeat.Named.millis("/every"))
                .wording());
        beats.hears(true, ("{\"every\":" + named + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(beats.every(EVERY)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void looksForTheIntervalInTheFirstMessagesOnly() {
        TemplateBeats beats = new TemplateBeats(ConnectionId.of("a"), (Heartbeat.Template) Heartbeat.of(EVERY, "beat")
                .everyFrom(Heartbeat.Named.millis("/every"))
                .wording());
        for (int i = 0; i < TemplateBeats.GREETING; i++) {
            beats.hears(true, "{}".getBytes(StandardCharsets.UTF_8));
        }
        beats.hears(true, "{\"every\":5000}".getBytes(StandardCharsets.UTF_8));
        assertThat(beats.every(EVERY)).isEqualTo(EVERY);
    }

    // Heartbeats by Java code.

    @Test
    void saysWhatJavaCodeMakesAndAsksItWhatAcknowledges() {
        begin(Heartbeat.of(EVERY, id -> new Heartbeats.OfLink() {
                    @Override
                    public void next(Heartbeats.Voice voice) {
                        voice.binary(new byte[] {'p', 'i', 'n', 'g'});
                    }

                    @Override
                    public boolean hears(boolean isText, byte[] payload) {
                        return isText && payload.length == 3;
                    }

                    @Override
                    public Duration every(Duration configured) {
                        return configured.dividedBy(3);
                    }
                })
                .within(Duration.ofSeconds(5)));
        passes(untilBeat());
        assertThat(said).containsExactly("ping");
        hears("ack");
        passes(EVERY.dividedBy(3));
        assertThat(said).containsExactly("ping", "ping");
        hears("not one");
        passes(Duration.ofSeconds(5));
        assertThat(deaths).hasSize(1);
    }

    @Test
    void reportsJavaCodeThatThrowsAndGoesOn() {
        AtomicInteger asked = new AtomicInteger();
        begin(Heartbeat.of(EVERY, id -> new Heartbeats.OfLink() {
            @Override
            public void next(Heartbeats.Voice voice) {
                voice.text("half");
                if (asked.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("next");
                }
            }

            @Override
            public boolean hears(boolean isText, byte[] payload) {
                throw new IllegalStateException("hears");
            }
        }));
        passes(EVERY);
        assertThat(said).as("a heartbeat that was not made is left out").isEmpty();
        hears("x");
        assertThat(thrown).extracting(Throwable::getMessage).containsExactly("next", "hears");
        passes(EVERY);
        assertThat(said).containsExactly("half");
    }

    @Test
    void livesWithoutHeartbeatsThatJavaCodeFailsToBegin() {
        begin(Heartbeat.of(EVERY, id -> {
            throw new IllegalStateException("begin");
        }));
        assertThat(pulse).isNull();
        assertThat(thrown).hasSize(1);
    }

    // Silence.

    @Test
    void tellsEachSilenceThatLasts() {
        begin(spec -> spec.liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(EVERY))));
        passes(EVERY.minusMillis(1));
        hears("data");
        passes(EVERY.minusMillis(1));
        assertThat(silences).isEmpty();
        passes(Duration.ofMillis(1));
        passes(EVERY.multipliedBy(2));
        assertThat(silences).containsExactly("silent", "again", "again");
        hears("data");
        hears("data");
        passes(EVERY);
        assertThat(silences).containsExactly("silent", "again", "again", "data", "silent");
    }

    @Test
    void takesNeitherAcknowledgementsNorExceptionsForData() {
        begin(spec -> spec.liveness(liveness(Heartbeat.of(EVERY, "beat").acknowledgedBy(ACK, Duration.ofSeconds(10)))
                .with(new Settings.Silence(
                        EVERY.multipliedBy(2), List.of(new MessagePattern.TextContains("keep-alive"))))));
        passes(untilBeat());
        for (int i = 0; i < 3; i++) {
            hears("ack");
            hears("keep-alive");
            passes(EVERY);
        }
        assertThat(said).hasSize(4);
        assertThat(deaths).isEmpty();
        assertThat(silences).containsExactly("silent");
    }

    @Test
    void takesTheAnswerToANewSubscriptionForNoData() {
        begin(spec -> spec.liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(EVERY)))
                .opening(
                        new Opening(List.of(), Optional.of(new MessagePattern.TextContains("subscribed")), List.of())));
        passes(EVERY);
        hears("subscribed");
        passes(EVERY);
        assertThat(silences).containsExactly("silent", "again");
    }

    @Test
    void tellsNoSilenceWhileWeDoNotReadNorForATimeInWhichWeWereAway() {
        begin(spec -> spec.liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(EVERY))));
        for (int i = 0; i < 10; i++) {
            now += EVERY.dividedBy(2).toNanos();
            pulse().suspend(now);
            look();
        }
        now += Duration.ofHours(1).toNanos();
        look();
        assertThat(silences).isEmpty();
        passes(Duration.ofSeconds(1));
        assertThat(silences).containsExactly("silent");
    }

    @Test
    void isNotThereForALinkThatAsksForNothing() {
        begin(spec -> spec);
        assertThat(pulse).isNull();
    }

    // The clock.

    private void begin(Heartbeat heartbeat) {
        begin(spec -> spec.liveness(liveness(heartbeat)));
    }

    private static Settings.Liveness liveness(Heartbeat heartbeat) {
        return Settings.Liveness.DEFAULT.with(heartbeat);
    }

    private void begin(UnaryOperator<ConnectionSpec.Builder> change) {
        pulse = Pulse.of(ConnectionSpec.of("a", "ws://host/").with(change), this, now);
        if (pulse != null) {
            look();
        }
    }

    private Pulse pulse() {
        return Objects.requireNonNull(pulse);
    }

    private void look() {
        wake = pulse().look(now);
        assertThat(wake).isPositive();
    }

    private void hears(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        if (pulse().hears(new Inbound(ConnectionId.of("a"), 1, 0, true, payload), now)) {
            look();
        }
    }

    /** Time passes, and it is looked whenever it was said to be due. */
    private void passes(Duration length) {
        long until = now + length.toNanos();
        while (deaths.isEmpty() && wake <= until - now) {
            now += wake;
            look();
        }
        if (deaths.isEmpty() && wake != Pulse.NEVER) {
            wake -= until - now;
        }
        now = until;
    }

    /** What is left until the first heartbeat. */
    private Duration untilBeat() {
        return Duration.ofNanos(wake);
    }
}

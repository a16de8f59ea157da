package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.RecordedFrame.Direction;
import io.flotilla.sink.RecordedFrame.Kind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecorderTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Redaction OPEN = new Redaction(text -> text, 0);

    private final Recorders recorders = new Recorders(1 << 20, Clock.fixed(NOW, ZoneOffset.UTC));
    private final Recorder recorder = recorders.of(recording(16 * 1024)).orElseThrow();

    @Test
    void keepsFramesOfBothDirectionsInTheirOrder() {
        receive(1, "hello");
        recorder.sent(1, false, new byte[] {1, 2, 3}, OPEN);

        assertThat(recorders.frames(ID)).hasSize(2);
        RecordedFrame in = recorders.frames(ID).get(0);
        assertThat(in.at()).isEqualTo(NOW);
        assertThat(in.generation()).isEqualTo(1);
        assertThat(in.direction()).isEqualTo(Direction.IN);
        assertThat(in.kind()).isEqualTo(Kind.TEXT);
        assertThat(in.text()).isEqualTo("hello");
        assertThat(in.size()).isEqualTo(5);
        assertThat(in.cut()).isFalse();
        RecordedFrame out = recorders.frames(ID).get(1);
        assertThat(out.direction()).isEqualTo(Direction.OUT);
        assertThat(out.kind()).isEqualTo(Kind.BINARY);
        assertThat(out.payload()).containsExactly(1, 2, 3);
    }

    @Test
    void letsTheOldestGoForTheNewest() {
        for (int i = 0; i < 1000; i++) {
            receive(1, "message " + i);
        }
        List<String> texts = texts();
        assertThat(texts).hasSizeBetween(50, 200).last().isEqualTo("message 999");
        assertThat(texts.get(0)).isEqualTo("message " + (1000 - texts.size()));
        assertThat(recorders.used()).isLessThanOrEqualTo(16 * 1024);
    }

    @Test
    void keepsTheBeginningOfALongMessage() {
        receive(1, "ü".repeat(10_000));
        RecordedFrame frame = recorders.frames(ID).get(0);
        assertThat(frame.size()).isEqualTo(20_000);
        assertThat(frame.cut()).isTrue();
        assertThat(frame.text()).isEqualTo("ü".repeat(Recorder.PAYLOAD / 2));
    }

    @Test
    void freezesTheFramesOfASessionThatEndedBadly() {
        receive(1, "the last words");
        recorder.ended(
                NOW,
                1,
                Failure.of(
                        FailureKind.CLOSED_BY_APPLICATION,
                        "closed",
                        new Evidence.Builder()
                                .closeReceived(4000, "no more")
                                .closeSent(4000)
                                .build()));
        for (int i = 0; i < 1000; i++) {
            receive(2, "message " + i);
        }

        List<RecordedFrame> frames = recorders.frames(ID);
        assertThat(frames.stream().filter(RecordedFrame::frozen).map(RecordedFrame::text))
                .containsExactly("the last words", "4000 no more", "4000");
        assertThat(frames.get(1).kind()).isEqualTo(Kind.CLOSE);
        assertThat(frames.get(1).direction()).isEqualTo(Direction.IN);
        assertThat(frames.get(2).direction()).isEqualTo(Direction.OUT);
        assertThat(frames).last().extracting(RecordedFrame::text).isEqualTo("message 999");
    }

    @Test
    void freezesNothingForADialThatBroughtNoFrame() {
        receive(1, "the last words");
        recorder.ended(NOW, 1, Failure.of(FailureKind.LOST, "gone"));
        recorder.ended(NOW, 2, Failure.of(FailureKind.CONNECTION_REFUSED, "refused"));
        assertThat(texts()).containsExactly("the last words");

        receive(3, "the words after");
        recorder.ended(NOW, 3, Failure.of(FailureKind.LOST, "gone"));
        assertThat(texts()).as("the next bad end takes its place").containsExactly("the words after");
    }

    @Test
    void freezesNothingWhenTheEndWasAskedFor() {
        receive(1, "hello");
        recorder.ended(NOW, 1, Failure.of(FailureKind.STOPPED_BY_OPERATOR, "stopped"));
        assertThat(recorders.frames(ID))
                .singleElement()
                .satisfies(frame -> assertThat(frame.frozen()).isFalse());
    }

    @Test
    void masksASecretAlsoWhereItWouldBeCut() {
        String secret = "s3cr3t-".repeat(20);
        Redaction redaction = new Redaction(text -> text.replace(secret, "***"), secret.length());
        for (int before : new int[] {0, 10, Recorder.PAYLOAD - 20, Recorder.PAYLOAD - 1}) {
            for (boolean text : new boolean[] {true, false}) {
                String message = "x".repeat(before) + secret + "y".repeat(20_000) + secret;
                byte[] kept = redaction.kept(message.getBytes(StandardCharsets.UTF_8), text, Recorder.PAYLOAD);
                assertThat(new String(kept, StandardCharsets.UTF_8)).doesNotContain("s3c");
                assertThat(kept).hasSizeLessThanOrEqualTo(Recorder.PAYLOAD);
            }
        }
        String twice = secret.repeat(50) + "s3cr3t-s3cr3t";
        assertThat(new String(
                        redaction.kept(twice.getBytes(StandardCharsets.UTF_8), true, 300), StandardCharsets.UTF_8))
                .as("what was masked makes room for more, but not for the beginning of the next one")
                .matches("(\\*|x)*");
    }

    @Test
    void keepsWhatIsNoTextAsItIs() {
        byte[] noText = {(byte) 0xFF, (byte) 0xFE, 0, 1, (byte) 0x80};
        assertThat(OPEN.kept(noText, false, 100)).isEqualTo(noText);
        assertThat(new Redaction(text -> text.replace("ab", "***"), 2)
                        .kept(new byte[] {(byte) 0xFF, 'a', 'b'}, false, 100))
                .containsExactly(0xFF, '*', '*', '*');
    }

    @Test
    void sharesTheMemoryOfTheFleet() {
        Recorders small = new Recorders(20 * 1024, Clock.systemUTC());
        Recorder one = small.of(recording(16 * 1024)).orElseThrow();
        Recorder other = small.of(ConnectionSpec.of("other", "ws://host/").with(change -> change.record(16 * 1024)))
                .orElseThrow();
        for (int i = 0; i < 1000; i++) {
            one.sent(1, true, "message".getBytes(StandardCharsets.UTF_8), OPEN);
            other.sent(1, true, "message".getBytes(StandardCharsets.UTF_8), OPEN);
        }
        assertThat(small.used()).isLessThanOrEqualTo(20 * 1024);
        assertThat(one.frames()).isNotEmpty();
        assertThat(other.frames()).isNotEmpty();

        small.forget(ID, id -> false);
        small.forget(ConnectionId.of("other"), id -> true);
        assertThat(small.frames(ID)).isEmpty();
        assertThat(small.frames(ConnectionId.of("other"))).isNotEmpty();
        one.sent(1, true, new byte[10], OPEN);
        small.forget(ConnectionId.of("other"), id -> false);
        assertThat(small.used()).as("nothing is left behind").isZero();
    }

    @Test
    void forgetsWhenItIsTurnedOff() {
        receive(1, "hello");
        assertThat(recorders.of(recording(16 * 1024)))
                .as("the same one goes on")
                .contains(recorder);
        assertThat(recorders.of(recording(0))).isEmpty();
        assertThat(recorders.frames(ID)).isEmpty();
        assertThat(recorders.used()).isZero();
    }

    private void receive(long generation, String text) {
        recorder.around(NoneSink.INSTANCE, OPEN)
                .accept(new Inbound(ID, generation, NOW.toEpochMilli(), true, text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> texts() {
        return recorders.frames(ID).stream().map(RecordedFrame::text).toList();
    }

    private static ConnectionSpec recording(long bytes) {
        return ConnectionSpec.of("quotes", "ws://host/").with(change -> change.record(bytes));
    }
}

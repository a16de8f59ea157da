package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Heartbeat;
import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Ending;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How every transport finds dead and silent peers, at real sockets, and leaves those that are merely quiet alone. */
public abstract class LivenessContract extends OnGround {

    private static final Duration SHORT = Duration.ofMillis(300);

    /** Between heartbeats that a peer must acknowledge in time, on the slowest machine too. */
    private static final Duration UNHURRIED = Duration.ofSeconds(2);

    private static final Settings.Liveness NO_PINGS = new Settings.Liveness(Optional.empty(), Duration.ofSeconds(20));
    private static final MessagePattern ACK = MessagePattern.Json.of(Map.of("/op", "11", "/d", "{counter}"));
    private static final String BEAT = "{\"op\":1,\"d\":{counter}}";

    /** Answers each heartbeat as it should be. */
    private static Script acknowledging(Script script) {
        return script.onFrame(
                frame -> frame.isText() && frame.text().contains("\"op\":1,"),
                frame -> Script.empty().sendText(frame.text().replace("\"op\":1,", "\"op\":11,")));
    }

    private static Heartbeat acknowledged(Duration every) {
        return Heartbeat.of(every, BEAT).acknowledgedBy(ACK, Duration.ofSeconds(10));
    }

    private Dialed open(ConnectionSpec.Builder spec) {
        Dialed dialed = ground().dial(spec);
        dialed.awaitOpened();
        return dialed;
    }

    /** Looks for as long as it would take to find out. */
    private static void lastsFor(Duration length, Dialed dialed) {
        long until = System.nanoTime() + length.toNanos();
        Dialed.await(() -> dialed.hasEnded() || System.nanoTime() - until > 0, () -> "time to pass");
        assertThat(dialed.hasEnded())
                .as(dialed.hasEnded() ? dialed.awaitEnded().toString() : "")
                .isFalse();
    }

    // Heartbeats.

    @Test
    void beatsAndLivesWithAPeerThatAcknowledges() {
        Dialed dialed =
                open(ground().at(acknowledging(Script.upgrade())).liveness(NO_PINGS.with(acknowledged(UNHURRIED))));
        Peer peer = peer();
        peer.awaitFrames(3);
        assertThat(peer.texts()).startsWith("{\"op\":1,\"d\":1}", "{\"op\":1,\"d\":2}", "{\"op\":1,\"d\":3}");
        assertThat(dialed.awaitMessages(2).get(0).text())
                .as("messages like any other")
                .isEqualTo("{\"op\":11,\"d\":1}");
        assertThat(dialed.traffic().messagesOut()).isGreaterThanOrEqualTo(2);
        assertThat(dialed.hasEnded()).isFalse();
        leave(dialed);
    }

    @Test
    void beatsAtTheIntervalThatThePeerNames() {
        Dialed dialed = open(ground().at(Script.upgrade().sendText("{\"op\":10,\"d\":{\"heartbeat_interval\":200}}"))
                .liveness(NO_PINGS.with(Heartbeat.of(Duration.ofHours(1), BEAT)
                        .everyFrom(new Heartbeat.Named(
                                JsonPointer.compile("/d/heartbeat_interval"),
                                Duration.ofMillis(1),
                                Duration.ofMillis(100),
                                Duration.ofHours(1))))));
        assertThat(peer().awaitFrames(4).frames()).allMatch(ClientFrame::isText);
        leave(dialed);
    }

    @Test
    void abortsAPeerThatAcknowledgesNoMoreThoughItAnswersPings() {
        Dialed dialed = open(ground().at(Script.upgrade()
                        .awaitText("\"d\":1}")
                        .sendText("{\"op\":11,\"d\":1}")
                        .thenTick(Duration.ofMillis(50), n -> "{\"op\":0}"))
                .liveness(new Settings.Liveness(Optional.of(Duration.ofMillis(50)), Duration.ofSeconds(10))
                        .with(acknowledged(SHORT))));
        Failure end = dialed.awaitEnded();
        assertThat(end.kind()).as(end.toString()).isEqualTo(FailureKind.HEARTBEAT_TIMEOUT);
        assertThat(end.detail()).contains("acknowledgement");
        Peer peer = peer();
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.RESET);
        assertThat(peer.frames()).noneMatch(ClientFrame::isClose);
        assertThat(peer.texts().stream().filter(text -> text.contains("\"op\":1,")))
                .as("no heartbeat after the one that was not acknowledged")
                .hasSizeBetween(1, 2);
    }

    @Test
    void saysTheFirstMessagesBeforeTheFirstHeartbeat() {
        Dialed dialed = ground().dial(ground().at(Script.discard())
                .opening(new Opening(List.of(Secret.of("first")), Optional.empty(), List.of()))
                .liveness(NO_PINGS.with(Heartbeat.of(Duration.ofMillis(100), "beat"))));
        dialed.awaitOpened();
        lastsFor(SHORT, dialed);
        dialed.send(Frame.text("first"));
        Peer peer = peer();
        peer.awaitFrames(3);
        assertThat(peer.texts().subList(0, 3)).containsExactly("first", "beat", "beat");
        leave(dialed);
    }

    @Test
    void hearsAcknowledgementsBehindWhatAStalledConsumerHasNotTaken() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Dialed dialed = new Dialed().answering(message -> gate);
        dialed.to(
                ground().transport,
                ground().at(acknowledging(Script.upgrade().sendText("stuck")))
                        .liveness(NO_PINGS.with(acknowledged(UNHURRIED)))
                        .build());
        dialed.awaitMessages(1);
        peer().awaitFrames(3);
        assertThat(dialed.hasEnded()).isFalse();
        gate.complete(null);
        assertThat(dialed.awaitMessages(3))
                .extracting(message -> message.text())
                .startsWith("stuck", "{\"op\":11,\"d\":1}");
        leave(dialed);
    }

    @Test
    void suspendsEveryDeadlineWhileItDoesNotReadAndBeatsOn() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Dialed dialed = new Dialed().answering(message -> gate.isDone() ? Sink.MORE : gate);
        byte[] filling = new byte[1000]; // few enough that the peer never waits for us
        dialed.to(
                ground().transport,
                ground().at(Script.upgrade().repeat(20, Script.empty().sendBinary(filling)))
                        .receive(new Settings.Receive(1 << 20, 1000, 1))
                        .liveness(new Settings.Liveness(Optional.of(SHORT), SHORT)
                                .with(acknowledged(SHORT))
                                .with(new Settings.Silence(SHORT)))
                        .build());
        dialed.awaitMessages(1);
        peer().awaitFrames(6);
        assertThat(dialed.hasEnded())
                .as("the peer acknowledged nothing, but we did not read")
                .isFalse();
        assertThat(dialed.order()).doesNotContain("silent");
        gate.complete(null);
        dialed.awaitMessages(20);
        assertThat(dialed.awaitEnded().kind()).as("now we read").isEqualTo(FailureKind.HEARTBEAT_TIMEOUT);
    }

    // Silence.

    @Test
    void tellsSilencesAndTheirEnd() {
        Dialed dialed = open(ground().at(acknowledging(Script.upgrade())
                        .awaitText("more")
                        .sendText("data")
                        .awaitText("no end"))
                .liveness(NO_PINGS.with(acknowledged(UNHURRIED)).with(new Settings.Silence(UNHURRIED.plusSeconds(1)))));
        Dialed.await(() -> dialed.order().contains("silent again"), () -> "two silences");
        assertThat(dialed.messages()).as("acknowledgements").isNotEmpty();
        dialed.send(Frame.text("more"));
        Dialed.await(() -> dialed.order().contains("data again"), () -> "data");
        assertThat(dialed.order().stream().filter(what -> what.contains("silent") || what.contains("data")))
                .startsWith("silent", "silent again")
                .contains("data again");
        assertThat(dialed.hasEnded()).as("a quiet peer lives").isFalse();
        leave(dialed);
    }

    // Dead and quiet peers.

    @Test
    void neverCutsAPeerThatIsQuietButAnswersPings() {
        Dialed dialed = open(ground().at(Script.discard())
                .liveness(new Settings.Liveness(Optional.of(Duration.ofMillis(50)), UNHURRIED)));
        lastsFor(UNHURRIED.multipliedBy(2), dialed);
        peer().awaitFrames(3);
        assertThat(dialed.hasEnded()).isFalse();
        assertThat(dialed.messages()).isEmpty();
        leave(dialed);
    }

    /** From some moment on the kernel takes what we send and nothing ever comes back: what a cut cable looks like from here. */
    @Test
    void findsABlackHoleBehindAPeerThatAnsweredPingsBefore() {
        Duration ping = Duration.ofMillis(200);
        Duration deadline = UNHURRIED;
        Dialed dialed = open(ground().at(Script.upgrade()
                        .awaitFrame(ClientFrame::isPing)
                        .awaitFrame(ClientFrame::isPing)
                        .awaitFrame(ClientFrame::isPing)
                        .cutAfter(0)
                        .stopReading())
                .liveness(new Settings.Liveness(Optional.of(ping), deadline)));
        Dialed.await(() -> dialed.traffic().roundTripNanos() > 0, () -> "a pong");
        Failure end = dialed.awaitEnded();
        assertThat(end.kind()).as(end.toString()).isEqualTo(FailureKind.PONG_TIMEOUT);
        assertThat(end.evidence().uptime()).isGreaterThanOrEqualTo(ping.plus(deadline));
        assertThat(peer().frames()).noneMatch(ClientFrame::isClose);
    }

    /** A flood of bytes that is no acknowledgement is a sign of life for pings, and none for heartbeats. */
    @Test
    void isNotDeceivedByAFlood() {
        Dialed dialed = ground().dial(ground().at(
                        Script.upgrade().flood(WireFrame.text("{\"op\":0,\"d\":\"" + "x".repeat(200) + "\"}")))
                .liveness(NO_PINGS.with(Heartbeat.of(SHORT, BEAT).acknowledgedBy(ACK, SHORT))));
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.HEARTBEAT_TIMEOUT);
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.connection.SendTally;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.Status;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a fleet does when more is to be sent, or more comes, than goes. */
class FleetPressureTest {

    private static final ConnectionId ID = ConnectionId.of("pressed");

    private final Harbour harbour = Harbour.start();
    private final Queue<FleetEvent> events = new ConcurrentLinkedQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final Fleet fleet = Fleet.builder()
            .onMessage(message -> goOn.await())
            .onEvent(events::add)
            .start();

    @AfterEach
    void end() {
        goOn.countDown();
        get(fleet.close(Duration.ofSeconds(5)));
        harbour.close();
    }

    @Test
    void keepsMessagesAcrossAReconnectBehindWhatIsSaidFirst() {
        harbour.on("/discard", Script.discard());
        put(
                "/discard",
                spec -> spec.send(Settings.Send.DEFAULT.keeping(Duration.ofMinutes(5)))
                        .opening(new Opening(List.of(Secret.of("hello")), Optional.empty(), List.of())));
        await(ConnectionState.READY);
        harbour.nextConnection();
        harbour.stopListening();
        harbour.killAll();
        Waiting.until("the loss is noticed", () -> status().state() != ConnectionState.READY);

        List<CompletionStage<SendOutcome>> sent =
                Stream.of("1", "2", "3").map(text -> fleet.send(ID, text)).toList();
        harbour.listenAgain();

        assertThat(sent).allSatisfy(outcome -> assertThat(get(outcome)).isInstanceOf(SendOutcome.Written.class));
        Peer peer = harbour.nextConnection();
        peer.awaitFrames(4);
        assertThat(peer.texts()).containsExactly("hello", "1", "2", "3");
    }

    @Test
    void countsHowMessagesEndedAlsoOfConnectionsThatAreGone() {
        harbour.stopListening();
        put("/", spec -> spec.send(Settings.Send.DEFAULT.keeping(Duration.ofMillis(200))));

        assertThat(get(fleet.send(ID, "old"))).isInstanceOf(SendOutcome.Expired.class);
        assertThat(status().counters().expired()).isEqualTo(1);
        get(fleet.remove(ID));
        assertThat(get(fleet.send(ID, "gone")).refusal().orElseThrow()) // its entry may leave a moment later
                .isIn(SendOutcome.Reason.UNKNOWN_CONNECTION, SendOutcome.Reason.CLOSED);

        assertThat(fleet.sends()).isEqualTo(new SendTally.Totals(0, 1, 0, 1));
        assertThat(fleet.totals().expired()).isEqualTo(1);
    }

    @Test
    void givesBackWhatWasKeptWhenItIsStopped() {
        harbour.stopListening();
        put("/", spec -> spec.send(Settings.Send.DEFAULT.keeping(Duration.ofMinutes(5))));
        CompletionStage<SendOutcome> kept = fleet.send(ID, "kept");

        get(fleet.stop(ID));

        assertThat(get(kept)).isInstanceOf(SendOutcome.Unsent.class);
        assertThat(status().counters().unsent()).isEqualTo(1);
    }

    @Test
    void aSlowHandlerLosesTheOldestAndKeepsItsConnection() {
        harbour.on("/flood", Script.ticker(Duration.ofMillis(1)));
        put("/flood", spec -> spec.receive(new Settings.Receive(1 << 20, 1_000, 1).with(Settings.OnSlow.DROP_OLDEST)));

        Waiting.until("messages are dropped", () -> status().counters().dropped() > 100);

        assertThat(status().state()).isEqualTo(ConnectionState.READY);
        assertThat(status().counters().stalls()).isZero();
        Waiting.until("it is said", () -> slow().findAny().isPresent());
        assertThat(slow().findFirst().orElseThrow().dropped()).isPositive();
    }

    @Test
    void aHandlerThatStallsForTooLongLosesItsConnection() {
        harbour.on("/flood", Script.ticker(Duration.ofMillis(1)));
        put(
                "/flood",
                spec -> spec.receive(new Settings.Receive(1 << 20, 1_000, 1).failingAfter(Duration.ofMillis(100)))
                        .timeouts(new Settings.Timeouts(
                                Duration.ofSeconds(20), Duration.ofSeconds(15), Duration.ofMillis(100))));

        Waiting.until(
                "it fails",
                () -> status().lastFailure()
                        .map(Failure::kind)
                        .filter(FailureKind.SLOW_CONSUMER::equals)
                        .isPresent());

        Waiting.until("it is dialled again", () -> status().generation() > 1);
        assertThat(status().counters().stalls()).isPositive();
    }

    private Stream<ConnectionEvent.ConsumerSlow> slow() {
        return events.stream()
                .filter(FleetEvent.OfConnection.class::isInstance)
                .map(event -> ((FleetEvent.OfConnection) event).event())
                .filter(ConnectionEvent.ConsumerSlow.class::isInstance)
                .map(ConnectionEvent.ConsumerSlow.class::cast);
    }

    private void put(String path, UnaryOperator<ConnectionSpec.Builder> change) {
        get(fleet.put(
                ConnectionSpec.of(ID.value(), harbour.uri(path).toString()).with(change)));
    }

    private void await(ConnectionState state) {
        Waiting.until("state " + state, () -> status().state() == state);
    }

    private Status status() {
        return fleet.status(ID).orElseThrow();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

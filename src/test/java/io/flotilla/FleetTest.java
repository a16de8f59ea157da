package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Settings;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.PutOutcome;
import io.flotilla.supervision.Status;
import io.flotilla.testkit.Ending;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");

    private final Harbour harbour = Harbour.start();
    private final Queue<Inbound> messages = new ConcurrentLinkedQueue<>();
    private final Queue<FleetEvent> events = new ConcurrentLinkedQueue<>();
    private final Fleet fleet =
            Fleet.builder().onMessage(messages::add).onEvent(events::add).start();

    @AfterEach
    void end() {
        get(fleet.close(Duration.ofSeconds(5)));
        harbour.close();
    }

    @Test
    @SuppressWarnings("NullAway") // callers may be without it
    void refusesPartsThatAreNoneAsTheyAreGiven() {
        FleetBuilder builder = Fleet.builder();
        assertThatThrownBy(() -> builder.sinkFrom("none", context -> null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Sink [none] is always there; expected another name");
        assertThatThrownBy(() -> builder.sinkFrom("handler", context -> null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.settings(null)).hasMessage("settings");
        assertThatThrownBy(() -> builder.sink("mine", null)).hasMessage("sink");
        assertThatThrownBy(() -> builder.onMessage(null)).hasMessage("handler of messages");
        assertThatThrownBy(() -> builder.transport("mine", null)).hasMessage("transport");
    }

    @Test
    void sendsAndReceivesInOrder() {
        put("/echo");
        awaitState(ConnectionState.READY);

        List<CompletionStage<SendOutcome>> sent = IntStream.range(0, 500)
                .mapToObj(i -> fleet.send(ID, "message " + i))
                .toList();

        assertThat(sent).allSatisfy(outcome -> assertThat(get(outcome)).isInstanceOf(SendOutcome.Written.class));
        await("500 echoes", () -> messages.size() == 500);
        assertThat(messages.stream().map(Inbound::text))
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(i -> "message " + i).toList());
        Status status = status();
        assertThat(status.counters().messagesIn()).isEqualTo(500);
        assertThat(status.counters().messagesOut()).isEqualTo(500);
    }

    @Test
    void makesOneConnectionOfFiftyPutsAtOnce() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<PutOutcome>> puts = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = IntStream.range(0, 50)
                .mapToObj(i -> new Thread(() -> {
                    awaitLatch(go);
                    puts.add(fleet.put(spec("/echo")).toCompletableFuture());
                }))
                .toList();
        threads.forEach(Thread::start);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        Map<PutOutcome, Long> outcomes = puts.stream()
                .map(CompletableFuture::join)
                .collect(Collectors.groupingBy(outcome -> outcome, Collectors.counting()));

        assertThat(outcomes)
                .containsExactlyInAnyOrderEntriesOf(Map.of(PutOutcome.CREATED, 1L, PutOutcome.UNCHANGED, 49L));
        awaitState(ConnectionState.READY);
        assertThat(harbour.accepted()).isEqualTo(1);
    }

    @Test
    void neverHasTwoSocketsForOneIdWhileItsSpecIsReplaced() {
        put("/echo");
        awaitState(ConnectionState.READY);

        for (int i = 0; i < 20; i++) {
            assertThat(get(fleet.put(spec("/echo?version=" + i)))).isEqualTo(PutOutcome.REPLACED);
        }

        await("the last spec is ready", () -> {
            Status status = status();
            return status.state() == ConnectionState.READY
                    && harbour.connections().stream()
                            .anyMatch(peer -> target(peer).endsWith("version=19"));
        });
        harbour.awaitOpenConnections(1);
        double last = status().generation();
        await("the last dial is told", () -> linksInOrder().contains(last));
        assertThat(linksInOrder()).isSorted();
    }

    @Test
    void keepsTheLinkWhenLabelsAloneChange() {
        put("/echo");
        awaitState(ConnectionState.READY);

        PutOutcome outcome = get(fleet.put(spec("/echo").with(spec -> spec.labels(Map.of("desk", "spot")))));

        assertThat(outcome).isEqualTo(PutOutcome.UPDATED);
        assertThat(status().labels().pairs()).containsEntry("desk", "spot");
        assertThat(status().generation()).isEqualTo(1);
        assertThat(harbour.accepted()).isEqualTo(1);
    }

    @Test
    void stopsStartsAndRemoves() {
        put("/echo");
        awaitState(ConnectionState.READY);

        assertThat(get(fleet.stop(ID))).isTrue();
        assertThat(status().state()).isEqualTo(ConnectionState.STOPPED);
        assertThat(status().desired()).isEqualTo(Desired.DOWN);
        harbour.awaitOpenConnections(0);
        assertThat(get(fleet.send(ID, "late")).refusal()).contains(SendOutcome.Reason.CLOSED);

        assertThat(get(fleet.start(ID))).isTrue();
        awaitState(ConnectionState.READY);
        assertThat(status().generation()).isEqualTo(2);

        assertThat(get(fleet.remove(ID))).isTrue();
        harbour.awaitOpenConnections(0);
        assertThat(fleet.status(ID)).isEmpty();
        assertThat(get(fleet.remove(ID))).isFalse();
        assertThat(get(fleet.send(ID, "gone")).refusal()).contains(SendOutcome.Reason.UNKNOWN_CONNECTION);
    }

    @Test
    void closesWith1000OnARestartAndDialsAgain() {
        put("/echo");
        awaitState(ConnectionState.READY);
        Peer first = harbour.nextConnection();

        assertThat(get(fleet.restart(ID))).isTrue();

        assertThat(first.awaitClose().closeCode()).hasValue(1000);
        await(
                "the second generation is ready",
                () -> status().generation() == 2 && status().readyAt().isPresent());
    }

    @Test
    void comesBackAfterEveryKindOfLoss() {
        harbour.on(
                "/flaky",
                Script.inTurn(
                        Script.answer(503),
                        Script.upgrade().rst(),
                        Script.upgrade().sendClose(1001, "deploy"),
                        Script.echo()));
        put("/flaky");

        await("four dials", () -> status().counters().dials() == 4 && status().state() == ConnectionState.READY);

        await("three ends are told", () -> kindsOfEnds().size() == 3);
        assertThat(kindsOfEnds())
                .containsExactly(FailureKind.UNAVAILABLE, FailureKind.LOST, FailureKind.CLOSED_GOING_AWAY);
    }

    @Test
    void isGivenUpForGoodReasonAndRevivedByStart() {
        harbour.on("/gone", Script.inTurn(Script.answer(410), Script.echo()));
        put("/gone");
        awaitState(ConnectionState.GIVEN_UP);
        assertThat(status().lastFailure()).map(failure -> failure.kind()).contains(FailureKind.GONE);
        assertThat(get(fleet.dialNow(ID))).isFalse();

        assertThat(get(fleet.start(ID))).isTrue();

        awaitState(ConnectionState.READY);
    }

    @Test
    void isRevivedByAnotherSpec() {
        harbour.on("/gone", Script.answer(410));
        put("/gone");
        awaitState(ConnectionState.GIVEN_UP);
        assertThat(get(fleet.put(spec("/gone")))).isEqualTo(PutOutcome.UNCHANGED);

        get(fleet.put(spec("/echo")));

        awaitState(ConnectionState.READY);
    }

    @Test
    void leavesOtherConnectionsAloneWhenAHandlerThrowsOrBlocks() {
        CountDownLatch never = new CountDownLatch(1);
        Queue<String> handled = new ConcurrentLinkedQueue<>();
        Fleet isolated = Fleet.builder()
                .onMessage(message -> {
                    switch (message.id().value()) {
                        case "throws" -> throw new AssertionError("a bug of the user");
                        case "blocks" -> never.await();
                        default -> handled.add(message.text());
                    }
                })
                .onEvent(events::add)
                .start();
        try {
            harbour.on("/ticker", Script.ticker(Duration.ofMillis(5)));
            for (String id : List.of("throws", "blocks", "fine")) {
                isolated.put(ConnectionSpec.of(id, harbour.uri("/ticker").toString()));
            }
            await("the fine one goes on", () -> handled.size() > 50);
            await(
                    "the failures are counted",
                    () -> isolated.status(ConnectionId.of("throws"))
                                    .orElseThrow()
                                    .counters()
                                    .handlerErrors()
                            > 5);

            assertThat(isolated.status(ConnectionId.of("throws")).orElseThrow().state())
                    .isEqualTo(ConnectionState.READY);
        } finally {
            never.countDown();
            get(isolated.close(Duration.ofSeconds(5)));
        }
    }

    @Test
    void stopsTheConnectionOfAFailingHandlerWhereItsSpecSaysSo() {
        Fleet strict = Fleet.builder()
                .onMessage(message -> {
                    throw new IllegalStateException("a bug of the user");
                })
                .start();
        try {
            harbour.on("/ticker", Script.ticker(Duration.ofMillis(5)));
            strict.put(spec("/ticker").with(spec -> spec.onHandlerError(Settings.OnHandlerError.STOP)));

            await(
                    "given up",
                    () -> strict.status(ID)
                            .filter(status -> status.state() == ConnectionState.GIVEN_UP)
                            .isPresent());
            assertThat(strict.status(ID)
                            .orElseThrow()
                            .lastFailure()
                            .orElseThrow()
                            .kind())
                    .isEqualTo(FailureKind.HANDLER_FAILED);
            harbour.awaitOpenConnections(0);
        } finally {
            get(strict.close(Duration.ofSeconds(5)));
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        harbour.on("/deaf", Script.upgrade().stopReading().hang());
        get(fleet.put(spec("/deaf").with(spec -> spec.send(new Settings.Send(10_000, Duration.ofMinutes(1))))));
        awaitState(ConnectionState.READY);

        assertThat(get(fleet.send(ID, "x".repeat(10_001))).refusal()).contains(SendOutcome.Reason.TOO_BIG);
    }

    @Test
    void drainsWithA1001AndTakesNothingNew() {
        put("/echo");
        awaitState(ConnectionState.READY);
        Peer peer = harbour.nextConnection();

        CompletionStage<Void> closed = fleet.close(Duration.ofSeconds(10));

        assertThat(peer.awaitClose().closeCode()).hasValue(1001);
        get(closed);
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.FIN);
        assertThatThrownBy(() -> get(fleet.put(spec("/echo")))).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void drainsPeersThatDoNotAnswerByForce() {
        harbour.on("/mute", Script.upgrade().ignoreClose().hang());
        put("/mute");
        awaitState(ConnectionState.READY);

        get(fleet.close(Duration.ofMillis(200)));

        harbour.awaitOpenConnections(0);
    }

    @Test
    void closesItsSinksThoughATransportOfTheEmbedderFailsToClose() {
        AtomicBoolean sinkClosed = new AtomicBoolean();
        Fleet odd = Fleet.builder()
                .transport("odd", new Transport() {
                    @Override
                    public Link dial(Dial dial) {
                        throw new IllegalStateException("nobody dials here");
                    }

                    @Override
                    public void close() {
                        throw new IllegalStateException("a bug of the embedder");
                    }
                })
                .sink("mine", new Sink() {
                    @Override
                    public CompletionStage<Void> accept(Inbound message) {
                        return MORE;
                    }

                    @Override
                    public void close() {
                        sinkClosed.set(true);
                    }
                })
                .start();

        get(odd.close());

        assertThat(sinkClosed).isTrue();
    }

    @Test
    void refusesASpecThatNamesWhatIsNotThere() {
        assertThatThrownBy(() -> get(fleet.put(spec("/").with(spec -> spec.sink("nowhere")))))
                .hasMessageContaining("names sink [nowhere]");
        assertThatThrownBy(() -> get(fleet.put(spec("/").with(spec -> spec.credential("vendor")))))
                .hasMessageContaining("names credential [vendor]");
    }

    @Test
    void livesInAnActorSystemOfItsHost() {
        ActorSystem<Void> host = ActorSystem.create(Behaviors.empty(), "host");
        try {
            Fleet guest = Fleet.builder().actorSystem(host).start();
            guest.put(spec("/echo"));
            await("ready", () -> guest.counts().getOrDefault(ConnectionState.READY, 0) == 1);

            get(guest.close(Duration.ofSeconds(5)));

            assertThat(host.whenTerminated().isCompleted()).isFalse();
        } finally {
            host.terminate();
        }
    }

    @Test
    void tellsALifeInOrder() {
        put("/echo");
        awaitState(ConnectionState.READY);
        get(fleet.stop(ID));

        List<String> told = new ArrayList<>(fleet.history(ID).stream()
                .map(event -> event.getClass().getSimpleName())
                .toList());
        Collections.reverse(told);
        assertThat(told).containsExactly("DialStarted", "HandshakeDone", "Ready", "Closing", "LinkEnded", "Stopped");
    }

    // What the tests share.

    private ConnectionSpec spec(String path) {
        return ConnectionSpec.of(ID.value(), harbour.uri(path).toString())
                .with(spec -> spec.retry(new Settings.Retry(
                        Duration.ofMillis(120),
                        Duration.ofMillis(120),
                        1,
                        Duration.ofMillis(120),
                        Duration.ofSeconds(30),
                        Duration.ofHours(1),
                        java.util.OptionalInt.empty(),
                        Settings.SlowLane.DEFAULT)));
    }

    private void put(String path) {
        assertThat(get(fleet.put(spec(path)))).isEqualTo(PutOutcome.CREATED);
    }

    private Status status() {
        return fleet.status(ID).orElseThrow();
    }

    private static String target(Peer peer) {
        return peer.request().map(request -> request.target()).orElse("");
    }

    private List<FailureKind> kindsOfEnds() {
        return events.stream()
                .filter(FleetEvent.OfConnection.class::isInstance)
                .map(event -> ((FleetEvent.OfConnection) event).event())
                .filter(ConnectionEvent.LinkEnded.class::isInstance)
                .map(event -> ((ConnectionEvent.LinkEnded) event).failure().kind())
                .toList();
    }

    /** {@code generation} and then {@code generation.5}: each dial, and its end. In order when each ends before the next begins. */
    private List<Double> linksInOrder() {
        return events.stream()
                .filter(FleetEvent.OfConnection.class::isInstance)
                .map(event -> ((FleetEvent.OfConnection) event).event())
                .filter(event ->
                        event instanceof ConnectionEvent.DialStarted || event instanceof ConnectionEvent.LinkEnded)
                .map(event -> event.generation() + (event instanceof ConnectionEvent.LinkEnded ? 0.5 : 0))
                .toList();
    }

    private void awaitState(ConnectionState state) {
        await("state " + state, () -> status().state() == state);
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(what, condition);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetStreamsTest {

    private static final ConnectionId ONE = ConnectionId.of("one");
    private static final ConnectionId TWO = ConnectionId.of("two");

    private static final Settings.Receive LITTLE =
            new Settings.Receive(Settings.Receive.DEFAULT.maxMessage(), 1024, Settings.Receive.DEFAULT.inFlight());

    private final Harbour harbour = Harbour.start();
    private final Queue<Inbound> handled = new ConcurrentLinkedQueue<>();
    private final Fleet fleet = Fleet.builder().onMessage(handled::add).start();

    @AfterEach
    void end() {
        get(fleet.close(Duration.ofSeconds(5)));
        harbour.close();
    }

    @Test
    void givesTheMessagesOfAllInTheOrderOfEachBesidesTheHandler() {
        put("/echo");
        SinkQueueWithCancel<Inbound> all = run(fleet.inbound());
        CompletionStage<List<Inbound>> ofTwo = fleet.inbound(TWO).take(100).runWith(Sink.seq(), fleet.actorSystem());

        List<Outgoing> out = IntStream.range(0, 200)
                .mapToObj(i -> Outgoing.text(i % 2 == 0 ? ONE : TWO, "message " + i / 2))
                .toList();
        List<Outgoing.Answered> answers =
                get(Source.from(out).via(fleet.outbound(8)).runWith(Sink.seq(), fleet.actorSystem()));

        assertThat(answers)
                .hasSize(200)
                .allSatisfy(answer -> assertThat(answer.outcome()).isInstanceOf(SendOutcome.Written.class));
        List<Inbound> read = IntStream.range(0, 200).mapToObj(i -> next(all)).toList();
        List<String> expected =
                IntStream.range(0, 100).mapToObj(i -> "message " + i).toList();
        assertThat(read.stream().filter(message -> message.id().equals(ONE)).map(Inbound::text))
                .isEqualTo(expected);
        assertThat(read.stream().filter(message -> message.id().equals(TWO)).map(Inbound::text))
                .isEqualTo(expected);
        assertThat(get(ofTwo)).extracting(Inbound::text).isEqualTo(expected);
        Waiting.until("the handler has them, too", () -> handled.size() == 200);
    }

    @Test
    void aSlowStreamHoldsBackWhatItReadsAndNothingElse() {
        SinkQueueWithCancel<Inbound> slow = run(fleet.inbound(ONE));
        harbour.on("/flood", Script.ticker(Duration.ofMillis(1)));
        put("/flood");

        Waiting.until("the other one goes on", () -> received(TWO) > received(ONE) + 500);
        long held = received(ONE);
        assertThat(fleet.status(ONE).orElseThrow().state()).isEqualTo(ConnectionState.READY);

        List<String> first =
                IntStream.range(0, 100).mapToObj(i -> next(slow).text()).toList();
        assertThat(first).doesNotHaveDuplicates();

        slow.cancel();
        Waiting.until("who reads no more holds nothing back", () -> received(ONE) > held + 500);
    }

    @Test
    void aStreamThatFailsLetsGoOfWhatItHeld() {
        CompletableFuture<Void> stalled = new CompletableFuture<>();
        CompletionStage<Inbound> failing = fleet.inbound()
                .mapAsync(1, message -> stalled.thenApply(done -> message))
                .runWith(Sink.last(), fleet.actorSystem());
        harbour.on("/flood", Script.ticker(Duration.ofMillis(1)));
        put("/flood");
        awaitHeldBack();

        stalled.completeExceptionally(new IllegalStateException("the stream's own bug"));

        assertThatThrownBy(() -> get(failing)).hasRootCauseMessage("the stream's own bug");
        goOn();
    }

    @Test
    void aStreamThatIsCutOffLetsGoOfWhatItHeld() {
        UniqueKillSwitch cut = fleet.inbound()
                .viaMat(KillSwitches.single(), Keep.right())
                .toMat(Sink.queue(1), Keep.left())
                .run(fleet.actorSystem());
        harbour.on("/flood", Script.ticker(Duration.ofMillis(1)));
        put("/flood");
        awaitHeldBack();

        cut.abort(new IllegalStateException("cut off"));

        goOn();
    }

    /** Both say that they are READY, and neither gets anything any more, for longer than it takes its peer to send much. */
    private void awaitHeldBack() {
        AtomicLong seen = new AtomicLong(-1);
        AtomicLong since = new AtomicLong();
        Waiting.until("nothing comes any more", () -> {
            long now = received(ONE) + received(TWO);
            if (seen.getAndSet(now) != now) {
                since.set(System.nanoTime());
            }
            return now > 0 && System.nanoTime() - since.get() > TimeUnit.MILLISECONDS.toNanos(300);
        });
    }

    private void goOn() {
        long held = received(ONE);
        long other = received(TWO);
        Waiting.until("nothing holds them back", () -> received(ONE) > held + 500 && received(TWO) > other + 500);
    }

    @Test
    void answersAfterTheFleetHasClosedToo() {
        get(fleet.close(Duration.ofSeconds(5)));

        CompletionStage<SendOutcome> outcome = fleet.send(ONE, "late");

        assertThat(get(outcome)).isInstanceOf(SendOutcome.Refused.class);
    }

    @Test
    void answersWhatCannotBeSent() {
        List<Outgoing.Answered> answers = get(Source.single(Outgoing.binary(ConnectionId.of("nobody"), new byte[3]))
                .via(fleet.outbound())
                .runWith(Sink.seq(), fleet.actorSystem()));

        assertThat(answers.get(0).outcome())
                .isInstanceOfSatisfying(
                        SendOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(SendOutcome.Reason.UNKNOWN_CONNECTION));
    }

    @Test
    void givesEventsAndEndsWithTheFleet() {
        CompletionStage<List<FleetEvent>> events = fleet.events().runWith(Sink.seq(), fleet.actorSystem());
        put("/echo");

        get(fleet.close(Duration.ofSeconds(5)));

        assertThat(get(events))
                .filteredOn(event ->
                        event instanceof FleetEvent.OfConnection of && of.event() instanceof ConnectionEvent.Stopped)
                .hasSize(2);
    }

    @Test
    void aSlowStreamOfEventsLosesSomeAndCountsThem() {
        Pair<EventHub.Subscription, SinkQueueWithCancel<FleetEvent>> slow =
                fleet.events().toMat(Sink.queue(1), Keep.both()).run(fleet.actorSystem());
        ConnectionSpec spec = ConnectionSpec.of("gone", harbour.uri("/echo").toString());

        Waiting.until("events are lost", () -> {
            get(fleet.put(spec));
            get(fleet.remove(spec.id()));
            return slow.first().lost() > 0;
        });

        slow.second().cancel();
    }

    @Test
    void whatWaitsWhenTheFleetClosesIsRead() {
        put("/echo");
        CompletionStage<List<Inbound>> stream = fleet.inbound().runWith(Sink.seq(), fleet.actorSystem());
        IntStream.range(0, 10).forEach(i -> fleet.send(ONE, "message " + i));
        Waiting.until("all came", () -> received(ONE) == 10);

        get(fleet.close(Duration.ofSeconds(5)));

        assertThat(get(stream))
                .extracting(Inbound::text)
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "message " + i).toList());
    }

    private SinkQueueWithCancel<Inbound> run(Source<Inbound, ?> source) {
        return source.runWith(Sink.queue(1), fleet.actorSystem());
    }

    private void put(String path) {
        for (ConnectionId id : List.of(ONE, TWO)) {
            get(fleet.put(
                    ConnectionSpec.of(id.value(), harbour.uri(path).toString()).with(spec -> spec.receive(LITTLE))));
        }
        Waiting.until("both are ready", () -> fleet.counts().getOrDefault(ConnectionState.READY, 0) == 2);
    }

    private long received(ConnectionId id) {
        return fleet.status(id).orElseThrow().counters().messagesIn();
    }

    private static Inbound next(SinkQueueWithCancel<Inbound> stream) {
        return get(stream.pull()).orElseThrow();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Origin;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.Sink;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a link does when its consumer takes fewer messages than come, at real sockets: {@code receive.on-slow}. */
public abstract class SlowConsumerContract extends OnGround {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int MEMORY = 1 << 20;
    private static final int COUNT = 1000;
    private static final byte[] PAYLOAD = new byte[10_000];

    @Override
    ReceiveMemory memory() {
        return new ReceiveMemory(MEMORY);
    }

    /** A consumer that answers to the first message when the gate opens, and takes the others at once. */
    private Dialed stalling(CompletableFuture<Void> gate, Settings.Receive receive, Script script) {
        return new Dialed()
                .answering(message -> message.isText() && message.text().equals("first") ? gate : Sink.MORE)
                .to(
                        ground().transport,
                        ground().at(Script.upgrade().sendText("first").then(script))
                                .receive(receive)
                                .timeouts(Ground.closeWithin(SHORT))
                                .liveness(new Settings.Liveness(Optional.of(SHORT), Duration.ofSeconds(20)))
                                .build());
    }

    private static Script flood() {
        return Script.empty()
                .repeat(COUNT, Script.empty().sendBinary(PAYLOAD))
                .sendText("last")
                .sendPing((byte) 7);
    }

    @Test
    void dropsTheOldestAndGoesOnReadingAndAnsweringPings() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Dialed dialed =
                stalling(gate, new Settings.Receive(1 << 20, 100_000, 1).with(Settings.OnSlow.DROP_OLDEST), flood());
        assertThat(peer().awaitFrame(ClientFrame::isPong).payload()).containsExactly(7);
        Dialed.await(() -> dialed.traffic().messagesIn() == COUNT + 2, () -> "all of them read");

        assertThat(dialed.messages()).hasSize(1);
        assertThat(ground().memory.used()).isBetween(1L, 100_000L);
        assertThat(dialed.order().stream().filter("slow"::equals)).isNotEmpty();
        gate.complete(null);
        Dialed.await(() -> dialed.texts().contains("last"), () -> "the newest");

        List<Inbound> taken = dialed.messages();
        assertThat(taken.size() + dialed.traffic().dropped()).isEqualTo(COUNT + 2);
        assertThat(taken).as("what fits into 100,000 bytes").hasSize(1 + 9 + 1);
        assertThat(dialed.traffic().stalls()).isZero();
        assertThat(ground().memory.used()).isZero();
        end(dialed);
    }

    @Test
    void dropsTheOldestWhenTheFleetHoldsAllItMay() {
        Dialed dialed = stalling(
                new CompletableFuture<>(),
                new Settings.Receive(1 << 20, 1L << 40, 1).with(Settings.OnSlow.DROP_OLDEST),
                flood());
        assertThat(peer().awaitFrame(ClientFrame::isPong).payload()).containsExactly(7);
        Dialed.await(() -> dialed.traffic().messagesIn() == COUNT + 2, () -> "all of them read");

        assertThat(ground().memory.used()).isBetween(1L, (long) MEMORY);
        assertThat(dialed.traffic().dropped()).isPositive();
        end(dialed);
        Dialed.await(() -> ground().memory.used() == 0, () -> "all of it given back");
    }

    @Test
    void holdsThePeerBackAndCountsThat() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Dialed dialed = stalling(gate, new Settings.Receive(1 << 20, 100_000, 1), flood());
        Dialed.await(() -> dialed.traffic().stalls() == 1, () -> "reading to stop");

        assertThat(dialed.order().stream().filter("slow"::equals)).hasSize(1);
        gate.complete(null);
        Dialed.await(() -> dialed.texts().contains("last"), () -> "the last");

        assertThat(dialed.messages()).hasSize(COUNT + 2);
        assertThat(dialed.traffic().dropped()).isZero();
        end(dialed);
    }

    @Test
    void endsTheConnectionOfAConsumerThatStallsForTooLong() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Dialed dialed = stalling(gate, new Settings.Receive(1 << 20, 100_000, 1).failingAfter(SHORT), flood());

        Failure failure = dialed.awaitEnded();

        assertThat(failure.kind()).isEqualTo(FailureKind.SLOW_CONSUMER);
        assertThat(failure.origin()).isEqualTo(Origin.HANDLER);
        assertThat(failure.evidence().closeCodeSent()).isEqualTo(1000);
        assertThat(dialed.messages()).hasSize(1);
        assertThat(dialed.traffic().dropped()).isPositive();
        assertThat(ground().memory.used()).isZero();
        gate.complete(null); // nobody listens any more
        assertThat(dialed.messages()).hasSize(1);
    }

    @Test
    void aConsumerThatGoesOnInTimeKeepsItsConnection() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        Dialed dialed =
                stalling(gate, new Settings.Receive(1 << 20, 100_000, 1).failingAfter(Duration.ofSeconds(60)), flood());
        Dialed.await(() -> dialed.traffic().stalls() == 1, () -> "reading to stop");

        gate.complete(null);
        Dialed.await(() -> dialed.texts().contains("last"), () -> "the last");

        assertThat(dialed.messages()).hasSize(COUNT + 2);
        assertThat(dialed.hasEnded()).isFalse();
        end(dialed);
    }

    private static void end(Dialed dialed) {
        dialed.link().abort(FailureKind.REMOVED);
        dialed.awaitEnded();
    }
}

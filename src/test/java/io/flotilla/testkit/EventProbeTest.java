package io.flotilla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.supervision.FleetEvent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventProbeTest {

    private final EventProbe probe = new EventProbe();

    @Test
    void hearsTheLifeOfAConnectionInItsOrder() {
        try (Harbour harbour = Harbour.start()) {
            Fleet fleet = Fleet.builder().listener(probe).start();
            harbour.on(
                    "/a", Script.upgrade().sendText("hello").sendText("there").thenEcho());
            fleet.put(ConnectionSpec.of("a", harbour.uri("/a").toString()));
            assertThat(probe.await("a", ConnectionEvent.Ready.class).generation())
                    .isEqualTo(1);
            assertThat(probe.awaitMessages("a", 2).stream().map(Inbound::text)).containsExactly("hello", "there");
            harbour.killAll();
            ConnectionEvent.LinkEnded lost = probe.await("a", ConnectionEvent.LinkEnded.class);
            assertThat(lost.failure().kind()).isEqualTo(FailureKind.LOST);
            assertThat(probe.await("a", ConnectionEvent.Ready.class).generation())
                    .as("the one before was taken")
                    .isEqualTo(2);
            fleet.close().toCompletableFuture().join();
        }
        probe.awaitOfFleet("the drain", event -> event instanceof FleetEvent.DrainStarted);
    }

    @Test
    void saysWhatItHeardInsteadOfWhatWasAwaited() {
        EventProbe impatient = new EventProbe(Duration.ofMillis(10));
        impatient.onEvent(new FleetEvent.SinkHealed(Instant.EPOCH, "file"));
        assertThatThrownBy(() -> impatient.await("a", ConnectionEvent.Ready.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("Ready of a", "SinkHealed", "file");
        assertThatThrownBy(() -> impatient.awaitMessages("a", 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("0 came");
    }

    @Test
    void forgetsTheOldestWhenItHasHeardTooMuch() {
        for (int i = 0; i <= EventProbe.MOST; i++) {
            probe.onEvent(new FleetEvent.HandlersSaturated(Instant.EPOCH, i));
        }
        assertThat(probe.events()).hasSize(EventProbe.MOST);
        assertThat(((FleetEvent.HandlersSaturated) probe.events().get(0)).threads())
                .isEqualTo(1);
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.supervision.Trouble;
import io.flotilla.supervision.Why;
import io.flotilla.testkit.FakeTransport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetWhyTest {

    private final FakeTransport transport = new FakeTransport();
    private final Fleet fleet = Fleet.builder()
            .transport("netty", transport)
            .onMessage(message -> {})
            .start();

    @AfterEach
    void end() {
        fleet.close(Duration.ofSeconds(5)).toCompletableFuture().join();
    }

    @Test
    void explainsAConnectionAndWhatItSharesWithOthers() {
        put("well", "ws://well.test/");
        transport.nextDial().open();
        Waiting.until("one is ready", () -> count(ConnectionState.READY) == 1);
        for (String id : new String[] {"a", "b", "c"}) {
            put(id, "ws://gone.test/");
            transport.nextDial().end(FailureKind.GONE);
        }
        Waiting.until("three are given up", () -> count(ConnectionState.GIVEN_UP) == 3);

        assertThat(fleet.troubles())
                .singleElement()
                .extracting(Trouble::sentence)
                .isEqualTo("3 connections to [gone.test:80] are given up: GONE, HTTP 410");
        Why why = fleet.why(ConnectionId.of("b")).orElseThrow();
        assertThat(why.summary()).startsWith("It is given up after GONE (");
        assertThat(why.rule())
                .isEqualTo("table: GONE is repair-endpoint, else permanent; "
                        + "it takes another endpoint, and there is none to be had");
        assertThat(why.wouldChange()).containsExactly("start b", "a changed spec");
        assertThat(why.shared()).contains(fleet.troubles().get(0));
        assertThat(fleet.why(ConnectionId.of("well")).orElseThrow().shared()).isEmpty();
        assertThat(fleet.why(ConnectionId.of("nobody"))).isEmpty();
    }

    private void put(String id, String uri) {
        fleet.put(ConnectionSpec.of(id, uri)).toCompletableFuture().join();
    }

    private long count(ConnectionState state) {
        return fleet.statuses().stream()
                .filter(status -> status.state() == state)
                .count();
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.sink.RecordedFrame;
import io.flotilla.sink.RecordedFrame.Direction;
import io.flotilla.sink.RecordedFrame.Kind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetRecorderTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");

    private final Harbour harbour = Harbour.start();
    private final Fleet fleet = Fleet.builder()
            .onMessage(message -> {})
            .credential("vendor", () -> CompletableFuture.completedStage(Secret.of("t0ken-of-vendor")))
            .start();

    @AfterEach
    void end() {
        fleet.close(Duration.ofSeconds(5)).toCompletableFuture().join();
        harbour.close();
    }

    @Test
    void recordsWhatWentBothWaysAndNoSecretOfIt() {
        harbour.on("/echo", Script.echo());
        start(spec().with(change -> change.record(64 * 1024)
                .credential("vendor")
                .opening(new Opening(List.of(Secret.of("{\"auth\":\"{credential}\"}")), Optional.empty(), List.of()))));

        fleet.send(ID, "t0ken-of-vendor is mine").toCompletableFuture().join();
        fleet.send(ID, new byte[] {1, 2}).toCompletableFuture().join();

        Waiting.until("all came back", () -> fleet.frames(ID).size() == 6);
        assertThat(fleet.frames(ID).stream()
                        .filter(frame -> frame.direction() == Direction.OUT)
                        .map(RecordedFrame::text))
                .containsExactly("***", "*** is mine", "\u0001\u0002");
        assertThat(fleet.frames(ID).stream()
                        .filter(frame -> frame.direction() == Direction.IN)
                        .map(RecordedFrame::text))
                .containsExactly("***", "*** is mine", "\u0001\u0002");
        assertThat(fleet.frames(ID).stream().map(RecordedFrame::kind))
                .containsOnly(Kind.TEXT, Kind.BINARY)
                .contains(Kind.BINARY);

        fleet.stop(ID).toCompletableFuture().join();
        assertThat(fleet.frames(ID)).as("it outlives its link").isNotEmpty();
        fleet.remove(ID).toCompletableFuture().join();
        assertThat(fleet.frames(ID)).isEmpty();
    }

    @Test
    void recordsNothingByDefault() {
        harbour.on("/echo", Script.echo());
        start(spec());
        fleet.send(ID, "hello").toCompletableFuture().join();
        Waiting.until("it came back", () -> fleet.totals().messagesIn() == 1);
        assertThat(fleet.frames(ID)).isEmpty();
    }

    private ConnectionSpec spec() {
        return ConnectionSpec.of("quotes", harbour.uri("/echo").toString());
    }

    private void start(ConnectionSpec spec) {
        fleet.put(spec).toCompletableFuture().join();
        Waiting.until("it is ready", () -> count(ConnectionState.READY) == 1);
    }

    private long count(ConnectionState state) {
        return fleet.statuses().stream()
                .filter(status -> status.state() == state)
                .count();
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.credential.FileCredential;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Settings;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.supervision.Status;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dial presents and where it leads, from the door to the wire. */
class FleetCredentialsTest {

    private static final int MANY = 20;

    @TempDir
    Path folder;

    private final Harbour harbour = Harbour.start();
    private Optional<Fleet> fleet = Optional.empty();

    @AfterEach
    void end() {
        fleet.ifPresent(started -> get(started.close(Duration.ofSeconds(5))));
        harbour.close();
    }

    @Test
    void aFileThatChangesRevivesEverybodyWhomItsOldTokenHadStopped() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "old\n");
        harbour.on(
                "/feed",
                Script.perRequest(request -> request.header("Authorization").equals(Optional.of("Bearer new"))
                        ? Script.echo()
                        : Script.answer(401)));
        Fleet fleet = start(Fleet.builder()
                .credential("vendor", new FileCredential(token, 1000, Optional.of(Duration.ofMillis(20)))));
        IntStream.range(0, MANY)
                .forEach(i -> fleet.put(spec("c" + i, "/feed")
                        .with(spec -> spec.credential("vendor").header("Authorization", "Bearer {credential}"))));
        fleet.put(spec("other", "/feed"));
        await(fleet, ConnectionState.GIVEN_UP, MANY + 1);

        Files.writeString(token, "new\n");

        await(fleet, ConnectionState.READY, MANY);
        Status other = fleet.status(ConnectionId.of("other")).orElseThrow();
        assertThat(other.state()).isEqualTo(ConnectionState.GIVEN_UP);
    }

    @Test
    void theRevivedDialThroughTheSchedulerAndNotAllAtOnce() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "old\n");
        harbour.on(
                "/feed",
                Script.perRequest(request -> request.header("Authorization").equals(Optional.of("Bearer new"))
                        ? Script.silent()
                        : Script.answer(401)));
        Fleet fleet = start(Fleet.builder()
                .settings(inFlight(3))
                .credential("vendor", new FileCredential(token, 1000, Optional.of(Duration.ofMillis(20)))));
        IntStream.range(0, MANY)
                .forEach(i -> fleet.put(spec("c" + i, "/feed")
                        .with(spec -> spec.credential("vendor").header("Authorization", "Bearer {credential}"))));
        await(fleet, ConnectionState.GIVEN_UP, MANY);

        Files.writeString(token, "new\n");

        Waiting.until("some dial, and the others wait for a turn: " + fleet.counts(), () -> {
            int dialing = fleet.counts().getOrDefault(ConnectionState.DIALING, 0);
            long held = fleet.statuses().stream()
                    .filter(status -> status.heldBy().equals(Optional.of(HeldBy.LIMIT)))
                    .count();
            return dialing > 0 && dialing + held == MANY;
        });
        Waiting.until("the peer hears of them", () -> harbour.accepted() > MANY);
        assertThat(harbour.accepted()).isLessThanOrEqualTo(MANY + 3);
    }

    private static FleetSettings inFlight(int most) {
        FleetSettings.Limits limits = FleetSettings.Limits.DEFAULT;
        return new FleetSettings(
                new FleetSettings.Limits(
                        limits.dialsPerSecond(),
                        OptionalInt.of(most),
                        limits.receiveMemory(),
                        limits.hostDialsPerSecond(),
                        limits.hostConnections()),
                FleetSettings.DEFAULT.handlerThreads(),
                FleetSettings.DEFAULT.drainDeadline(),
                FleetSettings.DEFAULT.network());
    }

    @Test
    void failsOverFromWhatIsHopelessAndComesBackToWhatWorked() {
        harbour.on("/gone", Script.answer(410));
        harbour.on("/broken", Script.answer(500));
        Fleet fleet = start(Fleet.builder());

        fleet.put(spec("c", "/gone").with(spec -> spec.failOver(List.of(uri("/broken"), uri("/good")))));

        await(fleet, ConnectionState.READY, 1);
        assertThat(harbour.accepted()).isEqualTo(3);
        get(fleet.restart(ConnectionId.of("c")));
        Waiting.until(
                "a new session",
                () -> fleet.status(ConnectionId.of("c"))
                        .filter(status -> status.generation() >= 4 && status.state() == ConnectionState.READY)
                        .isPresent());
    }

    @Test
    void isGivenUpWhenEveryUriIsHopeless() {
        harbour.on("/gone", Script.answer(410));
        Fleet fleet = start(Fleet.builder());

        fleet.put(spec("c", "/gone").with(spec -> spec.failOver(List.of(uri("/gone?2"), uri("/gone?3")))));

        await(fleet, ConnectionState.GIVEN_UP, 1);
        assertThat(harbour.accepted()).isEqualTo(3);
    }

    @Test
    void asksWhereToDialForEachDialAndOnceMoreWhenThatIsGone() {
        harbour.on("/gone", Script.answer(410));
        AtomicInteger asked = new AtomicInteger();
        Fleet fleet = start(Fleet.builder()
                .uriProvider(
                        "gateway",
                        (id, configured, last) -> CompletableFuture.completedStage(
                                last.filter(failure -> failure.kind() == FailureKind.GONE)
                                                .isPresent()
                                        ? WebSocketUri.of(uri("/moved/" + id))
                                        : WebSocketUri.of(uri("/gone?" + asked.incrementAndGet())))));

        fleet.put(spec("c", "/unused").with(spec -> spec.uriFrom("gateway")));

        await(fleet, ConnectionState.READY, 1);
        assertThat(List.of(harbour.nextConnection(), harbour.nextConnection()))
                .extracting(peer -> peer.request().orElseThrow().target())
                .containsExactly("/gone?1", "/moved/c");
    }

    @Test
    void isGivenUpWhenItsProviderHasNothingElse() {
        harbour.on("/gone", Script.answer(410));
        Fleet fleet = start(Fleet.builder()
                .uriProvider(
                        "gateway",
                        (id, configured, last) -> CompletableFuture.completedStage(WebSocketUri.of(uri("/gone")))));

        fleet.put(spec("c", "/unused").with(spec -> spec.uriFrom("gateway")));

        await(fleet, ConnectionState.GIVEN_UP, 1);
        assertThat(fleet.status(ConnectionId.of("c")).orElseThrow().because()).contains("the repair changed nothing");
        assertThat(harbour.accepted()).isEqualTo(1);
    }

    private Fleet start(FleetBuilder builder) {
        Fleet started = builder.start();
        fleet = Optional.of(started);
        return started;
    }

    private String uri(String path) {
        return harbour.uri(path).toString();
    }

    private ConnectionSpec spec(String id, String path) {
        return ConnectionSpec.of(id, uri(path))
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

    private static void await(Fleet fleet, ConnectionState state, int count) {
        Waiting.until(
                count + " " + state + " of " + fleet.counts(),
                () -> fleet.counts().getOrDefault(state, 0) == count);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

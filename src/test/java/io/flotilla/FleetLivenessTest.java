package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.credential.CredentialProvider;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Heartbeat;
import io.flotilla.spec.Heartbeats;
import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.EventProbe;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fleet makes of peers that are dead or silent, with sockets by each transport. */
class FleetLivenessTest {

    private static final ConnectionId ID = ConnectionId.of("a");
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Harbour harbour = Harbour.start();
    private final EventProbe events = new EventProbe();
    private final AtomicInteger asked = new AtomicInteger();
    private final Fleet fleet = Fleet.builder()
            .listener(events)
            .credential("numbered", new Numbered())
            .start();

    /** Another one each time. */
    private final class Numbered implements CredentialProvider {
        @Override
        public CompletionStage<Secret> current() {
            return CompletableFuture.completedStage(Secret.of("key-" + asked.incrementAndGet()));
        }

        @Override
        public CompletionStage<Secret> refresh() {
            return current();
        }
    }

    @AfterEach
    void end() {
        fleet.close(Duration.ofSeconds(5))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        harbour.close();
    }

    private ConnectionSpec.Builder spec(String transport) {
        return ConnectionSpec.builder("a", harbour.uri("/feed").toString())
                .transport(transport)
                .sink(ConnectionSpec.SINK_NONE);
    }

    private void put(ConnectionSpec.Builder spec) {
        fleet.put(spec.build()).toCompletableFuture().join();
    }

    private Failure ended() {
        return events.await("a", ConnectionEvent.LinkEnded.class).failure();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"netty", "pekko-http"})
    void subscribesAgainWithTheSameCredentialThenDialsAgain(String transport) {
        harbour.on("/feed", Script.subscription());
        put(spec(transport)
                .credential("numbered")
                .opening(new Opening(
                        List.of(Secret.of("subscribe {credential}")),
                        Optional.of(new MessagePattern.TextContains("subscribed")),
                        List.of()))
                .liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(SHORT))));
        events.await("a", ConnectionEvent.SubscribedAgain.class);
        Failure end = ended();
        assertThat(end.kind())
                .as("the answer to a subscription is no data: %s", end)
                .isEqualTo(FailureKind.SILENT);
        assertThat(end.detail()).contains("sent again");
        Peer peer = harbour.nextConnection("/feed");
        assertThat(peer.awaitClose().closeCode())
                .as("it lives, and is left politely")
                .hasValue(1000);
        assertThat(peer.texts()).containsExactly("subscribe key-1", "subscribe key-1");
        assertThat(harbour.nextConnection("/feed").awaitText("subscribe").text())
                .isEqualTo("subscribe key-2");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"netty", "pekko-http"})
    void staysWhenSubscribingAgainBringsTheDataBack(String transport) {
        harbour.on("/feed", Script.upgrade().awaitText("sub").awaitText("sub").sendText("data"));
        put(spec(transport)
                .opening(new Opening(List.of(Secret.of("sub")), Optional.empty(), List.of()))
                .liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(Duration.ofSeconds(1)))));
        events.await("a", ConnectionEvent.SubscribedAgain.class);
        assertThat(events.await("a", ConnectionEvent.DataResumed.class).generation())
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"netty", "pekko-http"})
    void dialsAgainWhenHeartbeatsAreNotAcknowledgedAnyMore(String transport) {
        Script hello = Script.upgrade().sendText("{\"op\":10,\"d\":{\"heartbeat_interval\":2000}}");
        harbour.on(
                "/feed",
                Script.inTurn(
                        hello.awaitText("\"op\":1,").sendText("{\"op\":11}").sendText("{\"op\":0,\"s\":7}"),
                        hello.onText("\"op\":1,", "{\"op\":11}")));
        put(spec(transport)
                .liveness(Settings.Liveness.DEFAULT.with(
                        Heartbeat.of(Duration.ofSeconds(30), "{\"op\":1,\"d\":{last:/s}}")
                                .everyFrom(Heartbeat.Named.millis("/d/heartbeat_interval"))
                                .acknowledgedBy(MessagePattern.Json.of(Map.of("/op", "11")), Duration.ofSeconds(2)))));
        assertThat(ended().kind()).isEqualTo(FailureKind.HEARTBEAT_TIMEOUT);
        Peer dead = harbour.nextConnection("/feed");
        assertThat(dead.texts()).containsExactly("{\"op\":1,\"d\":null}", "{\"op\":1,\"d\":7}");
        assertThat(dead.frames()).noneMatch(ClientFrame::isClose);
        harbour.nextConnection("/feed").awaitFrames(2);
        Waiting.until("a is READY", () -> fleet.status(ID).orElseThrow().state() == ConnectionState.READY);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"netty", "pekko-http"})
    void countsWhatHeartbeatsOfJavaCodeThrowAsTheHandlers(String transport) {
        harbour.on("/feed", Script.discard());
        Heartbeats throwing = id -> new Heartbeats.OfLink() {
            @Override
            public void next(Heartbeats.Voice voice) {
                throw new IllegalStateException("no heartbeat");
            }

            @Override
            public boolean hears(boolean isText, byte[] payload) {
                return false;
            }
        };
        put(spec(transport).liveness(Settings.Liveness.DEFAULT.with(Heartbeat.of(Duration.ofMillis(100), throwing))));
        events.await("a", ConnectionEvent.HandlerFailed.class);
        Waiting.until(
                "it is counted", () -> fleet.status(ID).orElseThrow().counters().handlerErrors() > 1);
        assertThat(fleet.status(ID).orElseThrow().state()).isEqualTo(ConnectionState.READY);
    }
}

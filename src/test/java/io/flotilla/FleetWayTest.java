package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.credential.CredentialProvider;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import io.flotilla.testkit.EventProbe;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a fleet makes of proxies, of redirects and of destinations that are not allowed. */
class FleetWayTest {

    private static final ConnectionId ID = ConnectionId.of("a");
    private static final String THROUGH = "HTTP/1.1 200 OK\r\n\r\n";
    private static final String REFUSED = "HTTP/1.1 407 no\r\nProxy-Authenticate: Basic\r\n\r\n";

    private final Harbour harbour = Harbour.start();
    private final EventProbe events = new EventProbe();
    private final AtomicInteger refreshed = new AtomicInteger();
    private Fleet fleet = start(FleetSettings.DEFAULT);

    private Fleet start(FleetSettings settings) {
        return Fleet.builder()
                .settings(settings)
                .listener(events)
                .credential("proxy", new Numbered())
                .start();
    }

    /** Another one each time it is refreshed. */
    private final class Numbered implements CredentialProvider {
        @Override
        public CompletionStage<Secret> current() {
            return CompletableFuture.completedStage(Secret.of("hush-" + refreshed.get()));
        }

        @Override
        public CompletionStage<Secret> refresh() {
            refreshed.incrementAndGet();
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

    private void put(ConnectionSpec spec) {
        fleet.put(spec).toCompletableFuture().join();
    }

    private void awaitState(ConnectionState state) {
        Waiting.until("a is " + state, () -> fleet.status(ID).orElseThrow().state() == state);
    }

    private Failure ended() {
        return events.await("a", ConnectionEvent.LinkEnded.class).failure();
    }

    private ConnectionSpec through(String user) {
        return ConnectionSpec.builder("a", "ws://far.test/")
                .credential("proxy")
                .proxy(Proxy.of("http://" + user + "@127.0.0.1:" + harbour.port()))
                .build();
    }

    @Test
    void repairsTheCredentialThatTheProxyIsTold() {
        harbour.onConnect(Script.perAttempt(attempt -> attempt == 1
                ? Script.empty().takeHead().sendRaw(REFUSED).fin()
                : Script.empty().takeHead().sendRaw(THROUGH)));
        put(through("me:{credential}"));

        assertThat(ended().kind()).isEqualTo(FailureKind.PROXY_AUTHENTICATION);
        awaitState(ConnectionState.READY);
        assertThat(harbour.nextConnection().taken())
                .isNotEqualTo(harbour.nextConnection().taken());
        assertThat(fleet.status(ID).toString() + events.events()).doesNotContain("hush");
    }

    @Test
    void doesNotRefreshACredentialThatTheProxyIsNotTold() {
        harbour.onConnect(Script.empty().takeHead().sendRaw(REFUSED).fin());
        put(through("me:hush-fixed"));

        assertThat(ended().kind()).isEqualTo(FailureKind.PROXY_AUTHENTICATION);
        awaitState(ConnectionState.GIVEN_UP);
        assertThat(harbour.accepted()).isEqualTo(1);
        assertThat(refreshed).hasValue(0);
        assertThat(fleet.status(ID).toString() + events.events()).doesNotContain("hush");
    }

    @Test
    void beginsWhereItWasSentForGoodUntilItIsRestarted() {
        harbour.on("/old", Script.answer(301).header("Location", "/new"));
        put(ConnectionSpec.of("a", harbour.uri("/old").toString()));
        harbour.nextConnection("/old");
        harbour.nextConnection("/new").awaitUpgraded();
        awaitState(ConnectionState.READY);

        harbour.killAll();
        assertThat(ended().kind()).isEqualTo(FailureKind.LOST);
        harbour.nextConnection("/new").awaitUpgraded();
        awaitState(ConnectionState.READY);
        assertThat(harbour.accepted()).isEqualTo(3);

        fleet.restart(ID).toCompletableFuture().join();
        harbour.nextConnection("/old");
        harbour.nextConnection("/new").awaitUpgraded();
    }

    @Test
    void givesUpWhatLeadsWhereItMayNotGo() {
        Fleet before = fleet;
        fleet = start(new FleetSettings(
                FleetSettings.DEFAULT.limits(),
                FleetSettings.DEFAULT.handlerThreads(),
                FleetSettings.DEFAULT.drainDeadline(),
                FleetSettings.DEFAULT.network().within(Destinations.of(List.of("*.test")))));
        before.close(Duration.ofSeconds(5)).toCompletableFuture().join();
        put(ConnectionSpec.of("a", harbour.uri("/").toString()));

        assertThat(ended().kind()).isEqualTo(FailureKind.DESTINATION_FORBIDDEN);
        awaitState(ConnectionState.GIVEN_UP);
        assertThat(harbour.accepted()).isZero();
    }
}

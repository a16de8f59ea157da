package io.flotilla.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fleet;
import io.flotilla.Ports;
import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Origin;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.EventProbe;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fleet through a proxy that other people wrote. */
abstract class ProxyContract {

    @TempDir
    Path folder;

    private final EventProbe events = new EventProbe();
    private final int port = Ports.free();
    private Harbour plain;
    private Harbour secure;
    private Path trust;
    private Fleet fleet;
    private Optional<RealProgram> proxy = Optional.empty();

    /** Its command line; the first word is the program. Writes its configuration. */
    abstract List<String> command(int port) throws IOException;

    /** The proxy, as a spec names it. */
    abstract Proxy proxy(int port);

    /** What a destination at which nobody listens is said to be. */
    FailureKind nobodyThere() {
        return FailureKind.PROXY_UNREACHABLE;
    }

    @BeforeEach
    void start() throws Exception {
        plain = Harbour.start().otherwise(Script.echo());
        HarbourTls tls = HarbourTls.trusted();
        secure = Harbour.start(tls).otherwise(Script.echo());
        trust = Files.writeString(folder.resolve("trust.pem"), tls.trustPem());
        fleet = Fleet.builder().listener(events).start();
        startProxy();
    }

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close(Duration.ofSeconds(2))
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
        proxy.ifPresent(RealProgram::close);
        plain.close();
        secure.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ws://127.0.0.1", "ws://localhost", "wss://127.0.0.1"})
    void echoesThroughIt(String origin) {
        put(spec("a", origin + ":" + port(origin) + "/echo"));
        awaitReady("a");

        echo("a", "through " + origin, "x".repeat(300_000));
        fleet.stop(ConnectionId.of("a"));

        assertThat((origin.startsWith("wss") ? secure : plain)
                        .nextConnection()
                        .awaitClose()
                        .closeCode())
                .hasValue(1000);
    }

    @Test
    void saysThatNobodyIsBehindItAndComesBackWithThem() {
        plain.stopListening();
        put(spec("a", plain.uri().toString()));

        Failure down = ended("a");
        assertThat(down.kind()).as(down.toString()).isEqualTo(nobodyThere());

        plain.listenAgain();
        Waiting.until("a is ready", () -> {
            fleet.dialNow(ConnectionId.of("a"));
            return state("a") == ConnectionState.READY;
        });
    }

    @Test
    void losesItAndComesBackWithIt() throws Exception {
        put(spec("a", plain.uri().toString()));
        awaitReady("a");

        proxy.ifPresent(RealProgram::close);
        Failure lost = ended("a");
        assertThat(lost.kind()).as(lost.toString()).isEqualTo(FailureKind.LOST);
        Failure down = ended("a");
        assertThat(down.kind()).as(down.toString()).isEqualTo(FailureKind.PROXY_UNREACHABLE);
        assertThat(down.origin()).isEqualTo(Origin.PROXY);

        startProxy();
        awaitReady("a");
        echo("a", "again");
    }

    final Harbour plain() {
        return plain;
    }

    final Harbour secure() {
        return secure;
    }

    final Failure ended(String id) {
        return events.await(id, ConnectionEvent.LinkEnded.class).failure();
    }

    final void put(ConnectionSpec spec) {
        fleet.put(spec).toCompletableFuture().join();
    }

    final ConnectionSpec spec(String id, String uri) {
        return ConnectionSpec.builder(id, uri)
                .proxy(proxy(port))
                .tls(new Settings.Tls(Optional.of(trust), true))
                .retry(InteropTest.quick())
                .build();
    }

    final void awaitGivenUp(String id) {
        Waiting.until(id + " is given up", () -> state(id) == ConnectionState.GIVEN_UP);
    }

    private int port(String origin) {
        return origin.startsWith("wss") ? secure.port() : plain.port();
    }

    private void startProxy() throws IOException {
        proxy = Optional.of(RealProgram.start(folder, port, command(port)));
    }

    private void awaitReady(String id) {
        Waiting.until(id + " is ready; " + fleet.status(ConnectionId.of(id)), () -> state(id) == ConnectionState.READY);
    }

    private ConnectionState state(String id) {
        return fleet.status(ConnectionId.of(id)).orElseThrow().state();
    }

    private void echo(String id, String... texts) {
        for (String text : texts) {
            SendOutcome outcome = fleet.send(ConnectionId.of(id), text)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(outcome).isInstanceOf(SendOutcome.Written.class);
        }
        Waiting.until(
                "the echoes",
                () -> events.messages(id).stream()
                        .map(message -> message.text())
                        .toList()
                        .containsAll(Arrays.asList(texts)));
    }
}

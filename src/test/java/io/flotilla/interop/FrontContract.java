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
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.supervision.Status;
import io.flotilla.testkit.EventProbe;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fleet through a TLS terminator and reverse proxy that other people wrote, from its start over its reload to its restart. */
abstract class FrontContract {

    /**
     * Where the program stands.
     *
     * @param plain the port that speaks plain HTTP
     * @param secure the port that speaks TLS
     * @param backend the port of the server behind it
     * @param pem its certificate and its key
     */
    record Place(Path folder, int plain, int secure, int backend, Path pem) {}

    /** How long the program bears silence of the backend, before and after the upgrade. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    /** After so long without an effect a reload is asked for again. */
    private static final Duration RELOAD = Duration.ofSeconds(5);

    private final EventProbe events = new EventProbe();
    private Harbour backend;
    private Place place;
    private Path trust;
    private Optional<RealProgram> front = Optional.empty();
    private Fleet fleet;
    private long reloadedAt;

    /** Its command line; the first word is the program. */
    abstract List<String> command(Path configuration);

    /** A configuration that answers the path {@code /reloaded} with 403 once it was reloaded. */
    abstract String configuration(Place at, boolean reloaded);

    /** The signal that makes it read its configuration again. */
    abstract String reloadSignal();

    /** What it answers while nobody listens behind it. */
    abstract int backendDown();

    @BeforeEach
    void start() throws Exception {
        RealProgram.installed(command(folder).get(0));
        backend = Harbour.start().otherwise(Script.echo());
        X509Bundle certificate = new CertificateBuilder()
                .subject("CN=127.0.0.1")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .rsa2048()
                .buildSelfSigned();
        Path pem = Files.writeString(
                folder.resolve("front.pem"), certificate.getCertificatePEM() + certificate.getPrivateKeyPEM());
        trust = Files.writeString(folder.resolve("trust.pem"), certificate.getCertificatePEM());
        place = new Place(folder, Ports.free(), Ports.free(), backend.port(), pem);
        fleet = Fleet.builder().listener(events).start();
        startFront();
    }

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close(Duration.ofSeconds(2))
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
        stopFront();
        if (backend != null) {
            backend.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ws", "wss"})
    void echoesThroughIt(String scheme) {
        put("a", scheme, "/echo");
        awaitReady("a");

        echo("a", "through " + scheme);
        Peer peer = backend.nextConnection("/echo");
        fleet.stop(ConnectionId.of("a"));

        assertThat(peer.awaitClose().closeCode()).hasValue(1000);
    }

    @Test
    void keepsWhatIsOpenOverAReloadAndDialsTheNewConfiguration() throws Exception {
        put("old", "wss", "/old");
        awaitReady("old");

        write(true);
        reload();
        put("probe", "wss", "/reloaded");
        Waiting.until("the new configuration is in force", () -> {
            if (System.nanoTime() - reloadedAt > RELOAD.toNanos()) {
                reload(); // a program that is still busy with its start may not hear the first one
            }
            if (status("probe").state() == ConnectionState.READY) {
                fleet.restart(ConnectionId.of("probe")).toCompletableFuture().join();
            }
            return status("probe")
                    .lastFailure()
                    .filter(failure -> failure.kind() == FailureKind.FORBIDDEN)
                    .isPresent();
        });

        echo("old", "over the reload");
        assertThat(status("old").generation()).isEqualTo(1);
        put("new", "wss", "/new");
        awaitReady("new");
        echo("new", "after the reload");
    }

    private void reload() {
        try {
            front.orElseThrow().signal(reloadSignal());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        reloadedAt = System.nanoTime();
    }

    @Test
    void comesBackAfterItsRestart() throws Exception {
        put("a", "wss", "/a");
        awaitReady("a");

        stopFront();
        Failure lost = ended("a");
        assertThat(lost.kind()).as(lost.toString()).isEqualTo(FailureKind.LOST);
        assertThat(lost.verdict()).isEqualTo(Verdict.TRANSIENT);
        Failure refused = ended("a");
        assertThat(refused.kind()).as(refused.toString()).isEqualTo(FailureKind.CONNECTION_REFUSED);

        startFront();
        awaitReady("a");
        echo("a", "after the restart");
        assertThat(status("a").generation()).isGreaterThan(2);
    }

    @Test
    void saysThatTheBackendIsDownAndComesBackWithIt() {
        backend.stopListening();
        put("a", "wss", "/a");

        Failure down = ended("a");
        assertThat(down.kind()).as(down.toString()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(down.verdict()).isEqualTo(Verdict.TRANSIENT_HINTED);
        assertThat(down.origin()).isEqualTo(Origin.PEER);
        assertThat(down.evidence().httpStatus()).isEqualTo(backendDown());

        backend.listenAgain();
        Waiting.until("a is ready again", () -> {
            fleet.dialNow(ConnectionId.of("a"));
            return status("a").state() == ConnectionState.READY;
        });
    }

    @Test
    void saysThatTheBackendDoesNotAnswer() {
        backend.on("/slow", Script.silent());
        put("a", "wss", "/slow");

        Failure late = ended("a");
        assertThat(late.kind()).as(late.toString()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(late.evidence().httpStatus()).isEqualTo(504);
    }

    @Test
    void losesAQuietConnectionAndKeepsOneThatPings() {
        put("pinging", "wss", "/pinging");
        fleet.put(spec("quiet", "wss", "/quiet")
                .with(spec -> spec.liveness(new Settings.Liveness(Optional.empty(), Duration.ofSeconds(20)))));
        awaitReady("quiet");
        awaitReady("pinging");

        for (int times = 0; times < 2; times++) {
            assertThat(ended("quiet").kind()).isEqualTo(FailureKind.LOST);
        }
        assertThat(status("pinging").generation()).isEqualTo(1);
        echo("pinging", "still here");
    }

    @Test
    void saysThatTlsIsSpokenToAPlainPort() {
        fleet.put(ConnectionSpec.of("a", "wss://127.0.0.1:" + place.plain() + "/"));

        Failure failure = ended("a");
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.TLS_NOT_TLS);
    }

    @Test
    void doesNotTrustItsCertificateUnasked() {
        fleet.put(ConnectionSpec.of("a", "wss://127.0.0.1:" + place.secure() + "/"));

        Failure failure = ended("a");
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.TLS_UNTRUSTED);
        Waiting.until("a is given up", () -> status("a").state() == ConnectionState.GIVEN_UP);
    }

    final Place place() {
        return place;
    }

    final Failure ended(String id) {
        return events.await(id, ConnectionEvent.LinkEnded.class).failure();
    }

    final void put(String id, String scheme, String path) {
        fleet.put(spec(id, scheme, path)).toCompletableFuture().join();
    }

    private ConnectionSpec spec(String id, String scheme, String path) {
        int port = scheme.equals("wss") ? place.secure() : place.plain();
        return ConnectionSpec.builder(id, scheme + "://127.0.0.1:" + port + path)
                .tls(new Settings.Tls(Optional.of(trust), true))
                .retry(InteropTest.quick())
                .liveness(new Settings.Liveness(Optional.of(SILENCE.dividedBy(4)), Duration.ofSeconds(20)))
                .build();
    }

    private void startFront() throws IOException {
        Path configuration = write(false);
        front = Optional.of(RealProgram.start(folder, place.secure(), command(configuration)));
    }

    private void stopFront() {
        front.ifPresent(RealProgram::close);
        front = Optional.empty();
    }

    private Path write(boolean reloaded) throws IOException {
        return Files.writeString(folder.resolve("front.conf"), configuration(place, reloaded));
    }

    private void awaitReady(String id) {
        Waiting.until(
                id + " is ready; " + fleet.status(ConnectionId.of(id)),
                () -> fleet.status(ConnectionId.of(id))
                        .filter(status -> status.state() == ConnectionState.READY)
                        .isPresent());
    }

    private Status status(String id) {
        return fleet.status(ConnectionId.of(id)).orElseThrow();
    }

    private void echo(String id, String text) {
        SendOutcome outcome = fleet.send(ConnectionId.of(id), text)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        assertThat(outcome).isInstanceOf(SendOutcome.Written.class);
        Waiting.until(
                "the echo of " + text,
                () -> events.messages(id).stream()
                        .anyMatch(message -> message.text().equals(text)));
    }
}

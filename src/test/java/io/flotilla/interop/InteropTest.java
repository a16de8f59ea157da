package io.flotilla.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Fleet;
import io.flotilla.Ports;
import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.EventProbe;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fleet against servers that other people wrote. */
class InteropTest {

    private static final List<Integer> SIZES = List.of(0, 1, 125, 126, 65_535, 65_536, 1_000_000, 1 << 20);
    private static final int MANY = 1_000;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}, TLS {1}, compression {2}")
    @CsvSource({
        "JETTY, false, OFF",
        "JETTY, true, OFF",
        "JETTY, false, ON",
        "JETTY, false, NO_CONTEXT_TAKEOVER",
        "UNDERTOW, false, OFF",
        "UNDERTOW, true, OFF",
        "UNDERTOW, false, ON",
        "UNDERTOW, true, NO_CONTEXT_TAKEOVER",
        "JAVA_WEBSOCKET, false, OFF",
        "JAVA_WEBSOCKET, true, OFF",
        "JAVA_WEBSOCKET, false, ON",
        "VERTX, false, OFF",
        "VERTX, true, OFF",
        "VERTX, false, ON",
        "VERTX, true, NO_CONTEXT_TAKEOVER"
    })
    void echoesTextAndBinaryOfEverySize(EchoServer.Maker maker, boolean tls, Settings.Compression compression)
            throws Exception {
        BlockingQueue<Inbound> messages = new LinkedBlockingQueue<>();
        Optional<X509Bundle> certificate = tls ? Optional.of(certificate()) : Optional.empty();
        EventProbe probe = new EventProbe();
        Fleet fleet =
                Fleet.builder().onMessage(messages::add).onEvent(probe::onEvent).start();
        try (EchoServer server = maker.start(certificate.map(InteropTest::keys))) {
            ConnectionSpec spec = ConnectionSpec.builder(
                            "echo", (tls ? "wss" : "ws") + "://127.0.0.1:" + server.port() + "/echo")
                    .tls(new Settings.Tls(certificate.map(this::trust), true))
                    .send(new Settings.Send(EchoServer.MOST, Duration.ofSeconds(30)))
                    .compression(compression)
                    .build();
            fleet.put(spec);
            assertThat(probe.await("echo", ConnectionEvent.HandshakeDone.class)
                            .handshake()
                            .extension()
                            .isPresent())
                    .isEqualTo(compression != Settings.Compression.OFF);
            awaitReady(fleet, 1);
            // Java-WebSocket may overlook a request that comes with the end of the handshake of TLS: another dial, then
            long generation = fleet.status(spec.id()).orElseThrow().generation();

            for (int size : sizes(maker, compression)) {
                String text = text(size);
                assertThat(get(fleet.send(spec.id(), text))).isInstanceOf(SendOutcome.Written.class);
                assertThat(next(messages, size).text()).isEqualTo(text);

                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                assertThat(get(fleet.send(spec.id(), bytes))).isInstanceOf(SendOutcome.Written.class);
                Inbound binary = next(messages, size);
                assertThat(binary.isText()).isFalse();
                assertThat(binary.bytes()).isEqualTo(bytes);
            }
            assertThat(fleet.status(spec.id()).orElseThrow().generation()).isEqualTo(generation);
        } finally {
            get(fleet.close(Duration.ofSeconds(5)));
        }
    }

    /** Undertow's inflating stalls on a compressed MiB that does not shrink, whoever sends it. */
    private static List<Integer> sizes(EchoServer.Maker maker, Settings.Compression compression) {
        boolean stalls = maker == EchoServer.Maker.UNDERTOW && compression != Settings.Compression.OFF;
        return SIZES.stream().filter(size -> !stalls || size < 1_000_000).toList();
    }

    @Test
    void bringsAThousandConnectionsBackAfterTheServerWasKilled() throws Exception {
        Fleet fleet = Fleet.builder()
                .settings(new FleetSettings(
                        new FleetSettings.Limits(
                                OptionalDouble.of(2_000),
                                OptionalInt.of(256),
                                FleetSettings.Limits.DEFAULT.receiveMemory(),
                                OptionalDouble.of(2_000),
                                OptionalInt.empty()),
                        8,
                        Duration.ofSeconds(10),
                        FleetSettings.Network.DEFAULT))
                .start();
        int port = Ports.free(); // to come back there, nobody else may be given it meanwhile
        EchoServer server = EchoServer.vertx(Optional.empty(), port);
        try {
            IntStream.range(0, MANY)
                    .forEach(i -> fleet.put(ConnectionSpec.of("c" + i, "ws://127.0.0.1:" + port + "/echo")
                            .with(spec -> spec.retry(quick()))));
            awaitReady(fleet, MANY);

            server.close();
            awaitReady(fleet, 0);
            server = EchoServer.vertx(Optional.empty(), port);
            awaitReady(fleet, MANY);

            assertThat(fleet.statuses()).allSatisfy(status -> {
                assertThat(status.state()).isEqualTo(ConnectionState.READY);
                assertThat(status.generation()).isGreaterThanOrEqualTo(2);
            });
            assertThat(get(fleet.send(ConnectionId.of("c7"), "alive"))).isInstanceOf(SendOutcome.Written.class);
        } finally {
            get(fleet.close(Duration.ofSeconds(10)));
            server.close();
        }
    }

    static Settings.Retry quick() {
        Settings.Retry retry = Settings.Retry.DEFAULT;
        return new Settings.Retry(
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                1,
                Duration.ofMillis(500),
                retry.settleAfter(),
                retry.hintCap(),
                retry.maxAttempts(),
                new Settings.SlowLane(1_000, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    private static void awaitReady(Fleet fleet, int count) {
        Waiting.until(
                count + " ready, of " + fleet.counts(),
                () -> fleet.counts().getOrDefault(ConnectionState.READY, 0) == count);
    }

    private static Inbound next(BlockingQueue<Inbound> messages, int size) throws InterruptedException {
        Inbound message = messages.poll(60, TimeUnit.SECONDS);
        assertThat(message).as("an echo of %d bytes", size).isNotNull();
        return java.util.Objects.requireNonNull(message);
    }

    /** So many bytes, characters of two and three bytes among them. */
    private static String text(int bytes) {
        StringBuilder text = new StringBuilder();
        int left = bytes;
        for (int i = 0; left > 0; i++) {
            String next = left >= 3 && i % 7 == 0 ? "€" : left >= 2 && i % 5 == 0 ? "é" : "x";
            text.append(next);
            left -= next.getBytes(StandardCharsets.UTF_8).length;
        }
        return text.toString();
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("CN=127.0.0.1")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .rsa2048()
                .buildSelfSigned();
    }

    private static KeyStore keys(X509Bundle certificate) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "server",
                    certificate.getKeyPair().getPrivate(),
                    EchoServer.PASSWORD,
                    certificate.getCertificatePath());
            return keys;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Path trust(X509Bundle certificate) {
        try {
            return Files.writeString(folder.resolve("trust.pem"), certificate.getCertificatePEM());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

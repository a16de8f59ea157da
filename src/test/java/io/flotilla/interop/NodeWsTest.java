package io.flotilla.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.Fleet;
import io.flotilla.Ports;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.SendOutcome;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.EventProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Node's ws, which compresses everything that it sends, where it was asked to. */
class NodeWsTest {

    private static final List<Integer> SIZES = List.of(0, 1, 125, 65_535, 65_536, 1 << 20);

    private static final String ECHO = """
            const { WebSocketServer } = require('ws');
            const server = new WebSocketServer({ host: '127.0.0.1', port: %d, maxPayload: 1 << 24, perMessageDeflate: { threshold: 0 } });
            server.on('connection', socket => socket.on('message', (data, binary) => socket.send(data, { binary })));
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"OFF, netty", "ON, netty", "NO_CONTEXT_TAKEOVER, netty", "OFF, pekko-http"})
    void echoesWhatItIsSent(Settings.Compression compression, String transport) throws Exception {
        int port = Ports.free();
        BlockingQueue<Inbound> messages = new LinkedBlockingQueue<>();
        EventProbe probe = new EventProbe();
        try (RealProgram node = RealProgram.start(folder, port, List.of("node", script(port)))) {
            Fleet fleet = Fleet.builder()
                    .onMessage(messages::add)
                    .onEvent(probe::onEvent)
                    .start();
            try {
                ConnectionSpec spec = ConnectionSpec.of("node", "ws://127.0.0.1:" + port + "/")
                        .with(change -> change.compression(compression).transport(transport));
                fleet.put(spec);
                Optional<String> extension = probe.await("node", ConnectionEvent.HandshakeDone.class)
                        .handshake()
                        .extension();
                assertThat(extension.isPresent()).isEqualTo(compression != Settings.Compression.OFF);
                probe.await("node", ConnectionEvent.Ready.class);
                for (int size : SIZES) {
                    String text = "grüße ".repeat(size / 8 + 1).substring(0, size / 8);
                    assertThat(fleet.send(spec.id(), text).toCompletableFuture().get(60, TimeUnit.SECONDS))
                            .as(node.log())
                            .isInstanceOf(SendOutcome.Written.class);
                    assertThat(next(messages).text()).isEqualTo(text);
                    byte[] bytes = new byte[size];
                    new Random(size).nextBytes(bytes);
                    fleet.send(spec.id(), bytes);
                    assertThat(next(messages).bytes()).isEqualTo(bytes);
                }
                assertThat(fleet.status(spec.id()).orElseThrow().generation()).isEqualTo(1);
            } finally {
                fleet.close(Duration.ofSeconds(5))
                        .toCompletableFuture()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join();
            }
        }
    }

    private static Inbound next(BlockingQueue<Inbound> messages) throws InterruptedException {
        Inbound message = messages.poll(60, TimeUnit.SECONDS);
        assertThat(message).as("an echo").isNotNull();
        return java.util.Objects.requireNonNull(message);
    }

    /** The echo server, beside the module where .ci/run or Debian puts it. */
    private String script(int port) throws IOException {
        RealProgram.installed("node");
        Optional<Path> modules = Stream.of(
                        Path.of("target/node/node_modules").toAbsolutePath(), Path.of("/usr/share/nodejs"))
                .filter(place -> Files.isDirectory(place.resolve("ws")))
                .findFirst();
        assumeTrue(modules.isPresent(), "NOT TESTED: Node's ws is not installed here (.ci/run installs it)");
        String module = modules.orElseThrow().resolve("ws").toString();
        return Files.writeString(
                        folder.resolve("echo.js"),
                        ECHO.formatted(port).replace("require('ws')", "require('" + module + "')"))
                .toString();
    }
}

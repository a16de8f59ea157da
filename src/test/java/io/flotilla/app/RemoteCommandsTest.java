package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.Waiting;
import io.flotilla.admin.Watched;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.ConnectionId;
import io.flotilla.testkit.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that ask and tell a running fleet, over its real API. */
class RemoteCommandsTest {

    @RegisterExtension
    final Screen screen = new Screen();

    private Watched watched = Watched.start();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        watched.put("a", "/echo", Map.of("desk", "spot"));
        watched.put("b", "/echo", Map.of("desk", "spot"));
        watched.put("c", "/echo", Map.of("desk", "options"));
        Stream.of("a", "b", "c").forEach(id -> watched.awaitState(id, ConnectionState.READY));
    }

    @AfterEach
    void end() {
        watched.close();
    }

    private int execute(String... arguments) {
        return screen.execute(Stream.concat(Stream.of(arguments), Stream.of("--url", watched.url()))
                .toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(screen.printed());
    }

    @Test
    void listsTheConnectionsOfTheFleet() {
        assertThat(execute("list")).isZero();

        List<String> lines = screen.printed().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).matches("ID +STATE +FOR +HOST +LABELS +BECAUSE");
        assertThat(lines.get(1)).matches("a +READY +\\d.* s +127\\.0\\.0\\.1:\\d+ +desk=spot");
    }

    @Test
    void listsThoseThatAreLookedFor() throws IOException {
        watched.fleet.stop(ConnectionId.of("b"));
        watched.awaitState("b", ConnectionState.STOPPED);

        assertThat(execute("list", "--label", "desk=spot", "--state", "ready", "--json"))
                .isZero();

        assertThat(json().get("total").asInt()).isEqualTo(1);
        assertThat(json().at("/items/0/id").asText()).isEqualTo("a");
    }

    @Test
    void listSaysWhereItEnded() {
        assertThat(execute("list", "--limit", "2")).isZero();

        assertThat(screen.printed().lines()).hasSize(3);
        assertThat(screen.complained()).contains("… and 1 more");
    }

    @Test
    void listOfNobodySaysSo() {
        assertThat(execute("list", "-q", "nobody")).isZero();

        assertThat(screen.printed()).isEmpty();
        assertThat(screen.complained()).contains("No connection is like that");
    }

    @Test
    void listIsALiveViewWhenItIsWatched() {
        watched.fleet.stop(ConnectionId.of("b"));
        watched.awaitState("b", ConnectionState.STOPPED);

        assertThat(execute("list", "--watch=10ms", "--times", "2", "--state", "stopped"))
                .isZero();

        assertThat(screen.printed().lines().filter(line -> line.startsWith("2 of 2 READY, 1 STOPPED")))
                .hasSize(2);
        assertThat(screen.printed().lines().filter(line -> line.matches("b +STOPPED .*")))
                .hasSize(2);
    }

    @Test
    void showsOneConnection() {
        assertThat(execute("show", "a")).isZero();

        assertThat(screen.printed())
                .contains(
                        "a  READY for ",
                        "labels        desk=spot",
                        watched.harbour.uri("/echo").toString(),
                        "1 dials")
                .contains("HandshakeDone", "DialStarted", "to 127.0.0.1:");
    }

    @Test
    void saysWhichConnectionIsNotThere() {
        assertThat(execute("show", "nobody")).isEqualTo(1);

        assertThat(screen.complained()).contains("nobody");
        assertThat(screen.printed()).isEmpty();
    }

    @Test
    void tellsOneManyAndAll() {
        assertThat(execute("stop", "a")).isZero();
        assertThat(screen.printed()).contains("stop: a was told");
        watched.awaitState("a", ConnectionState.STOPPED);

        assertThat(execute("stop", "--label", "desk=spot")).isZero();
        assertThat(screen.printed()).contains("2 connections were told");
        watched.awaitState("b", ConnectionState.STOPPED);
        assertThat(watched.state("c")).isEqualTo(ConnectionState.READY);

        assertThat(execute("start", "--all")).isZero();
        assertThat(screen.printed()).contains("3 connections were told");
        Stream.of("a", "b", "c").forEach(id -> watched.awaitState(id, ConnectionState.READY));

        assertThat(execute("restart", "a")).isZero();
        Waiting.until(
                "it dials again",
                () -> watched.fleet
                                .status(ConnectionId.of("a"))
                                .orElseThrow()
                                .counters()
                                .dials()
                        == 3);
    }

    @Test
    void saysThatACommandIsNotForAStoppedConnection() {
        execute("stop", "a");
        watched.awaitState("a", ConnectionState.STOPPED);

        assertThat(execute("restart", "a")).isEqualTo(1);

        assertThat(screen.complained()).contains("[a]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "stop | Nobody is chosen",
                "stop a --all | exclude each other",
                "show no/body | must match",
                "show | Missing required parameter",
                "tail | Whose messages",
                "tail a --label desk=spot | go with --events",
                "tail a --count 0 | must be 1 or more",
                "list --limit 0 | must be 1 or more",
                "list --watch=5 | has no unit"
            })
    void sendsNothingForWrongUsage(String arguments, String complaint) {
        assertThat(execute(arguments.split(" "))).isEqualTo(2);

        assertThat(screen.complained()).contains(complaint);
    }

    @ParameterizedTest(name = "--url {0}")
    @CsvSource({"127.0.0.1:8480", "ftp://host/", "http://user:pass@host/", "http://"})
    void aUrlThatIsNoneIsWrongUsage(String url) {
        assertThat(screen.execute("list", "--url", url)).isEqualTo(2);

        assertThat(screen.complained()).contains("--url").doesNotContain("pass@");
    }

    @Test
    void saysWhatToDoWhereNoFleetAnswers() {
        watched.stopListening();

        assertThat(execute("list")).isEqualTo(1);

        assertThat(screen.complained()).contains("No fleet answers at " + watched.url(), "connection refused", "--url");
        watched.listenAgain();
    }

    @Test
    void sendsAMessage() {
        assertThat(execute("send", "a", "hello")).isZero();

        assertThat(screen.printed()).contains("written, by dial #1");
        Waiting.until(
                "the peer has sent it back",
                () -> watched.fleet
                                .status(ConnectionId.of("a"))
                                .orElseThrow()
                                .counters()
                                .messagesIn()
                        == 1);
    }

    @Test
    void aMessageThatIsNotWrittenIsAFailure() {
        execute("stop", "a");
        watched.awaitState("a", ConnectionState.STOPPED);

        assertThat(execute("send", "a", "hello")).isEqualTo(1);

        assertThat(screen.complained()).contains("Not written: refused (");
    }

    @Test
    void followsTheMessagesOfAConnection() {
        watched.harbour.on("/ticker", Script.ticker(Duration.ofMillis(20)));
        watched.put("ticking", "/ticker", Map.of());

        assertThat(execute("tail", "ticking", "--count", "3")).isZero();

        assertThat(screen.printed().lines()).hasSize(3).allMatch(line -> line.matches("\\d{4}-.*Z  \\{\"tick\":\\d+}"));
    }

    @Test
    void followsEventsAlsoWhenTheServerWasAway() {
        CompletableFuture<Integer> tail = CompletableFuture.supplyAsync(() ->
                screen.execute("tail", "a", "--events", "--kind", "ready", "--count", "60", "--url", watched.url()));

        restartUntil("an event was printed", 40, () -> screen.printed().contains("a Ready (READY)"));
        watched.stopListening();
        Waiting.until("the loss was told", () -> screen.complained().contains("again"));
        watched.listenAgain();
        restartUntil("enough were", Integer.MAX_VALUE, tail::isDone);

        assertThat(tail.join()).isZero();
        assertThat(screen.printed().lines()).hasSize(60);
    }

    @Test
    void whoFollowsOrWatchesBearsAServerThatCannotAnswerForAMoment() throws IOException {
        Queue<String> bodies = new ArrayDeque<>(List.of(
                "id: 1\ndata: {\"event\":\"Ready\",\"id\":\"a\"}\n\n",
                "",
                "id: 2\ndata: {\"event\":\"Ready\",\"id\":\"a\"}\n\n"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = bodies.remove().getBytes(StandardCharsets.UTF_8);
            byte[] unable = "The server is being shut down".getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.sendResponseHeaders(
                        body.length == 0 ? 503 : 200, body.length == 0 ? unable.length : body.length);
                exchange.getResponseBody().write(body.length == 0 ? unable : body);
            }
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            assertThat(screen.execute("tail", "--events", "--count", "2", "--url", url))
                    .isZero();
            assertThat(screen.complained()).contains(" said 503; trying again");

            bodies.addAll(List.of("{\"id\":\"a\",\"state\":\"READY\"}", ""));
            assertThat(screen.execute("why", "a", "--watch=10ms", "--times=2", "--url", url))
                    .isZero();
            assertThat(screen.printed()).contains(" said 503", "Trying again.");
        } finally {
            server.stop(0);
        }
    }

    /** Restarts less and less often, and not more often than said: who follows shall not have had enough before its time. */
    private void restartUntil(String what, int most, BooleanSupplier condition) {
        AtomicInteger restarts = new AtomicInteger();
        AtomicLong next = new AtomicLong(System.nanoTime());
        Waiting.until(what, () -> {
            if (restarts.get() < most && System.nanoTime() > next.get()) {
                watched.fleet.restart(ConnectionId.of("a"));
                double millis = most == Integer.MAX_VALUE ? 50 : 50 * Math.pow(1.15, restarts.incrementAndGet());
                next.set(System.nanoTime() + (long) (millis * 1_000_000));
            }
            return condition.getAsBoolean();
        });
    }

    @Test
    void showsTheTokenThatItIsGivenAndToNobodyElse() throws IOException {
        watched.close();
        watched = Watched.asking("sesame-of-the-fleet");
        Path file = Files.writeString(folder.resolve("token"), "sesame-of-the-fleet\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "open-barley\n");
        Path empty = Files.writeString(folder.resolve("empty"), "\n");

        assertThat(execute("list")).isEqualTo(1);
        assertThat(screen.complained()).contains("FLOTILLA_TOKEN", "--token-file");
        assertThat(execute("list", "--token-file", wrong.toString())).isEqualTo(1);
        assertThat(screen.complained()).contains("does not take this token").doesNotContain("barley");
        assertThat(execute("list", "--token-file", empty.toString())).isEqualTo(2);
        assertThat(screen.complained()).contains("is empty");
        assertThat(execute("list", "--token-file", folder.resolve("absent").toString()))
                .isEqualTo(2);
        assertThat(execute("list", "--token-file", file.toString())).isZero();
        assertThat(screen.printed() + screen.complained()).doesNotContain("sesame");
    }

    @Test
    void whatAPeerSaysCannotSteerTheTerminal() {
        watched.harbour.on("/evil", Script.upgrade().sendClose(4000, "\u001b[2J\u202egone\u0007"));
        watched.put("evil", "/evil", Map.of());
        Waiting.until(
                "it ended",
                () -> watched.fleet
                        .status(ConnectionId.of("evil"))
                        .orElseThrow()
                        .lastFailure()
                        .isPresent());

        for (List<String> command : List.of(
                List.of("show", "evil"),
                List.of("list"),
                List.of("show", "evil", "--json"),
                List.of("list", "--json"))) {
            assertThat(execute(command.toArray(String[]::new))).isZero();
            assertThat(screen.printed()).doesNotContain("\u001b", "\u202e", "\u0007");
        }
        execute("show", "evil");
        assertThat(screen.printed()).contains("\\u001b[2J\\u202egone\\u0007");
    }

    @Test
    void rotationSaysThatItIsNotThereYet() {
        assertThat(execute("rotate", "a")).isEqualTo(1);

        assertThat(screen.complained()).contains("rotate");
    }

    @Test
    void drainEndsTheFleet() {
        assertThat(execute("drain")).isZero();

        assertThat(screen.printed()).contains("It drains");
        Waiting.until("it closes", () -> watched.fleet.isClosing());
    }

    @Test
    void completesEveryCommand() {
        screen.execute("completion");

        assertThat(screen.printed()).contains("complete -F", "list", "dial-now", "--token-file");
    }
}

package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events and messages, at a real port. */
@Timeout(120)
class EventStreamTest {

    /** One server-sent event. */
    private record Told(String id, String event, JsonNode data) {}

    /** A reader of one stream. */
    private static final class Stream implements AutoCloseable {
        private final BufferedReader in;
        private int comments;

        Stream(Served served, HttpRequest.Builder request) throws Exception {
            HttpResponse<java.io.InputStream> answer =
                    served.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
            this.in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        }

        /** The next one. */
        Told next() throws IOException {
            return read().orElseThrow(() -> new AssertionError("The stream ended"));
        }

        /** The next one; empty at the end. */
        Optional<Told> read() throws IOException {
            Map<String, String> fields = new HashMap<>();
            String line;
            while ((line = in.readLine()) != null) {
                if (line.isEmpty() && fields.containsKey("data")) {
                    return Optional.of(new Told(
                            fields.getOrDefault("id", ""),
                            fields.getOrDefault("event", ""),
                            new ObjectMapper().readTree(fields.get("data"))));
                } else if (line.startsWith(":")) {
                    comments++;
                } else if (line.indexOf(':') > 0) {
                    fields.put(
                            line.substring(0, line.indexOf(':')),
                            line.substring(line.indexOf(':') + 1).strip());
                }
            }
            return Optional.empty();
        }

        Told next(String event) throws IOException {
            Told told = next();
            while (!told.event().equals(event)) {
                told = next();
            }
            return told;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private static String line(BufferedReader in) throws IOException {
        return Optional.ofNullable(in.readLine()).orElseThrow(() -> new AssertionError("The stream ended"));
    }

    /** Over a socket that takes little, which whoever asks may leave unread; its answer is well. */
    private static BufferedReader raw(Served served, Socket socket, String path) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.connect(served.server.address());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertThat(line(in)).contains("200");
        return in;
    }

    private static Stream events(Served served, String query) throws Exception {
        return new Stream(served, served.request("/api/v1/events" + query));
    }

    private static void put(Served served, String id, String desk) {
        Served.get(served.fleet.put(ConnectionSpec.builder(id, "ws://host/")
                .labels(Map.of("desk", desk))
                .build()));
    }

    private static long last(Served served) {
        return served.get("/api/v1/fleet").json().get("lastEventId").asLong();
    }

    @Test
    void tellsALifeAsItHappens() throws Exception {
        try (Served served = Served.start();
                Stream stream = events(served, "?after=" + last(served))) {
            put(served, "a", "spot");
            served.transport.nextDial().open();

            List<String> told = new ArrayList<>();
            Told each;
            do {
                each = stream.next();
                told.add(each.event());
                assertThat(each.id()).isEqualTo(each.data().get("seq").asText());
                assertThat(each.data().get("id").asText()).isEqualTo("a");
            } while (!each.event().equals("ready"));

            assertThat(told).endsWith("dial-started", "handshake-done", "ready");
            assertThat(each.data().get("event").asText()).isEqualTo("Ready");
            assertThat(each.data().get("state").asText()).isEqualTo("READY");
        }
    }

    @Test
    void comesBackToWhereItWas() throws Exception {
        try (Served served = Served.start()) {
            long before = last(served);
            for (int i = 0; i < 20; i++) {
                put(served, "a" + i, "spot");
            }
            List<String> ids = new ArrayList<>();
            try (Stream stream = events(served, "?kind=dial-started&after=" + before)) {
                for (int i = 0; i < 20; i++) {
                    ids.add(stream.next().id());
                }
            }

            try (Stream again = new Stream(
                    served, served.request("/api/v1/events?kind=dial-started").header("Last-Event-ID", ids.get(9)))) {
                for (int i = 10; i < 20; i++) {
                    assertThat(again.next().id()).isEqualTo(ids.get(i));
                }
            }
        }
    }

    @Test
    void filtersByLabelIdAndKind() throws Exception {
        try (Served served = Served.start()) {
            long before = last(served);
            put(served, "a", "spot");
            put(served, "b", "perp");
            put(served, "c", "spot");

            try (Stream byLabel = events(served, "?kind=dial-started&label=desk=spot&after=" + before);
                    Stream byId = events(served, "?id=b&after=" + before)) {
                assertThat(byLabel.next().data().get("id").asText()).isEqualTo("a");
                assertThat(byLabel.next().data().get("id").asText()).isEqualTo("c");
                assertThat(byId.next().data().get("id").asText()).isEqualTo("b");
            }
        }
    }

    @Test
    void saysWhatIsBeyondItsHistory() throws Exception {
        try (Served served = Served.start(Served.SETTINGS.streaming(8, Duration.ofSeconds(15), 10))) {
            long before = last(served);
            for (int i = 0; i < 30; i++) {
                put(served, "a" + i, "spot");
            }
            Waiting.until("all are told of", () -> last(served) >= before + 30);

            try (Stream stream = events(served, "?after=" + before);
                    Stream ofAnother = events(served, "?after=12")) {
                Told lost = stream.next();
                assertThat(lost.event()).isEqualTo("lost");
                long count = lost.data().get("count").asLong();
                assertThat(count).isGreaterThanOrEqualTo(20);
                assertThat(stream.next().data().get("seq").asLong()).isEqualTo(before + count + 1);

                Told unknown = ofAnother.next();
                assertThat(unknown.event()).isEqualTo("lost");
                assertThat(unknown.data().get("count").isNull()).isTrue();
            }
        }
    }

    @Test
    void aReaderThatDoesNotReadLosesCountedEventsAndSlowsNobody() throws Exception {
        String report = "x".repeat(2000);
        try (Served served = Served.start(
                        builder -> builder.onMessage(message -> {
                            throw new IllegalStateException(report);
                        }),
                        parts -> parts);
                Socket socket = new Socket()) {
            put(served, "a", "spot");
            var link = served.transport.nextDial().open();
            Waiting.until("it is ready", () -> served.count(ConnectionState.READY) == 1);
            BufferedReader in = raw(served, socket, "/api/v1/events");

            int events = 20_000; // 40 MB of them: more than sockets hold, and twice the history
            long before = last(served);
            for (int i = 0; i < events; i++) {
                link.receive("x");
            }
            Waiting.until("all happened, and the API answers meanwhile", () -> last(served) >= before + events);
            put(served, "end", "spot");

            long lost = 0;
            String line = line(in);
            while (!line.contains("\"id\":\"end\"")) {
                if (line.startsWith("data: {\"count\":")) {
                    lost += new ObjectMapper()
                            .readTree(line.substring(6))
                            .get("count")
                            .asLong();
                }
                line = line(in);
            }
            assertThat(lost).isBetween(1L, (long) events);
        }
    }

    @Test
    void keepsQuietStreamsAliveAndOpensOnlySoMany() throws Exception {
        try (Served served = Served.start(Served.SETTINGS.streaming(2, Duration.ofMillis(50), 100));
                Stream one = events(served, "")) {
            try (Stream two = events(served, "")) {
                assertThat(served.get("/api/v1/events").status()).isEqualTo(503);
                assertThat(two).isNotNull();
            }
            Waiting.until("a place is free", () -> {
                try (Stream three = events(served, "")) {
                    return three.comments == 0;
                } catch (AssertionError full) {
                    return false;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            while (one.comments < 3) {
                if (line(one.in).startsWith(":")) {
                    one.comments++;
                }
            }
        }
    }

    @Test
    void endsWithTheFleet() throws Exception {
        Served served = Served.start();
        put(served, "a", "spot");
        served.transport.nextDial().open();
        try (Stream stream = events(served, "")) {
            served.fleet.close();
            assertThat(stream.next("drain-started")).isNotNull();
            assertThat(stream.next("stopped").data().get("state").asText()).isEqualTo("STOPPED");
            assertThat(stream.read()).isEmpty();
        } finally {
            served.close();
        }
    }

    @Test
    void showsMessagesAsTheyCome() throws Exception {
        try (Served served = Served.start()) {
            put(served, "a", "spot");
            var link = served.transport.nextDial().open();
            Waiting.until("it is ready", () -> served.count(ConnectionState.READY) == 1);
            try (Stream stream = new Stream(served, served.request("/api/v1/connections/a/messages"))) {
                link.receive("hello");
                Told told = stream.next();
                assertThat(told.event()).isEqualTo("message");
                assertThat(told.data().get("text").asText()).isEqualTo("hello");
                assertThat(told.data().get("size").asInt()).isEqualTo(5);
                link.receive("ä".repeat(20_000));
                Told cut = stream.next();
                assertThat(cut.data().get("cut").asBoolean()).isTrue();
                assertThat(cut.data().get("size").asInt()).isEqualTo(40_000);
                assertThat(cut.data().get("text").asText()).matches("ä+");
            }
        }
    }

    @Test
    void aReaderOfMessagesThatDoesNotReadHoldsNothingBack() throws Exception {
        try (Served served = Served.start();
                Socket socket = new Socket()) {
            put(served, "a", "spot");
            var link = served.transport.nextDial().open();
            Waiting.until("it is ready", () -> served.count(ConnectionState.READY) == 1);
            BufferedReader in = raw(served, socket, "/api/v1/connections/a/messages");

            String message = "x".repeat(8_000);
            int many = 5_000;
            for (int i = 0; i < many; i++) {
                link.receive(message); // hands it to the sink, which takes it at once
            }
            assertThat(served.fleet.status(ConnectionId.of("a")).orElseThrow().state())
                    .isEqualTo(ConnectionState.READY);

            long leftOut = 0;
            boolean more = true;
            while (more) {
                String line = line(in);
                if (line.startsWith("data: {\"count\":")) {
                    leftOut += new ObjectMapper()
                            .readTree(line.substring(6))
                            .get("count")
                            .asLong();
                    link.receive("the end");
                } else if (line.contains("the end")) {
                    more = false;
                }
            }
            assertThat(leftOut).isBetween(1L, (long) many);
        }
    }
}

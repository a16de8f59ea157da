package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.Waiting;
import io.flotilla.admin.Served.Answer;
import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.AdminSettings;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Source;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the API answers, at a real port. */
class AdminServerTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");

    private final Served served = Served.start();

    @AfterEach
    void end() {
        served.close();
    }

    private void put(String id, Source source) {
        Served.get(served.fleet.put(
                ConnectionSpec.builder(id, "wss://user:secret@feed.example/v1?key=hidden")
                        .labels(Map.of("desk", "spot"))
                        .build(),
                source));
    }

    private void await(ConnectionId id, ConnectionState state) {
        Waiting.until(
                id + " is " + state,
                () -> served.fleet
                        .status(id)
                        .filter(status -> status.state() == state)
                        .isPresent());
    }

    @Test
    void tellsTheStatusOfAConnection() {
        put("quotes", Source.file("conf/flotilla.conf: 12"));
        served.transport.nextDial().end(FailureKind.THROTTLED);
        await(ID, ConnectionState.WAITING);
        Waiting.until(
                "it failed",
                () -> served.fleet.status(ID).orElseThrow().lastFailure().isPresent());

        Answer answer = served.get("/api/v1/connections/quotes");

        JsonNode status = answer.json();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo('"' + status.get("revision").asText() + '"');
        assertThat(status.get("id").asText()).isEqualTo("quotes");
        assertThat(status.get("desired").asText()).isEqualTo("UP");
        assertThat(status.get("source").asText()).isEqualTo("file");
        assertThat(status.get("where").asText()).isEqualTo("conf/flotilla.conf: 12");
        assertThat(status.get("uri").asText()).isEqualTo("wss://***@feed.example/v1?***");
        assertThat(status.get("host").asText()).isEqualTo("feed.example:443");
        assertThat(status.get("labels").get("desk").asText()).isEqualTo("spot");
        assertThat(status.get("lastFailure").get("kind").asText()).isEqualTo("THROTTLED");
        assertThat(status.get("lastFailure").get("verdict").asText()).isEqualTo("TRANSIENT_HINTED");
        assertThat(status.get("counters").get("dials").asLong()).isEqualTo(1);
        assertThat(status.get("readyAt").isNull()).isTrue();
        assertThat(status.get("since").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(answer.body()).doesNotContain("secret", "hidden");
    }

    @Test
    void tellsItsHistoryNewestFirst() {
        put("quotes", Source.CODE);
        served.transport.nextDial().open();
        await(ID, ConnectionState.READY);

        JsonNode items = served.get("/api/v1/connections/quotes/history").json().get("items");

        assertThat(items.get(0).get("event").asText()).isEqualTo("Ready");
        assertThat(items.get(0).get("state").asText()).isEqualTo("READY");
        assertThat(items.findValuesAsText("event")).startsWith("Ready", "HandshakeDone", "DialStarted");
        assertThat(items.get(2).get("endpoint").asText()).isEqualTo("feed.example:443");
    }

    @Test
    void putsAConnectionAndTakesItAway() {
        Answer created =
                served.put("/api/v1/connections/new", "{\"uri\":\"ws://host/\",\"labels\":{\"desk\":\"spot\"}}");
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/api/v1/connections/new");
        assertThat(created.json().get("outcome").asText()).isEqualTo("created");
        assertThat(created.json().get("status").get("source").asText()).isEqualTo("api");
        assertThat(created.json().get("status").get("kept").asText()).isEqualTo("memory");
        served.transport.nextDial().open();

        Answer same = served.put("/api/v1/connections/new", "{\"uri\":\"ws://host/\",\"labels\":{\"desk\":\"spot\"}}");
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.json().get("outcome").asText()).isEqualTo("unchanged");
        assertThat(same.header("ETag")).isEqualTo(created.header("ETag"));

        Answer labels =
                served.put("/api/v1/connections/new", "{\"uri\":\"ws://host/\",\"labels\":{\"desk\":\"perp\"}}");
        assertThat(labels.json().get("outcome").asText()).isEqualTo("updated");
        assertThat(labels.header("ETag")).isNotEqualTo(created.header("ETag"));

        assertThat(served.delete("/api/v1/connections/new").status()).isIn(202, 204);
        Waiting.until("it is gone", () -> served.get("/api/v1/connections/new").status() == 404);
        assertThat(served.delete("/api/v1/connections/new").status()).isEqualTo(404);
    }

    @Test
    void cutsOffWhoSaysNothingButNoStream() {
        assertThat(AdminServer.idle(AdminSettings.DEFAULT.keepAlive())).isEqualTo(Duration.ofSeconds(30));
        assertThat(AdminServer.idle(Duration.ofMinutes(2))).isEqualTo(Duration.ofMinutes(4));
        assertThat(AdminServer.idle(Duration.ofMillis(10))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void changesOnlyTheRevisionThatIsAskedFor() {
        String etag =
                served.put("/api/v1/connections/a", "{\"uri\":\"ws://host/\"}").header("ETag");
        HttpRequest.Builder stale = served.json("/api/v1/connections/a", "PUT", "{\"uri\":\"ws://other/\"}");

        assertThat(served.send(stale.copy().header("If-Match", "\"0\"")).status())
                .isEqualTo(412);
        assertThat(served.send(stale.copy().header("If-None-Match", "*")).status())
                .isEqualTo(412);
        assertThat(served.send(stale.copy().header("If-Match", "W/" + etag)).status())
                .isEqualTo(412);
        assertThat(served.send(stale.copy().header("If-Match", "9f2c")).status())
                .isEqualTo(400);
        assertThat(served.get("/api/v1/connections/a").header("ETag")).isEqualTo(etag);
        assertThat(served.send(stale.copy().header("If-Match", etag)).status()).isEqualTo(200);
        assertThat(served.send(served.request("/api/v1/connections/a").DELETE().header("If-Match", etag))
                        .status())
                .isEqualTo(412);
        assertThat(served.send(served.json("/api/v1/connections/b", "PUT", "{\"uri\":\"ws://host/\"}")
                                .header("If-Match", "*"))
                        .status())
                .isEqualTo(412);
        assertThat(served.get("/api/v1/connections/b").status()).isEqualTo(404);
    }

    @Test
    void leavesWhatAFileOwnsButStartsAndStopsIt() {
        put("quotes", Source.file("conf/flotilla.conf: 12"));

        Answer put = served.put("/api/v1/connections/quotes", "{\"uri\":\"ws://host/\"}");
        assertThat(put.status()).isEqualTo(409);
        assertThat(put.json().get("source").asText()).isEqualTo("conf/flotilla.conf: 12");
        assertThat(served.delete("/api/v1/connections/quotes").status()).isEqualTo(409);

        assertThat(served.post("/api/v1/connections/quotes/stop").status()).isEqualTo(202);
        await(ID, ConnectionState.STOPPED);
        assertThat(served.post("/api/v1/connections/quotes/restart").status()).isEqualTo(409);
        assertThat(served.post("/api/v1/connections/quotes/dial-now").status()).isEqualTo(409);
        assertThat(served.post("/api/v1/connections/quotes/start").status()).isEqualTo(202);
        Waiting.until(
                "it dials again", () -> served.fleet.status(ID).orElseThrow().state() == ConnectionState.DIALING);
    }

    @Test
    void tellsManyAtOnceByLabel() {
        for (int i = 0; i < 5; i++) {
            put("a" + i, Source.CODE);
        }
        Served.get(served.fleet.put(ConnectionSpec.of("other", "ws://host/")));

        Answer stopped = served.post("/api/v1/connections/stop?label=desk=spot");

        assertThat(stopped.status()).isEqualTo(202);
        assertThat(stopped.json().get("connections").asInt()).isEqualTo(5);
        Waiting.until("they are stopped", () -> served.count(ConnectionState.STOPPED) == 5);
        assertThat(served.post("/api/v1/connections/stop").status()).isEqualTo(400);
        assertThat(served.post("/api/v1/connections/stop?all=true&label=a=b").status())
                .isEqualTo(400);
        assertThat(served.post("/api/v1/connections/start?all=true")
                        .json()
                        .get("connections")
                        .asInt())
                .isEqualTo(6);
        assertThat(served.post("/api/v1/connections/rotate?all=true").status()).isEqualTo(501);
        assertThat(served.post("/api/v1/connections/other/rotate").status()).isEqualTo(501);
    }

    @Test
    void sendsAndSaysWhatBecameOfIt() {
        put("quotes", Source.CODE);
        Answer early = served.post("/api/v1/connections/quotes/messages", "{\"text\":\"hello\"}");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.json().get("outcome").asText()).isEqualTo("refused");
        assertThat(early.json().get("reason").asText()).isEqualTo("NOT_READY");

        var link = served.transport.nextDial().open();
        await(ID, ConnectionState.READY);
        Answer written = served.post("/api/v1/connections/quotes/messages", "{\"text\":\"hello\"}");

        assertThat(written.status()).as(written.body()).isEqualTo(200);
        assertThat(written.json().get("outcome").asText()).isEqualTo("written");
        assertThat(link.sent()).containsExactly("hello");
        assertThat(served.post("/api/v1/connections/none/messages", "{\"text\":\"hello\"}")
                        .status())
                .isEqualTo(404);
        assertThat(served.post("/api/v1/connections/quotes/messages", "{\"text\":\"a\",\"base64\":\"YQ==\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void tellsTheFleetAsAWhole() {
        put("quotes", Source.CODE);
        Served.get(served.fleet.put(ConnectionSpec.of("other", "ws://host/")));
        served.transport.nextDial().open();
        Waiting.until("one is ready", () -> served.count(ConnectionState.READY) == 1);
        served.transport.nextDial().end(FailureKind.CONNECTION_REFUSED);
        Waiting.until("one waits", () -> served.count(ConnectionState.WAITING) == 1);

        JsonNode fleet = served.get("/api/v1/fleet").json();

        assertThat(fleet.get("states").get("READY").asInt()).isEqualTo(1);
        assertThat(fleet.get("states").get("GIVEN_UP").asInt()).isZero();
        assertThat(fleet.get("failures").get("CONNECTION_REFUSED").asInt()).isEqualTo(1);
        assertThat(fleet.get("limits").get("dialsPerSecond").asDouble()).isEqualTo(200);
        assertThat(fleet.get("limits")
                        .get("perCredential")
                        .get("dialsPerSecond")
                        .isNull())
                .isTrue();
        assertThat(fleet.get("health").get("share").asDouble()).isEqualTo(0.5);
        assertThat(fleet.get("health").get("ready").asBoolean()).isFalse();
        assertThat(fleet.get("draining").asBoolean()).isFalse();
    }

    @Test
    void isReadyWhenTheWantedShareIsAndElseSaysWhoIsMissing() {
        assertThat(served.get("/health/live").json().get("status").asText()).isEqualTo("UP");
        assertThat(served.get("/health/ready").status()).isEqualTo(200);

        put("quotes", Source.CODE);
        served.transport.nextDial().end(FailureKind.UNAUTHORIZED);
        await(ID, ConnectionState.GIVEN_UP);
        Answer missing = served.get("/health/ready");

        assertThat(missing.status()).isEqualTo(503);
        JsonNode group = missing.json().get("missing").get(0);
        assertThat(group.get("reason").asText()).startsWith("given up after UNAUTHORIZED: ");
        assertThat(group.get("connections").asInt()).isEqualTo(1);
        assertThat(group.get("sample").get(0).asText()).isEqualTo("quotes");
        assertThat(served.get("/health/live").status()).isEqualTo(200);

        assertThat(served.post("/api/v1/connections/quotes/stop").status()).isEqualTo(202);
        Waiting.until("nobody is wanted", () -> served.get("/health/ready").status() == 200);
    }

    @Test
    void saysWhyAndWhatIsWrongWithTheFleet() {
        put("quotes", Source.CODE);
        served.transport.nextDial().end(FailureKind.UNAUTHORIZED);
        await(ID, ConnectionState.GIVEN_UP);

        JsonNode why = served.get("/api/v1/connections/quotes/why").json();
        assertThat(why.get("id").asText()).isEqualTo("quotes");
        assertThat(why.get("state").asText()).isEqualTo("GIVEN_UP");
        assertThat(why.get("summary").asText()).contains("given up");
        assertThat(why.get("chain").get(0).get("text").asText()).isNotEmpty();
        assertThat(why.get("next").get("at").isNull()).isTrue();
        assertThat(why.get("wouldChange").get(0).asText()).isEqualTo("start quotes");
        assertThat(served.get("/api/v1/connections/none/why").status()).isEqualTo(404);

        JsonNode trouble = served.get("/api/v1/troubles").json().get("items").get(0);
        assertThat(trouble.get("kind").asText()).isEqualTo("UNAUTHORIZED");
        assertThat(trouble.get("connections").asInt()).isEqualTo(1);
        assertThat(trouble.get("sample").get(0).asText()).isEqualTo("quotes");
        assertThat(trouble.get("sentence").asText()).isNotEmpty();
    }

    @Test
    void showsRecordedFramesToWhomPayloadsAreShown() {
        Served.get(served.fleet.put(
                ConnectionSpec.builder("quotes", "ws://host/").record(65_536).build()));
        var link = served.transport.nextDial().open();
        await(ID, ConnectionState.READY);
        link.receive("hello");

        JsonNode frames = served.get("/api/v1/connections/quotes/frames").json().get("items");

        assertThat(frames.get(0).get("text").asText()).isEqualTo("hello");
        assertThat(frames.get(0).get("direction").asText()).isEqualTo("in");
        assertThat(frames.get(0).get("kind").asText()).isEqualTo("text");
        assertThat(frames.get(0).get("size").asInt()).isEqualTo(5);
        assertThat(served.send(served.request("/api/v1/connections/quotes/frames")
                                .header("X-Forwarded-For", "192.0.2.1"))
                        .status())
                .isEqualTo(403);
    }
}

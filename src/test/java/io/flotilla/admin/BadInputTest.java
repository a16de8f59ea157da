package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.admin.Served.Answer;
import io.flotilla.spec.ConnectionSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes is answered with a problem that names it and says what was expected. */
class BadInputTest {

    private static Served served;

    @BeforeAll
    static void put() {
        served = Served.start();
        Served.get(served.fleet.put(ConnectionSpec.of("a", "ws://host/")));
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static void isProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().get("type").asText()).isEqualTo("about:blank");
        assertThat(answer.json().get("title").asText()).isNotEmpty();
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        assertThat(answer.json().get("instance").asText()).startsWith("urn:uuid:");
    }

    @ParameterizedTest(name = "GET {1}: {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "404|/nothing|There is nothing at this path",
                "404|/api/v1|There is nothing",
                "404|/api/v1/connections/|There is nothing",
                "404|/api/v2/fleet|There is nothing",
                "404|/page/%2e%2e%2fopenapi.yaml|There is no such file",
                "404|/page/Router.class|There is no such file",
                "404|/api/v1/connections/none|There is no connection [none]",
                "404|/api/v1/connections/none/history|There is no connection [none]",
                "400|/api/v1/connections/%20|Connection id [ ] must match",
                "400|/api/v1/fleet?x=1|Parameter [x] is not known here; expected none",
                "400|/api/v1/connections?limt=5|did you mean [limit]?",
                "400|/api/v1/connections?limit=0|expected a whole number from 1 to 1000",
                "400|/api/v1/connections?limit=1001|expected a whole number from 1 to 1000",
                "400|/api/v1/connections?limit=many|[many]: expected a whole number",
                "400|/api/v1/connections?limit=5&limit=6|is there 2 times",
                "400|/api/v1/connections?state=REDY|did you mean [READY]?",
                "400|/api/v1/connections?kind=THROTLED|did you mean [THROTTLED]?",
                "400|/api/v1/connections?label=desk|expected k=v",
                "400|/api/v1/connections?label=Desk=spot|must match",
                "400|/api/v1/connections?view=short|expected one of [full, brief]",
                "400|/api/v1/connections?after=%2F|Connection id [/] must match",
                "400|/api/v1/events?kind=link-end|did you mean [link-ended]?",
                "400|/api/v1/events?after=now|expected the number of an event",
            })
    void aRequestThatCannotBeAnsweredSaysWhy(int status, String path, String said) {
        Answer answer = served.get(path);
        isProblem(answer, status);
        assertThat(answer.detail()).contains(said);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST, /api/v1/fleet, 'GET, HEAD'",
        "PATCH, /api/v1/connections/a, 'DELETE, GET, HEAD, PUT'",
        "GET, /api/v1/connections/a/start, POST",
        "OPTIONS, /api/v1/fleet, 'GET, HEAD'",
        "DELETE, /, 'GET, HEAD'",
    })
    void anotherMethodIsToldWhichThereAre(String method, String path, String allowed) {
        Answer answer = served.send(served.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
        isProblem(answer, 405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400||The body is no object",
                "400|{|The body is not JSON as it should be at line 1",
                "400|[]|The body is no object",
                "400|\"text\"|The body is no object",
                "400|{} {}|expected one object",
                "400|{\"uri\":\"ws://a/\",\"uri\":\"ws://b/\"}|each key once",
                "422|{}|Connection [b] has no uri",
                "422|{\"urii\":\"ws://a/\"}|[urii] is not a key; did you mean [uri]?",
                "422|{\"uri\":\"http://a/\"}|must begin with ws:// or wss://",
                "422|{\"uri\":\"ws://a/\",\"retry\":{\"cap\":\"soon\"}}|[retry.cap] = [soon]: expected a duration",
                "422|{\"uri\":\"ws://a/\",\"retry.cap\":\"5s\"}|is not a key",
                "422|{\"uri\":\"ws://a/\",\"include\":\"/etc/passwd\"}|[include] is not a key",
                "422|{\"uri\":\"${HOME}\"}|[${HOME}] is no URI",
                "422|{\"template\":\"quotes\"}|[template] = [quotes]: expected one of []",
                "422|{\"uri\":\"ws://a/\",\"sink\":\"nowhere\"}|names sink [nowhere]",
                "422|{\"uri\":\"ws://a/\",\"credential\":\"vendor\"}|names credential [vendor]",
                "422|{\"uri\":\"ws://a/\",\"tls\":{\"trust\":\"/etc/passwd\"}}|a file is not read for the API",
                "422|{\"uri\":\"ws://a/\",\"tls\":{\"key\":{\"pkcs12\":\"/etc/passwd\"}}}|expected none or a name from tls-keys",
                "422|{\"uri\":\"ws://a/\",\"classify\":{\"class\":\"java.lang.String\"}}|a class is not loaded for the API",
                "422|{\"uri\":\"ws://a/\",\"liveness\":{\"heartbeat\":{\"class\":\"java.lang.String\"}}}|a class is not loaded for the API",
                "422|{\"uri\":\"ws://me:hush-hush@a/\"}|brings a credential of its own",
                "422|{\"uri\":\"ws://a/\",\"proxy\":\"http://me:hush-hush@p:1\"}|brings a credential of its own",
                "422|{\"uri\":\"ws://a/\",\"headers\":{\"Authorization\":\"Bearer hush-hush\"}}|brings a credential of its own",
            })
    void aDescriptionThatCannotBeUsedSaysWhy(int status, String body, String said) {
        Answer answer = served.put("/api/v1/connections/b", body == null ? "" : body);
        isProblem(answer, status);
        assertThat(answer.detail()).contains(said).doesNotContain("hush-hush");
        assertThat(served.get("/api/v1/connections/b").status()).isEqualTo(404);
    }

    @Test
    void everyProblemOfADescriptionComesAtOnceWithItsLine() {
        Answer answer = served.put(
                "/api/v1/connections/b",
                "{\n \"uri\": \"ws://a/\",\n \"priority\": \"x\",\n \"retri\": {},\n \"history\": -1\n}");
        isProblem(answer, 422);
        assertThat(answer.json().get("errors").findValuesAsText("where"))
                .containsExactly("body: 3", "body: 4", "body: 5");
    }

    @Test
    void anotherTypeAndALongBodyAreRefused() {
        isProblem(
                served.send(served.request("/api/v1/connections/b")
                        .header("Content-Type", "text/plain")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"uri\":\"ws://a/\"}"))),
                415);
        isProblem(
                served.send(served.json("/api/v1/connections/b", "PUT", "{\"uri\":\"ws://a/\"}")
                        .header("Content-Encoding", "gzip")),
                415);
        String longBody = "{\"uri\":\"ws://a/" + "x".repeat(300 * 1024) + "\"}";
        isProblem(served.put("/api/v1/connections/b", longBody), 413);
        assertThat(served.get("/api/v1/connections/b").status()).isEqualTo(404);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "GET /api/v1/fleet HTTP/1.1\r\n\r\n", // without a host
                "NONSENSE\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
            })
    void whatIsNoHttpIsAProblemToo(String request) throws IOException {
        String answer = raw(request);
        assertThat(answer).matches("(?s)HTTP/1.1 (4\\d\\d|50[15]) .*");
        assertThat(answer).contains("Content-Type: application/problem+json");
        assertThat(served.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsAnnouncedTooLongIsNotWaitedFor() throws IOException {
        assertThat(raw(json("PUT", "b", 99_999_999_999L, "{}"))).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void whatIsNoUtf8IsNotGuessed() throws IOException {
        String half = "{\"uri\":\"ws://host/\u00fc\"}"; // in ISO 8859-1, as raw sends it
        assertThat(raw(json("PUT", "b", half.length(), half)))
                .startsWith("HTTP/1.1 400 ")
                .contains("The body is no UTF-8");
        assertThat(served.get("/api/v1/connections/b").status()).isEqualTo(404);
        Answer surrogate = served.send(served.json("/api/v1/connections/a/messages", "POST", "{\"text\":\"\\ud800\"}"));
        isProblem(surrogate, 400);
        assertThat(surrogate.detail()).contains("lone surrogate");
    }

    private static String json(String method, String id, long length, String body) {
        return method + " /api/v1/connections/" + id
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: " + length + "\r\n\r\n" + body;
    }

    @Test
    void aBugIsSaidWithAnIdAndWithoutAStack() {
        try (Served served = Served.start(
                Served.SETTINGS,
                parts -> parts.metrics(() -> {
                    throw new IllegalStateException("the secret reason");
                }))) {
            Answer answer = served.get("/metrics");
            isProblem(answer, 500);
            assertThat(answer.body()).doesNotContain("secret reason", "IllegalState", "at io.flotilla");
        }
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), served.server.address().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.Fleet;
import io.flotilla.HandClock;
import io.flotilla.admin.Served.Answer;
import io.flotilla.spec.AdminSettings;
import io.flotilla.spec.AdminSettings.Payloads;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and who is not. */
class DoorTest {

    private static final String TOKEN = "correct-horse-battery-staple";
    private static Served served;

    @BeforeAll
    static void start() {
        served = Served.start(
                Served.SETTINGS.asking(Secret.of(TOKEN)),
                parts -> parts.metrics(() -> "up 1\n").drain(() -> {}));
    }

    @AfterAll
    static void end() {
        served.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET, /api/v1/fleet",
        "GET, /api/v1/connections",
        "GET, /api/v1/connections/a",
        "PUT, /api/v1/connections/a",
        "DELETE, /api/v1/connections/a",
        "GET, /api/v1/connections/a/history",
        "GET, /api/v1/connections/a/messages",
        "POST, /api/v1/connections/a/messages",
        "POST, /api/v1/connections/a/start",
        "POST, /api/v1/connections/stop?all=true",
        "GET, /api/v1/events",
        "POST, /api/v1/drain",
        "GET, /metrics",
        "GET, /openapi.yaml",
        "HEAD, /api/v1/fleet",
        "GET, //api//v1/fleet",
        "GET, /api/v1/%66leet",
        "GET, /api/v1/./fleet",
        "GET, /page/../metrics",
    })
    void nothingIsToldWithoutTheToken(String method, String path) {
        HttpRequest.Builder request = served.request(path).method(method, HttpRequest.BodyPublishers.noBody());
        for (HttpRequest.Builder each : List.of(
                request.copy(),
                request.copy().header("Authorization", "Bearer "),
                request.copy().header("Authorization", "Bearer wrong"),
                request.copy().header("Authorization", "Basic " + TOKEN),
                request.copy().header("Authorization", TOKEN),
                request.copy().header("Cookie", Doorkeeper.COOKIE + "=" + TOKEN),
                request.copy().header("Cookie", Doorkeeper.COOKIE + "="))) {
            Answer answer = served.send(each);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"flotilla\"");
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
            assertThat(answer.body()).doesNotContain(TOKEN);
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "GET, /API/v1/fleet, 404",
        "GET, /metrics/, 404",
        "GET, /api/v1/fleet;a=b, 404",
        "GET, /api%2Fv1%2Ffleet, 404",
        "GET, /health/live/../../metrics, 401",
        "GET, /health/ready/%2e%2e/%2e%2e/metrics, 401",
        "GET, /page/..%2f..%2fadmin%2fRouter.class, 404",
        "GET, /page/%00.js, 404",
        "GET, http://127.0.0.1/metrics, 401",
        "OPTIONS, /api/v1/fleet, 405",
        "TRACE, /api/v1/fleet, 405",
    })
    void anotherSpellingOpensNothing(String method, String target, int status) throws IOException {
        assertThat(raw(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ")
                .doesNotContain("up 1");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Host: 127.0.0.1\r\nHost: evil.example",
                "Host: evil.example\r\nHost: 127.0.0.1",
                "Host: 127.0.0.1@evil.example",
                "Host:",
                "X-Other: 1",
            })
    void aHostThatIsTwoOrNoneIsRefused(String headers) throws IOException {
        assertThat(raw("GET /health/live HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n"))
                .matches("(?s)HTTP/1\\.1 4(00|21) .*");
    }

    @Test
    void whatCannotBeReadIsAnsweredGuardedToo() throws IOException {
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + "x".repeat(20_000)
                        + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("nosniff", "application/problem+json");
    }

    @Test
    void aBodyInPiecesIsReadNoFurtherThanItsLimit() throws IOException {
        String piece = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        assertThat(raw("POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + piece.repeat(4)
                        + "1\r\nx\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void oneOfSeveralCookiesIsEnoughAndLoggingOutEndsEach() {
        String own = cookie(served.post("/login", "{\"token\":\"" + TOKEN + "\"}"));
        String several = Doorkeeper.COOKIE + "=of-another-port; other=1; " + own;
        assertThat(served.send(served.request("/api/v1/fleet").header("Cookie", several))
                        .status())
                .isEqualTo(200);
        served.send(served.request("/logout").header("Cookie", several).POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(served.send(served.request("/api/v1/fleet").header("Cookie", own))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aPageThatCameOverTlsGetsACookieForTlsAlone() throws IOException {
        String body = "{\"token\":\"" + TOKEN + "\"}";
        assertThat(raw("POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: https://localhost\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))
                .startsWith("HTTP/1.1 204 ")
                .contains("; Secure");
        assertThat(served.post("/login", body).header("Set-Cookie")).doesNotContain("Secure");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(booleans = {true, false})
    void aStreamEndsWithItsSession(boolean byLogout) throws Exception {
        HandClock clock = new HandClock(Instant.EPOCH);
        try (Served served = Served.start(
                Served.SETTINGS.asking(Secret.of(TOKEN)).streaming(8, Duration.ofMillis(100), 100),
                parts -> parts.clock(clock))) {
            String cookie = cookie(served.post("/login", "{\"token\":\"" + TOKEN + "\"}"));
            HttpRequest stream =
                    served.request("/api/v1/events").header("Cookie", cookie).build();
            try (InputStream events = served.client
                    .send(stream, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                assertThat(events.read()).isNotNegative();
                if (byLogout) {
                    served.send(served.request("/logout")
                            .header("Cookie", cookie)
                            .POST(HttpRequest.BodyPublishers.noBody()));
                } else {
                    clock.pass(Duration.ofHours(12));
                }
                assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8))
                        .as("what came until its end")
                        .doesNotContain("event:");
            }
        }
    }

    private static String cookie(Answer login) {
        String cookie = login.header("Set-Cookie");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER  "})
    void theTokenOpens(String scheme) {
        assertThat(served.send(served.request("/api/v1/fleet").header("Authorization", scheme + TOKEN))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTokenInTheUrlIsNoToken() {
        assertThat(served.get("/api/v1/fleet?token=" + TOKEN).status()).isEqualTo(401);
        assertThat(served.post("/login?token=" + TOKEN, "{}").status()).isEqualTo(400);
    }

    @Test
    void probesNeedNoTokenAndGiveNoDetails() {
        try (Served served = Served.start(Served.SETTINGS.asking(Secret.of(TOKEN)))) {
            Served.get(served.fleet.put(ConnectionSpec.of("a", "ws://host.example/")));

            Answer ready = served.get("/health/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.json().has("missing")).isFalse();
            assertThat(ready.body()).doesNotContain("host.example", "wanted", "DIALING");
            assertThat(served.get("/health/live").body()).isEqualTo("{\"status\":\"UP\"}");
            assertThat(served.send(served.request("/health/ready").header("Authorization", "Bearer " + TOKEN))
                            .json()
                            .has("missing"))
                    .isTrue();
        }
    }

    @Test
    void aBrowserLogsInOnceAndOut() {
        assertThat(served.post("/login", "{\"token\":\"\"}").status()).isEqualTo(401);
        Answer login = served.post("/login", "{\"token\":\"" + TOKEN + "\"}");
        assertThat(login.status()).isEqualTo(204);
        String cookie = login.header("Set-Cookie");
        assertThat(cookie)
                .startsWith(Doorkeeper.COOKIE + "=")
                .contains("; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200")
                .doesNotContain(TOKEN);
        HttpRequest.Builder fleet =
                served.request("/api/v1/fleet").header("Cookie", cookie.substring(0, cookie.indexOf(';')));
        assertThat(served.send(fleet.copy()).status()).isEqualTo(200);

        Answer logout = served.send(served.request("/logout")
                .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(logout.status()).isEqualTo(204);
        assertThat(logout.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(served.send(fleet.copy()).status()).isEqualTo(401);
    }

    @Test
    void tooManyWrongTokensHaveToWaitAndSessionsGoOn() {
        try (Served served = Served.start(Served.SETTINGS.asking(Secret.of(TOKEN)))) {
            String cookie =
                    served.post("/login", "{\"token\":\"" + TOKEN + "\"}").header("Set-Cookie");
            for (int i = 0; i < 50; i++) {
                assertThat(served.post("/login", "{\"token\":\"the same\"}").status())
                        .isEqualTo(401);
            }
            for (int i = 0; i < 9; i++) {
                assertThat(served.post("/login", "{\"token\":\"wrong" + i + "\"}")
                                .status())
                        .isEqualTo(401);
            }

            Answer late = served.post("/login", "{\"token\":\"" + TOKEN + "\"}");

            assertThat(late.status()).isEqualTo(429);
            assertThat(Integer.parseInt(late.header("Retry-After"))).isBetween(1, 61);
            assertThat(served.send(served.request("/api/v1/fleet").header("Authorization", "Bearer " + TOKEN))
                            .status())
                    .isEqualTo(429);
            assertThat(served.get("/health/ready").status()).isEqualTo(200);
            assertThat(served.send(served.request("/api/v1/fleet")
                                    .header("Cookie", cookie.substring(0, cookie.indexOf(';'))))
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "addressed to {0}: {1}")
    @CsvSource({
        "127.0.0.1, 200",
        "127.0.0.1:80, 200",
        "localhost:8480, 200",
        "LOCALHOST, 200",
        "[::1]:8480, 200",
        "192.0.2.7, 200", // an address, and no name that could be turned here
        "evil.example, 421",
        "localhost.evil.example, 421",
        "127.0.0.1.evil.example, 421",
    })
    void aNameThatWasTurnedHereIsRefused(String host, int status) throws IOException {
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest(name = "from {0}")
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"})
    void aPageOfAnotherOriginChangesNothingAndOpensNoStream(String origin) {
        for (String path : List.of("/api/v1/drain", "/login", "/api/v1/connections/stop?all=true")) {
            assertThat(served.send(served.request(path)
                                    .header("Origin", origin)
                                    .header("Authorization", "Bearer " + TOKEN)
                                    .POST(HttpRequest.BodyPublishers.noBody()))
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(served.send(served.request("/api/v1/events")
                                .header("Origin", origin)
                                .header("Authorization", "Bearer " + TOKEN))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void itsOwnPageMayAndNoAnswerInvitesOthers() {
        String own = "http://127.0.0.1:" + served.server.address().getPort();
        Answer answer = served.send(served.request("/api/v1/connections/stop?all=true")
                .header("Origin", own)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.response().headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control-") || name.equals("server"));
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(served.send(served.request("/api/v1/events")
                                .header("Sec-Fetch-Site", "cross-site")
                                .header("Authorization", "Bearer " + TOKEN))
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0.0.0.0", "::", "0", "no-such-name.invalid"})
    void listensNowhereElseWithoutAToken(String host) {
        Fleet fleet = Fleet.builder().start();
        try {
            assertThatThrownBy(() -> AdminServer.start(fleet, AdminSettings.DEFAULT.at(host, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[" + host + "]")
                    .hasMessageContaining("admin.");
            assertThatThrownBy(() -> AdminServer.start(
                            fleet, AdminSettings.DEFAULT.at(host, 0).asking(Secret.of(""))))
                    .as("an empty token is no token")
                    .isInstanceOf(IllegalArgumentException.class);
        } finally {
            Served.get(fleet.close());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "localhost", "127.1"})
    void listensOnLoopbackWithoutAToken(String host) {
        Fleet fleet = Fleet.builder().start();
        AdminServer server = Served.get(AdminServer.start(fleet, AdminSettings.DEFAULT.at(host, 0)));
        assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
        Served.get(server.close());
        Served.get(fleet.close());
    }

    @Test
    void payloadsHaveASwitchOfTheirOwn() {
        for (Payloads payloads : Payloads.values()) {
            try (Served served = Served.start(Served.SETTINGS.showing(payloads))) {
                Served.get(served.fleet.put(ConnectionSpec.of("a", "ws://host/")));
                assertThat(served.get("/api/v1/fleet").json().get("payloads").asBoolean())
                        .isEqualTo(payloads != Payloads.OFF);
                for (String proxied : List.of("X-Forwarded-For", "Via", "X-Real-IP", "Forwarded")) {
                    assertThat(served.send(served.request("/api/v1/fleet").header(proxied, "for=192.0.2.1"))
                                    .json()
                                    .get("payloads")
                                    .asBoolean())
                            .as(proxied)
                            .isEqualTo(payloads == Payloads.ON);
                }
                if (payloads == Payloads.OFF) {
                    assertThat(served.get("/api/v1/connections/a/messages").status())
                            .isEqualTo(403);
                }
            }
        }
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), served.server.address().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.Ports;
import io.flotilla.testkit.DeafPort;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.ScriptedDns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {

    private final Harbour harbour = Harbour.start();

    @RegisterExtension
    final Screen screen = new Screen();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        harbour.close();
    }

    @Test
    void saysEveryPhaseOfADialThatOpens() {
        Script feed = Script.upgrade().anySubprotocol();
        for (int tick = 1; tick <= 12; tick++) {
            feed = feed.sendText("{\"tick\":" + tick + "}");
        }
        harbour.on("/feed", feed.thenEcho());

        assertThat(probe(
                        harbour.uri("/feed?token=sesame").toString(),
                        "--header=X-Key: open-sesame",
                        "--subprotocol=v1",
                        "--set=ready-when.text-contains=:12}",
                        "--wait=2s"))
                .isZero();

        assertThat(screen.said())
                .contains("probe of ws://127.0.0.1:" + harbour.port() + "/feed?***")
                .contains("look-up   127.0.0.1 is an address")
                .contains("connect   127.0.0.1:" + harbour.port() + " connected")
                .contains("request   GET /feed?*** HTTP/1.1", "X-Key: ***", "Sec-WebSocket-Protocol: v1")
                .contains("answer    HTTP 101")
                .contains("open      subprotocol v1, no extension, to 127.0.0.1:" + harbour.port())
                .contains("message   {\"tick\":1} (10 bytes)", "{\"tick\":10}", "… and 2 messages more")
                .doesNotContain("{\"tick\":11}")
                .contains("close     sent 1000, the peer answered 1000")
                .contains("OPENED in ")
                .doesNotContain("sesame");
    }

    @Test
    void saysTheSameOfTheOtherTransport() {
        HarbourTls tls = HarbourTls.trusted();
        try (Harbour secure = Harbour.start(tls)) {
            secure.on("/feed", Script.upgrade().sendText("you said sesame").thenEcho());

            assertThat(probe(
                            secure.uri("/feed").toString(),
                            "--header=X-Key: open sesame",
                            "--set=transport=pekko-http",
                            "--set=ready-when=first-message",
                            "--set=tls.trust=" + tls.writeTrust(folder)))
                    .isZero();
        }

        assertThat(screen.said())
                .contains("by pekko-http", "look-up   127.0.0.1 is an address", "connected (")
                .contains("TLS       TLSv1.3 with TLS_", "request   GET /feed HTTP/1.1", "X-Key: ***")
                .contains("answer    HTTP 101", "message   you said ***", "OPENED in ")
                .doesNotContain("sesame");
    }

    @Test
    void dialsOnceWithTheOtherTransportToo() {
        harbour.on("/", Script.answer(503));

        assertThat(probe(harbour.uri("/").toString(), "--set=transport=pekko-http"))
                .isEqualTo(1);

        assertThat(screen.said()).contains("answer    HTTP 503", "UNAVAILABLE", "`run` would dial again");
        assertThat(harbour.accepted()).isEqualTo(1);
    }

    /** It has closed when we come to it, and leaves its socket open: nobody decides about it any more. */
    @ParameterizedTest(name = "close code {0} exits with {1}")
    @CsvSource({"1001, 1, CLOSED_GOING_AWAY", "1008, 3, CLOSED_POLICY", "3003, 5, CLOSED_FORBIDDEN"})
    void saysThatThePeerWasFasterThanItsOwnClose(int code, int exit, String kind) {
        harbour.on(
                "/",
                Script.empty().cork().thenUpgrade().sendClose(code, "").flush().hang());

        assertThat(probe(harbour.uri("/").toString())).isEqualTo(exit);

        assertThat(screen.said())
                .contains(kind + ": the peer closed with " + code)
                .doesNotContain("OPENED");
    }

    @Test
    void saysWhatARefusedPortMeans() {
        int port = Ports.free();

        assertThat(probe("ws://127.0.0.1:" + port + "/")).isEqualTo(1);

        assertThat(screen.said())
                .contains("connect   127.0.0.1:" + port + " refused")
                .contains(
                        "CONNECTION_REFUSED", "verdict  transient (by the table)", "`run` would dial again; first in ");
    }

    @Test
    void givesUpWhatTakesACredentialThatThereIsNot() {
        harbour.on("/", Script.answer(401).header("WWW-Authenticate", "Bearer realm=\"quotes\""));

        assertThat(probe(harbour.uri("/").toString())).isEqualTo(5);

        assertThat(screen.said())
                .contains("answer    HTTP 401", "WWW-Authenticate: Bearer\n")
                .contains("UNAUTHORIZED: HTTP 401 instead of 101")
                .contains("verdict  repair-credential, else permanent")
                .contains("`run` would give it up", "there is none to be had");
    }

    @Test
    void showsWhatAProxySays() throws IOException {
        harbour.onConnect(Script.empty().takeHead().sendRaw("HTTP/1.1 200 sesame\r\n\r\n"));
        Path conf = conf("flotilla.connections.a { uri = \"ws://far.test/\", proxy = \"http://me:sesame@127.0.0.1:"
                + harbour.port() + "\" }");

        assertThat(probe("--conf=" + conf, "--id=a", "--wait=10ms")).isZero();
        assertThat(screen.said())
                .contains("connect   127.0.0.1:" + harbour.port() + " connected")
                .contains("proxy     http proxy 127.0.0.1:" + harbour.port() + " said HTTP 200")
                .contains("OPENED in ");
        harbour.onConnect(Script.empty().takeHead().sendRaw("HTTP/1.1 403 sesame\r\n\r\n"));
        assertThat(probe("--conf=" + conf, "--id=a")).isEqualTo(5);
        assertThat(screen.said())
                .contains("said HTTP 403", "PROXY_FORBIDDEN", "`run` would give it up")
                .doesNotContain("sesame");
    }

    @Test
    void showsTheCertificateThatItDoesNotTrust() {
        try (Harbour secure = Harbour.start(HarbourTls.selfSigned())) {
            assertThat(probe(secure.uri("/").toString())).isEqualTo(5);
        }

        assertThat(screen.said())
                .contains("cert 1    CN=localhost", "signed by itself", "for localhost, 127.0.0.1, ::1", "pin sha256/")
                .containsPattern("valid 20\\d\\d-\\d\\d-\\d\\d to 20\\d\\d-\\d\\d-\\d\\d, \\d+ days left")
                .contains("TLS_UNTRUSTED");
    }

    @Test
    void trustsWhatItIsToldToTrust() {
        HarbourTls tls = HarbourTls.trusted();
        try (Harbour secure = Harbour.start(tls)) {
            assertThat(probe(secure.uri("/").toString(), "--set=tls.trust=" + tls.writeTrust(folder)))
                    .isZero();
        }

        assertThat(screen.said()).contains("issued by CN=Harbour authority", "TLS       TLSv1.3 with TLS_");
    }

    @Test
    void dialsWhatAConfigurationSaysAndFindsNoSuchName() throws IOException {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.on("feed.test", DnsAnswer.nxdomain());
            Path conf = conf("""
                    flotilla {
                      network.name-servers = ["127.0.0.1:%d"]
                      connections { a { uri = "ws://feed.test/" } }
                    }
                    """.formatted(dns.address().getPort()));

            assertThat(probe("--conf=" + conf, "--id=a")).isEqualTo(3);
        }

        assertThat(screen.said())
                .contains("NAME_NOT_FOUND: name [feed.test]")
                .contains("verdict  suspect", "`run` would dial again, and rarely");
    }

    @Test
    void presentsTheCredentialOfAConfigurationAndNeverShowsIt() throws IOException {
        harbour.on("/", Script.answer(401).header("X-Echo", "you said " + System.getenv("PATH")));
        Path conf = conf("""
                flotilla {
                  credentials { path { from = env, name = PATH } }
                  connections { a { uri = "%s", credential = path, headers { Authorization = "Bearer {credential}" } } }
                }
                """.formatted(harbour.uri("/")));

        assertThat(probe("--conf=" + conf, "--id=a")).isEqualTo(5);

        assertThat(screen.said())
                .contains("Authorization: ***", "X-Echo: you said ***", "the repair changed nothing")
                .doesNotContain(System.getenv("PATH"));
    }

    @Test
    void saysThatAnotherCredentialMayWork() throws IOException {
        harbour.on("/", Script.answer(401));
        Path asked = folder.resolve("asked");
        Path conf = conf("""
                flotilla {
                  credentials { minted { from = command, command = [sh, -c, "echo >> %s; wc -l < %s"] } }
                  connections { a { uri = "%s", credential = minted, headers { Authorization = "Bearer {credential}" } } }
                }
                """.formatted(asked, asked, harbour.uri("/")));

        assertThat(probe("--conf=" + conf, "--id=a")).isEqualTo(4);

        assertThat(screen.said()).contains("`run` would dial again, with another credential or address");
        assertThat(harbour.accepted()).isEqualTo(1);
    }

    @Test
    void subscribesAndWaitsUntilItIsReady() throws IOException {
        harbour.on("/", Script.subscription());
        Path conf = conf("""
                flotilla.connections.a {
                  uri = "%s", on-open = ["subscribe"], ready-when { text-contains = "subscribed" }, desired = down
                }
                """.formatted(harbour.uri("/")));

        assertThat(probe("--conf=" + conf, "--id=a")).isZero();

        assertThat(screen.said()).contains("ready     ready-when was met", "message   subscribed (10 bytes)", "OPENED");
    }

    @Test
    void saysThatItWasNotReadyInTime() throws IOException {
        harbour.on("/", Script.echo());
        Path conf = conf("""
                flotilla.connections.a {
                  uri = "%s", ready-when { text-contains = "subscribed" }, timeouts.ready = 300ms
                }
                """.formatted(harbour.uri("/")));

        assertThat(probe("--conf=" + conf, "--id=a")).isEqualTo(1);

        assertThat(screen.said()).contains("open      no subprotocol", "READY_TIMEOUT", "`run` would dial again");
    }

    @Test
    void takesItsArgumentsFromAFileSoThatNobodyElseSeesThem() throws IOException {
        Path arguments = Files.writeString(
                folder.resolve("arguments"), "\"--header=X-Key: open-sesame\"\n" + harbour.uri("/") + "\n");

        assertThat(probe("@" + arguments)).isZero();

        assertThat(harbour.nextConnection().request().orElseThrow().header("X-Key"))
                .contains("open-sesame");
        assertThat(screen.said()).contains("X-Key: ***").doesNotContain("sesame");
    }

    @Test
    void meetsItsDeadline() {
        harbour.on("/", Script.silent());

        assertThat(probe(harbour.uri("/").toString(), "--timeout=3s")).isEqualTo(1);

        assertThat(screen.said())
                .contains("to open within 3 s", "HANDSHAKE_TIMEOUT", "failed    HANDSHAKE_TIMEOUT in phase UPGRADE");
    }

    @Test
    void saysWhichAddressDidNotAnswer() {
        try (DeafPort deaf = DeafPort.open()) {
            assertThat(probe("ws://127.0.0.1:" + deaf.port() + "/", "--timeout=2s"))
                    .isEqualTo(1);

            assertThat(screen.said())
                    .contains("connect   127.0.0.1:" + deaf.port() + " no answer within ", "CONNECT_TIMEOUT");
        }
    }

    @Test
    void followsRedirects() {
        harbour.on("/old", Script.answer(308).header("Location", "/new?key=sesame"));

        assertThat(probe(harbour.uri("/old").toString())).isZero();

        assertThat(screen.said())
                .contains("answer    HTTP 308", "Location: /new?***", "request   GET /new?*** HTTP/1.1", "HTTP 101")
                .doesNotContain("sesame");
    }

    @Test
    void saysHowThePeerEndedItWhileItWaited() {
        harbour.on("/", Script.upgrade().sendClose(1012, "back soon"));

        assertThat(probe(harbour.uri("/").toString(), "--wait=30s")).isEqualTo(1);

        assertThat(screen.said()).contains("CLOSED_RESTARTING", "closed   with 1012 \"back soon\"", "transient-hinted");
    }

    @Test
    void saysThatThePeerDidNotAnswerTheClose() {
        harbour.on("/", Script.upgrade().ignoreClose());

        assertThat(probe(harbour.uri("/").toString(), "--set=timeouts.close=200ms"))
                .isZero();

        assertThat(screen.said()).contains("close     sent 1000, the peer did not answer");
    }

    @Test
    void letsNoPeerMoveTheCursor() {
        harbour.on("/", Script.upgrade().sendText("\u001b[2Jgone").thenEcho());

        assertThat(probe(harbour.uri("/").toString(), "--set=ready-when=first-message"))
                .isZero();

        assertThat(screen.said()).contains("\\u001b[2Jgone").doesNotContain("\u001b");
    }

    @Test
    void saysTheSameAsJson() throws IOException {
        harbour.on("/", Script.answer(429).header("Retry-After", "7"));

        assertThat(probe(harbour.uri("/?key=sesame").toString(), "--json")).isEqualTo(1);

        JsonNode report = new ObjectMapper().readTree(screen.said());
        assertThat(report.get("uri").textValue()).isEqualTo("ws://127.0.0.1:" + harbour.port() + "/?***");
        assertThat(report.get("at").textValue()).matches("20[0-9T:-]+\\.\\d{3}Z");
        assertThat(report.get("steps").findValuesAsText("step"))
                .containsExactly(
                        "TARGET_CHOSEN",
                        "NAME_LOOKED_UP",
                        "CONNECT_STARTED",
                        "CONNECT_ENDED",
                        "REQUEST_SENT",
                        "ANSWERED");
        assertThat(report.get("opened").isNull()).isTrue();
        JsonNode failure = report.get("failure");
        assertThat(failure.get("kind").textValue()).isEqualTo("THROTTLED");
        assertThat(failure.get("verdict").textValue()).isEqualTo("TRANSIENT_HINTED");
        assertThat(failure.get("retryAfter").textValue()).isEqualTo("PT7S");
        assertThat(report.get("next").get("action").textValue()).isEqualTo("DIAL_AGAIN");
        assertThat(Duration.parse(report.get("next").get("delay").textValue())).isGreaterThan(Duration.ofSeconds(7));
        assertThat(report.get("exitCode").intValue()).isEqualTo(1);
    }

    @Test
    void dialsNothingWhenItsUsageIsWrong() throws IOException {
        Path conf = conf("flotilla.connections.a.uri = \"" + harbour.uri("/") + "\"");
        String uri = harbour.uri("/").toString();

        rejects("Name a URI, or both --conf and --id");
        rejects("Name a URI, or both --conf and --id", uri, "--conf=" + conf, "--id=a");
        rejects("Name a URI, or both --conf and --id", "--conf=" + conf);
        rejects("There is no connection [b]", "--conf=" + conf, "--id=b");
        rejects("--set", "--conf=" + conf, "--id=a", "--set=priority=1");
        rejects("http", "http://127.0.0.1/");
        rejects("did you mean [trust]?", uri, "--set=tls.trsut=x");
        rejects("A header is 'NAME: VALUE'", uri, "--header=nonsense");
        rejects("Upgrade", uri, "--header=Upgrade: tcp");
        rejects("has no unit", uri, "--timeout=10");
        rejects("soon", uri, "--timeout=soon");

        assertThat(harbour.accepted()).isZero();
    }

    private Path conf(String text) throws IOException {
        return Files.writeString(folder.resolve("probe.conf"), text);
    }

    private void rejects(String complaint, String... arguments) {
        assertThat(probe(arguments)).isEqualTo(2);
        assertThat(screen.complained().lines().findFirst().orElseThrow()).contains(complaint);
    }

    private int probe(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(0, "probe");
        return screen.execute(all.toArray(String[]::new));
    }
}

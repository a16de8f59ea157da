package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.DeafPort;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.UpgradeRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dial must do when it goes well, at real sockets: names, addresses, TLS, the request, redirects. */
public abstract class DialContract extends OnGround {

    // The request.

    @Test
    void asksAsTheRfcSays() {
        Dialed dialed = ground().dial(ground().at(Script.echo()));
        dialed.awaitOpened();
        UpgradeRequest request = peer().awaitRequest();
        assertThat(request.header("Host"))
                .contains("127.0.0.1:" + ground().harbour.port());
        assertThat(request.header("Upgrade")).contains("websocket");
        assertThat(request.header("Connection")).contains("Upgrade");
        assertThat(request.header("Sec-WebSocket-Version")).contains("13");
        assertThat(Base64.getDecoder()
                        .decode(request.header("Sec-WebSocket-Key").orElseThrow()))
                .hasSize(16);
        assertThat(request.header("User-Agent").orElseThrow()).startsWith("flotilla/");
        assertThat(request.header("Origin")).isEmpty();
        assertThat(request.header("Sec-WebSocket-Protocol")).isEmpty();
        assertThat(request.header("Sec-WebSocket-Extensions")).isEmpty();
        leave(dialed);
    }

    @Test
    void putsTheCredentialAndTheHeadersOfTheSpecIntoTheRequest() {
        ground().harbour.on("/private", Script.echo());
        String uri = "ws://me:pass%20word@127.0.0.1:" + ground().harbour.port() + "/private?token={credential}&x=%20";
        Dialed dialed = new Dialed()
                .to(
                        ground().transport,
                        ground().spec(uri)
                                .credential("vendor")
                                .header("X-Token", "Bearer {credential}")
                                .header("Origin", "https://example.test")
                                .header("User-Agent", "mine")
                                .subprotocols(new Settings.Subprotocols(List.of("v2", "v1"), true))
                                .build(),
                        Optional.of(Secret.of("a b/+")),
                        Optional.empty());
        assertThat(dialed.awaitOpened().subprotocol()).contains("v2");
        UpgradeRequest request = ground().harbour.nextConnection("/private").awaitRequest();
        assertThat(request.query()).isEqualTo("token=a%20b%2F%2B&x=%20");
        assertThat(request.headers("X-Token")).containsExactly("Bearer a b/+");
        assertThat(request.headers("Origin")).containsExactly("https://example.test");
        assertThat(request.headers("User-Agent")).containsExactly("mine");
        assertThat(request.subprotocols()).containsExactly("v2", "v1");
        assertThat(request.header("Authorization").orElseThrow())
                .isEqualTo(
                        "Basic " + Base64.getEncoder().encodeToString("me:pass word".getBytes(StandardCharsets.UTF_8)));
        leave(dialed);
    }

    @Test
    void leavesAuthorizationToTheUserWhoSetsIt() {
        ground().harbour.on("/own", Script.echo());
        Dialed dialed = ground().dial(
                        ground().spec("ws://me:pw@127.0.0.1:" + ground().harbour.port() + "/own")
                                .header("Authorization", "Bearer mine")
                                .header("Host", "other.test"));
        dialed.awaitOpened();
        UpgradeRequest request = ground().harbour.nextConnection("/own").awaitRequest();
        assertThat(request.headers("Authorization")).containsExactly("Bearer mine");
        assertThat(request.headers("Host")).containsExactly("other.test");
        leave(dialed);
    }

    // The answer.

    @Test
    void takesAnAnswerThatIsWrittenInOtherWords() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade()
                .replacing("Upgrade", "WebSocket")
                .replacing("Connection", "keep-alive, UPGRADE")
                .header("Connection", "close")
                .statusLine("HTTP/1.1 101")));
        assertThat(dialed.awaitOpened().subprotocol()).isEmpty();
        leave(dialed);
    }

    @Test
    void skipsInterimAnswers() {
        Dialed dialed = ground().dial(ground().at(Script.answer(100)
                .thenAnswer(103)
                .header("Link", "</x>; rel=preload")
                .thenUpgrade()));
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void saysWhatTlsAgreedOn() {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            Harbour harbour = ground().secure(
                            protocol,
                            () -> io.flotilla.testkit.HarbourTls.trusted().protocols(protocol));
            Dialed dialed = ground().dial(ground().spec(harbour, Script.echo()));
            assertThat(dialed.awaitOpened().tls().orElseThrow()).startsWith(protocol + " TLS_");
            assertThat(dialed.sendNow(Frame.text("secret"))).isTrue();
            assertThat(dialed.awaitMessages(1).get(0).text()).isEqualTo("secret");
            leave(dialed);
        }
    }

    @Test
    void doesNotLookAtTheHostWhereItIsToldNotTo() {
        Harbour harbour = ground().secure("elsewhere", () -> io.flotilla.testkit.HarbourTls.forHosts("other.test"));
        Settings.Tls strict = ground().spec(harbour, Script.echo()).build().tls();
        Dialed dialed =
                ground().dial(ground().spec(harbour, Script.echo()).tls(new Settings.Tls(strict.trust(), false)));
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void namesTheServerInTls() {
        ground().dns.on("feed.test", DnsAnswer.addresses("127.0.0.1"));
        Harbour harbour = ground().secure("feed", () -> io.flotilla.testkit.HarbourTls.forHosts("feed.test"));
        for (String name : List.of("feed.test", "feed.test.")) {
            Dialed dialed = ground().dial(ground().spec("wss://" + name + ":" + harbour.port() + "/"));
            dialed.awaitOpened();
            assertThat(harbour.nextConnection().awaitTls().serverName()).contains("feed.test");
            leave(dialed);
        }
    }

    // Redirects.

    @ParameterizedTest(name = "{0} is followed")
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsARedirect(int status) {
        ground().harbour.on("/new/" + status, Script.echo());
        Dialed dialed = ground().dial(ground().at(Script.answer(status).header("Location", "new/" + status + "?x=1"))
                .header("Authorization", "Bearer mine"));
        dialed.awaitOpened();
        UpgradeRequest request =
                ground().harbour.nextConnection("/new/" + status).awaitRequest();
        assertThat(request.query()).isEqualTo("x=1");
        assertThat(request.header("Authorization")).as("the same origin").contains("Bearer mine");
        leave(dialed);
    }

    @Test
    void leavesCredentialsBehindWhenItIsRedirectedToAnotherOrigin() {
        Harbour other = ground().secure("other", () -> io.flotilla.testkit.HarbourTls.trusted());
        other.on("/there", Script.echo());
        ground().harbour
                .on(
                        "/away",
                        Script.answer(307).header("Location", "https://evil:pw@127.0.0.1:" + other.port() + "/there"));
        Dialed dialed = new Dialed()
                .to(
                        ground().transport,
                        ground().spec("ws://me:pw@127.0.0.1:" + ground().harbour.port() + "/away?t={credential}")
                                .header("Authorization", "Bearer mine")
                                .header("Cookie", "a=b")
                                .header("X-Token", "{credential}")
                                .header("Host", "mine.test")
                                .header("X-Plain", "who knows")
                                .header("User-Agent", "mine")
                                .header("Origin", "https://example.test")
                                .build(),
                        Optional.of(Secret.of("token")),
                        Optional.empty());
        assertThat(dialed.awaitOpened().remote().getPort()).isEqualTo(other.port());
        UpgradeRequest request = other.nextConnection("/there").awaitRequest();
        assertThat(request.header("Authorization")).isEmpty();
        assertThat(request.header("Cookie")).isEmpty();
        assertThat(request.header("X-Token")).isEmpty();
        assertThat(request.header("X-Plain")).isEmpty();
        assertThat(request.headers("User-Agent")).containsExactly("mine");
        assertThat(request.headers("Origin")).containsExactly("https://example.test");
        assertThat(request.headers("Host")).containsExactly("127.0.0.1:" + other.port());
        assertThat(request.query()).isEmpty();
        leave(dialed);
    }

    @Test
    void followsFiveRedirectsUnderOneDeadline() {
        for (int i = 0; i < 5; i++) {
            ground().harbour.on("/far/" + i, Script.answer(302).header("Location", "/far/" + (i + 1)));
        }
        Dialed dialed = ground().dial(ground().spec(ground().harbour.uri("/far/0")));
        dialed.awaitOpened();
        leave(dialed);

        ground().harbour
                .on(
                        "/late",
                        Script.empty()
                                .after(Duration.ofMillis(600))
                                .thenAnswer(302)
                                .header("Location", "/later"));
        ground().harbour
                .on("/later", Script.empty().after(Duration.ofMillis(1200)).thenUpgrade());
        Dialed late = ground().dial(ground().spec(ground().harbour.uri("/late"))
                .timeouts(Ground.dialWithin(Duration.ofMillis(1500))));
        assertThat(late.awaitEnded().kind()).isEqualTo(FailureKind.HANDSHAKE_TIMEOUT);
    }

    // Names and addresses.

    @Test
    void triesTheNextAddressAtOnceWhenOneRefuses() {
        ground().dns.on("two.test", DnsAnswer.addresses("127.0.0.2", "::1", "127.0.0.1"));
        Dialed dialed =
                ground().dial(ground().spec("ws://two.test:" + ground().harbour.port() + "/"));
        assertThat(dialed.awaitOpened().remote().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
        leave(dialed);
    }

    @Test
    void triesTheNextAddressAfterAMomentWhenOneIsSilent() {
        try (DeafPort deaf = DeafPort.open();
                Harbour second = Harbour.builder().at("127.0.0.3", deaf.port()).start()) {
            ground().dns.on("slow.test", DnsAnswer.addresses("127.0.0.1", "127.0.0.3"));
            Dialed dialed = ground().dial(ground().spec("ws://slow.test:" + deaf.port() + "/"));
            Opened opened = dialed.awaitOpened();
            assertThat(opened.remote().getAddress().getHostAddress()).isEqualTo("127.0.0.3");
            assertThat(opened.took()).isGreaterThan(Duration.ofMillis(240));
            leave(dialed);
            second.awaitOpenConnections(0);
        }
    }

    @Test
    void triesTheAddressToAvoidLast() {
        try (Harbour second =
                Harbour.builder().at("127.0.0.4", ground().harbour.port()).start()) {
            ground().dns.on("avoid.test", DnsAnswer.addresses("127.0.0.1", "127.0.0.4"));
            Dialed dialed = new Dialed()
                    .to(
                            ground().transport,
                            ground().spec("ws://avoid.test:" + second.port() + "/")
                                    .build(),
                            Optional.empty(),
                            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), second.port())));
            assertThat(dialed.awaitOpened().remote().getAddress().getHostAddress())
                    .isEqualTo("127.0.0.4");
            leave(dialed);
        }
    }

    @Test
    void dialsLocalhostWithoutANameServer() {
        int before = ground().dns.queries();
        Dialed dialed =
                ground().dial(ground().spec("ws://localhost:" + ground().harbour.port() + "/"));
        dialed.awaitOpened();
        assertThat(ground().dns.queries()).isEqualTo(before);
        leave(dialed);
    }

    @Test
    void dialsFromTheLocalAddress() {
        Dialed dialed = ground().dial(ground().at(Script.echo()).localAddress(DialRows.address("127.0.0.9")));
        dialed.awaitOpened();
        assertThat(peer().remote().getAddress().getHostAddress()).isEqualTo("127.0.0.9");
        leave(dialed);
    }

    @Test
    void believesANameServerAsLongAsItSays() {
        ground().dns.on("kept.test", DnsAnswer.addresses("127.0.0.1").ttl(Duration.ofHours(1)));
        ground().dns.on("fresh.test", DnsAnswer.addresses("127.0.0.1"));
        for (String name : List.of("kept.test", "fresh.test")) {
            for (int i = 0; i < 3; i++) {
                Dialed dialed = ground().dial(ground().spec(
                                "ws://" + name + ":" + ground().harbour.port() + "/"));
                dialed.awaitOpened();
                leave(dialed);
            }
        }
        assertThat(ground().dns.queries("kept.test")).isLessThanOrEqualTo(2);
        assertThat(ground().dns.queries("fresh.test")).isGreaterThanOrEqualTo(5);
    }

    @Test
    void believesForAMomentThatANameDoesNotExist() {
        for (int i = 0; i < 3; i++) {
            assertThat(ground().dial(ground().spec("ws://missing.test/"))
                            .awaitEnded()
                            .kind())
                    .isEqualTo(FailureKind.NAME_NOT_FOUND);
        }
        assertThat(ground().dns.queries("missing.test")).isLessThanOrEqualTo(2);
    }

    @Test
    void asksAgainWhenAQueryIsLost() {
        ground().dns.on("lossy.test", DnsAnswer.silent(), DnsAnswer.addresses("127.0.0.1"));
        Dialed dialed = ground().dial(
                        ground().spec("ws://lossy.test:" + ground().harbour.port() + "/"));
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void asksOverTcpWhenTheAnswerIsTooLong() {
        ground().dns.on("long.test", DnsAnswer.addresses("127.0.0.1").overTcp());
        Dialed dialed =
                ground().dial(ground().spec("ws://long.test:" + ground().harbour.port() + "/"));
        dialed.awaitOpened();
        leave(dialed);
    }
}

package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.UpgradeRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a dial must do on its way through proxies, at real sockets. */
public abstract class ProxyContract extends OnGround {

    private static final String THROUGH = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";

    private final List<Harbour> proxies = new ArrayList<>();

    @AfterAll
    void closeProxies() {
        proxies.forEach(Harbour::close);
    }

    /** A harbour that is a proxy first, and then the peer that it leads to. */
    private Harbour proxy(Script talk) {
        Harbour harbour = Harbour.start().onConnect(talk);
        proxies.add(harbour);
        return harbour;
    }

    private Harbour proxy(HarbourTls tls, Script talk) {
        Harbour harbour = Harbour.start(tls).onConnect(talk);
        proxies.add(harbour);
        return harbour;
    }

    private static Script http() {
        return Script.empty().takeHead().sendRaw(THROUGH);
    }

    /** Answers greeting and request of these sizes. */
    private static Script socks(int greeting, int request) {
        return Script.empty()
                .takeBytes(greeting)
                .sendRaw((byte) 5, (byte) 0)
                .takeBytes(request)
                .sendRaw("\5\0\0\1\177\0\0\1\0P");
    }

    private static void echo(Dialed dialed) {
        dialed.awaitOpened();
        assertThat(dialed.sendNow(Frame.text("hello"))).isTrue();
        assertThat(dialed.awaitMessages(1).get(0).text()).isEqualTo("hello");
    }

    @Test
    void goesThroughAnHttpProxy() {
        Harbour proxy = proxy(http());
        int queries = ground().dns.queries();
        Dialed dialed = ground().dial(ground().spec("ws://far.test/path?x=1")
                .proxy(Proxy.of("http://me:p%C3%A4ss@127.0.0.1:" + proxy.port())));
        echo(dialed);
        assertThat(dialed.awaitOpened().remote().getPort()).isEqualTo(proxy.port());
        Peer peer = proxy.nextConnection();
        assertThat(peer.taken().get(0).split("\r\n"))
                .contains("CONNECT far.test:80 HTTP/1.1", "Host: far.test:80")
                .contains("Proxy-Authorization: Basic "
                        + Base64.getEncoder().encodeToString("me:päss".getBytes(StandardCharsets.UTF_8)));
        UpgradeRequest request = peer.awaitRequest();
        assertThat(request.header("Host")).contains("far.test");
        assertThat(request.target()).isEqualTo("/path?x=1");
        assertThat(request.header("Proxy-Authorization")).isEmpty();
        assertThat(ground().dns.queries())
                .as("names are the proxy's to look up")
                .isEqualTo(queries);
        leave(dialed);
        proxy.awaitOpenConnections(0);
    }

    @Test
    void speaksTlsWithThePeerAndNotWithTheProxy() {
        Harbour proxy = proxy(HarbourTls.forHosts("far.test"), http());
        Dialed dialed = ground().dial(
                        ground().spec("wss://far.test:8443/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        echo(dialed);
        assertThat(dialed.awaitOpened().tls()).isPresent();
        Peer peer = proxy.nextConnection();
        assertThat(peer.taken().get(0)).startsWith("CONNECT far.test:8443 ").doesNotContain("Proxy-Authorization");
        assertThat(peer.awaitTls().serverName()).contains("far.test");
        leave(dialed);
    }

    @Test
    void looksAtTheCertificateOfThePeerBehindTheProxy() {
        Harbour proxy = proxy(HarbourTls.forHosts("other.test"), http());
        Failure failure = ground().dial(
                        ground().spec("wss://far.test/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.TLS_WRONG_HOST);
    }

    @Test
    void goesThroughASocksProxy() {
        Harbour proxy = proxy(HarbourTls.forHosts("far.test"), socks(3, 7 + "far.test".length()));
        Dialed dialed =
                ground().dial(ground().spec("wss://far.test/").proxy(Proxy.of("socks5://127.0.0.1:" + proxy.port())));
        echo(dialed);
        assertThat(proxy.nextConnection().taken()).containsExactly("\5\1\0", "\5\1\0\3\10far.test\1\u00bb");
        leave(dialed);
    }

    @Test
    void tellsASocksProxyItsUserAndTheCredential() {
        Harbour proxy = proxy(Script.empty()
                .takeBytes(4)
                .sendRaw((byte) 5, (byte) 2)
                .takeBytes(3 + 2 + 5)
                .sendRaw((byte) 1, (byte) 0)
                .takeBytes(10)
                .sendRaw("\5\0\0\3\3abc\0P"));
        Dialed dialed = new Dialed()
                .to(
                        ground().transport,
                        ground().spec("ws://192.0.2.1/")
                                .proxy(Proxy.of("socks5://me:{credential}@127.0.0.1:" + proxy.port()))
                                .credential("vendor")
                                .build(),
                        Optional.of(Secret.of("token")),
                        Optional.empty());
        echo(dialed);
        assertThat(proxy.nextConnection().taken())
                .containsExactly("\5\2\0\2", "\1\2me\5token", "\5\1\0\1\u00c0\0\2\1\0P");
        leave(dialed);
    }

    @Test
    void saysThatACredentialCannotBeToldToTheProxy() {
        Failure failure = new Dialed()
                .to(
                        ground().transport,
                        ground().spec("ws://far.test/")
                                .proxy(Proxy.of("http://me:{credential}@127.0.0.1:1"))
                                .build(),
                        Optional.of(Secret.of("hush\r\nX: y")),
                        Optional.empty())
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_SPEC);
        assertThat(failure.detail()).contains("proxy").doesNotContain("hush");
    }

    @Test
    void takesTheProxyForARedirectToo() {
        Harbour proxy = proxy(http());
        proxy.on("/old", Script.answer(302).header("Location", "http://next.test/new"));
        Dialed dialed =
                ground().dial(ground().spec("ws://far.test/old").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        echo(dialed);
        proxy.nextConnection("/old");
        assertThat(proxy.nextConnection("/new").taken().get(0)).startsWith("CONNECT next.test:80 ");
        leave(dialed);
    }

    @Test
    void dialsAProxyFromTheLocalAddress() {
        Harbour proxy = proxy(http());
        Dialed dialed = ground().dial(ground().spec("ws://far.test/")
                .proxy(Proxy.of("http://localhost:" + proxy.port()))
                .localAddress(DialRows.address("127.0.0.9")));
        echo(dialed);
        assertThat(proxy.nextConnection().remote().getAddress().getHostAddress())
                .isEqualTo("127.0.0.9");
        leave(dialed);
    }

    @Test
    void leavesNoSocketBehindAtTheDeadline() {
        Harbour proxy = proxy(Script.empty().takeHead().sendRaw("HTTP/1.1 2").hang());
        Failure late = ground().dial(ground().spec("ws://far.test/")
                        .proxy(Proxy.of("http://127.0.0.1:" + proxy.port()))
                        .timeouts(Ground.dialWithin(Duration.ofMillis(1500))))
                .awaitEnded();
        assertThat(late.kind()).isEqualTo(FailureKind.PROXY_UNREACHABLE);
        proxy.awaitOpenConnections(0);
    }

    @Test
    void leavesNoSocketBehindWhenItIsAborted() {
        Harbour proxy = proxy(Script.empty().takeHead().hang());
        Dialed dialed =
                ground().dial(ground().spec("ws://far.test/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        proxy.nextConnection().awaitTaken(1);
        leave(dialed);
        proxy.awaitOpenConnections(0);
    }

    @Test
    void goesThroughNoProxyThatIsNotAllowed() {
        Harbour proxy = proxy(http());
        ground().dns.on("proxy.test", DnsAnswer.addresses("127.0.0.1"));
        Transport byHost = ground().within("far.test");
        forbidden(byHost, ground().spec("ws://far.test/").proxy(Proxy.of("http://proxy.test:" + proxy.port())));
        ground().dns.on("far.test", DnsAnswer.addresses("127.0.0.66"));
        Transport byAddress = ground().within("127.0.0.66");
        forbidden(byAddress, ground().spec("ws://far.test/").proxy(Proxy.of("http://proxy.test:" + proxy.port())));
        assertThat(proxy.accepted()).isZero();
    }

    @Test
    void goesThroughNoProxyToWhereItMayNotGo() {
        Harbour proxy = proxy(http());
        ground().dns.on("outside.test", DnsAnswer.addresses("127.0.0.1", "127.0.0.66"));
        Transport transport = ground().within("*.test", "127.0.0.1");
        forbidden(transport, ground().spec("ws://outside.test/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        forbidden(transport, ground().spec("ws://feed.evil/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        assertThat(proxy.accepted()).isZero();
    }

    @Test
    void asksAProxyForTheAddressesThatWereLookedAt() {
        Harbour proxy = proxy(Script.perAttempt(attempt -> attempt == 1
                ? Script.empty()
                        .takeHead()
                        .sendRaw("HTTP/1.1 502 Bad Gateway\r\n\r\n")
                        .fin()
                : http()));
        ground().dns.on("two.test", DnsAnswer.addresses("127.0.0.2", "127.0.0.3"));
        Transport transport = ground().within("*.test", "127.0.0.0/24");
        Dialed dialed = Dialed.dial(
                transport,
                ground().spec("ws://two.test/")
                        .proxy(Proxy.of("http://127.0.0.1:" + proxy.port()))
                        .build());
        echo(dialed);
        assertThat(proxy.nextConnection().taken().get(0)
                        + proxy.nextConnection().taken().get(0))
                .contains("CONNECT 127.0.0.2:80 ", "CONNECT 127.0.0.3:80 ");
        leave(dialed);
    }
}

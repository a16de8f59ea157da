package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.UpgradeRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dial must do on its way through proxies, and which ways it must not go, at real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class WayContract {

    private static final String THROUGH = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";

    private final List<Harbour> proxies = new ArrayList<>();
    private final ReceiveMemory memory = new ReceiveMemory(8 * 1024 * 1024);
    private Ground ground;

    /** Starts the transport under test. */
    protected abstract Transport start(FleetSettings.Network network, ReceiveMemory memory);

    /** Whether it is to use native sockets, and OpenSSL. */
    protected abstract boolean usesNatives();

    @BeforeAll
    void open() {
        ground = new Ground(network -> start(network, memory), memory, usesNatives());
    }

    @AfterAll
    void close() {
        proxies.forEach(Harbour::close);
        ground.close();
    }

    private static void leave(Dialed dialed) {
        dialed.link().abort(FailureKind.REMOVED);
        dialed.awaitEnded();
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

    // Proxies.

    @Test
    void goesThroughAnHttpProxy() {
        Harbour proxy = proxy(http());
        int queries = ground.dns.queries();
        Dialed dialed = ground.dial(
                ground.spec("ws://far.test/path?x=1").proxy(Proxy.of("http://me:p%C3%A4ss@127.0.0.1:" + proxy.port())));
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
        assertThat(ground.dns.queries()).as("names are the proxy's to look up").isEqualTo(queries);
        leave(dialed);
        proxy.awaitOpenConnections(0);
    }

    @Test
    void speaksTlsWithThePeerAndNotWithTheProxy() {
        Harbour proxy = proxy(HarbourTls.forHosts("far.test"), http());
        Dialed dialed =
                ground.dial(ground.spec("wss://far.test:8443/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
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
        Failure failure = ground.dial(
                        ground.spec("wss://far.test/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.TLS_WRONG_HOST);
    }

    @Test
    void goesThroughASocksProxy() {
        Harbour proxy = proxy(HarbourTls.forHosts("far.test"), socks(3, 7 + "far.test".length()));
        Dialed dialed =
                ground.dial(ground.spec("wss://far.test/").proxy(Proxy.of("socks5://127.0.0.1:" + proxy.port())));
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
                        ground.transport,
                        ground.spec("ws://192.0.2.1/")
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
                        ground.transport,
                        ground.spec("ws://far.test/")
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
                ground.dial(ground.spec("ws://far.test/old").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        echo(dialed);
        proxy.nextConnection("/old");
        assertThat(proxy.nextConnection("/new").taken().get(0)).startsWith("CONNECT next.test:80 ");
        leave(dialed);
    }

    @Test
    void dialsAProxyFromTheLocalAddress() {
        Harbour proxy = proxy(http());
        Dialed dialed = ground.dial(ground.spec("ws://far.test/")
                .proxy(Proxy.of("http://localhost:" + proxy.port()))
                .localAddress(DialRows.address("127.0.0.9")));
        echo(dialed);
        assertThat(proxy.nextConnection().remote().getAddress().getHostAddress())
                .isEqualTo("127.0.0.9");
        leave(dialed);
    }

    // Destinations.

    private Transport within(String... allowed) {
        String server = "127.0.0.1:" + ground.dns.address().getPort();
        return start(
                new FleetSettings.Network(1, usesNatives(), usesNatives(), List.of(server))
                        .within(Destinations.of(List.of(allowed))),
                memory);
    }

    private Failure forbidden(Transport transport, ConnectionSpec.Builder spec) {
        Failure failure = Dialed.dial(transport, spec.build()).awaitEnded();
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.DESTINATION_FORBIDDEN);
        return failure;
    }

    @Test
    void goesToNoHostThatIsNotAllowed() {
        ground.dns.on("feed.test", DnsAnswer.addresses("127.0.0.1"));
        ground.dns.on("feed.evil", DnsAnswer.addresses("127.0.0.1"));
        int accepted = ground.harbour.accepted();
        try (Transport transport = within("*.test")) {
            Failure failure = forbidden(transport, ground.spec("ws://feed.evil:" + ground.harbour.port() + "/"));
            assertThat(failure.phase()).isEqualTo(Phase.RESOLVE);
            assertThat(failure.detail()).contains("[feed.evil]");
            forbidden(transport, ground.spec("ws://127.0.0.1:" + ground.harbour.port() + "/"));
            assertThat(ground.dns.queries("feed.evil")).isZero();
            assertThat(ground.harbour.accepted()).isEqualTo(accepted);
            Dialed dialed = Dialed.dial(
                    transport,
                    ground.spec("ws://feed.test:" + ground.harbour.port() + "/").build());
            dialed.awaitOpened();
            leave(dialed);
        }
    }

    @Test
    void goesToNoHostOneOfWhoseAddressesIsNotAllowed() {
        ground.dns.on("rebound.test", DnsAnswer.addresses("127.0.0.1", "127.0.0.66"));
        ground.dns.on("inside.test", DnsAnswer.addresses("127.0.0.1"));
        int accepted = ground.harbour.accepted();
        try (Transport transport = within("127.0.0.0/30")) {
            Failure failure = forbidden(transport, ground.spec("ws://rebound.test:" + ground.harbour.port() + "/"));
            assertThat(failure.detail()).contains("127.0.0.66");
            forbidden(transport, ground.spec("ws://localhost:" + ground.harbour.port() + "/")); // ::1 too
            forbidden(transport, ground.spec("ws://127.0.0.4:" + ground.harbour.port() + "/"));
            assertThat(ground.harbour.accepted()).isEqualTo(accepted);
            Dialed dialed = Dialed.dial(
                    transport,
                    ground.spec("ws://inside.test:" + ground.harbour.port() + "/")
                            .build());
            dialed.awaitOpened();
            leave(dialed);
        }
    }

    @Test
    void asksAnewForEveryDialSoThatANameMayNotMoveAway() {
        ground.dns.on("moving.test", DnsAnswer.addresses("127.0.0.1"));
        try (Transport transport = within("*.test", "127.0.0.1")) {
            String uri = "ws://moving.test:" + ground.harbour.port() + "/";
            Dialed first = Dialed.dial(transport, ground.spec(uri).build());
            first.awaitOpened();
            leave(first);
            ground.dns.on("moving.test", DnsAnswer.addresses("127.0.0.2"));
            forbidden(transport, ground.spec(uri));
        }
    }

    @ParameterizedTest(name = "to {0}")
    @ValueSource(strings = {"http://feed.evil/", "http://127.0.0.66/", "http://outside.test/"})
    void followsNoRedirectToWhereItMayNotGo(String location) {
        ground.dns.on("outside.test", DnsAnswer.addresses("127.0.0.66"));
        try (Transport transport = within("*.test", "127.0.0.1")) {
            Failure failure = forbidden(transport, ground.at(Script.answer(307).header("Location", location)));
            assertThat(failure.evidence().addresses())
                    .as("what was tried")
                    .containsExactly("127.0.0.1:" + ground.harbour.port());
        }
    }

    @Test
    void goesThroughNoProxyThatIsNotAllowed() {
        Harbour proxy = proxy(http());
        ground.dns.on("proxy.test", DnsAnswer.addresses("127.0.0.1"));
        try (Transport transport = within("far.test")) {
            forbidden(transport, ground.spec("ws://far.test/").proxy(Proxy.of("http://proxy.test:" + proxy.port())));
        }
        ground.dns.on("far.test", DnsAnswer.addresses("127.0.0.66"));
        try (Transport transport = within("127.0.0.66")) {
            forbidden(transport, ground.spec("ws://far.test/").proxy(Proxy.of("http://proxy.test:" + proxy.port())));
        }
        assertThat(proxy.accepted()).isZero();
    }

    @Test
    void goesThroughNoProxyToWhereItMayNotGo() {
        Harbour proxy = proxy(http());
        ground.dns.on("outside.test", DnsAnswer.addresses("127.0.0.1", "127.0.0.66"));
        try (Transport transport = within("*.test", "127.0.0.1")) {
            forbidden(transport, ground.spec("ws://outside.test/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
            forbidden(transport, ground.spec("ws://feed.evil/").proxy(Proxy.of("http://127.0.0.1:" + proxy.port())));
        }
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
        ground.dns.on("two.test", DnsAnswer.addresses("127.0.0.2", "127.0.0.3"));
        try (Transport transport = within("*.test", "127.0.0.0/24")) {
            Dialed dialed = Dialed.dial(
                    transport,
                    ground.spec("ws://two.test/")
                            .proxy(Proxy.of("http://127.0.0.1:" + proxy.port()))
                            .build());
            echo(dialed);
            assertThat(proxy.nextConnection().taken().get(0)
                            + proxy.nextConnection().taken().get(0))
                    .contains("CONNECT 127.0.0.2:80 ", "CONNECT 127.0.0.3:80 ");
            leave(dialed);
        }
    }

    // Redirects.

    @ParameterizedTest(name = "{0} with max = {1}")
    @CsvSource({"1, 0", "2, 1", "21, 20"})
    void followsNoMoreRedirectsThanItMay(int redirects, int max) {
        String base = "/limit/" + max + "/";
        for (int i = 0; i < redirects; i++) {
            ground.harbour.on(base + i, Script.answer(302).header("Location", base + (i + 1)));
        }
        var redirecting = new Settings.Redirects(max);
        Failure failure = ground.dial(ground.spec(ground.harbour.uri(base + 0)).redirects(redirecting))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.REDIRECT_REFUSED);
        assertThat(failure.detail()).endsWith("redirects.max = " + max);
        Dialed dialed = ground.dial(ground.spec(ground.harbour.uri(base + 1)).redirects(redirecting));
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void takesNoCredentialOfOnOpenToAnotherOrigin() {
        Harbour other = ground.secure("other", HarbourTls::trusted);
        int accepted = other.accepted();
        ground.harbour.on(
                "/away",
                Script.answer(302).header("Location", other.uri("https", "/").toString()));
        ground.harbour.on("/near", Script.answer(302).header("Location", "/here"));
        Opening login = new Opening(List.of(Secret.of("login {credential}")), Optional.empty(), List.of());
        Failure failure = ground.dial(ground.spec(ground.harbour.uri("/away")).opening(login))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.REDIRECT_REFUSED);
        assertThat(failure.detail()).contains("on-open");
        assertThat(other.accepted()).isEqualTo(accepted);
        Dialed near = ground.dial(ground.spec(ground.harbour.uri("/near")).opening(login));
        near.awaitOpened();
        leave(near);
    }

    @Test
    void beginsAtHomeWhereItsFirstMessagesMayGoNowhereElse() {
        Harbour other = ground.secure("other", HarbourTls::trusted);
        ground.harbour.on("/signed", Script.echo());
        ConnectionSpec spec = ground.spec(ground.harbour.uri("/signed")).build();
        Moved moved = new Moved();
        moved.remember(
                spec.uri(), ConnectionSpec.of("x", other.uri("/").toString()).uri());
        Dialed dialed = new Dialed().knowing(moved).homebound().to(ground.transport, spec);
        assertThat(dialed.awaitOpened().remote().getPort()).isEqualTo(ground.harbour.port());
        leave(dialed);
        Dialed free = new Dialed().knowing(moved).to(ground.transport, spec);
        assertThat(free.awaitOpened().remote().getPort()).isEqualTo(other.port());
        leave(free);
    }

    private Dialed dial(Moved moved, String path) {
        return new Dialed()
                .knowing(moved)
                .to(ground.transport, ground.spec(ground.harbour.uri(path)).build());
    }

    private void opens(Moved moved, String path) {
        Dialed dialed = dial(moved, path);
        dialed.awaitOpened();
        leave(dialed);
    }

    @ParameterizedTest(name = "HTTP {0}")
    @ValueSource(ints = {301, 308})
    void beginsWhereThePeerSaidForGoodThatItIs(int status) {
        String path = "/moved/" + status;
        ground.harbour.on(
                path,
                Script.inTurn(
                        Script.answer(status).header("Location", path + "/now"),
                        Script.empty().rst()));
        Moved moved = new Moved();
        opens(moved, path);
        opens(moved, path);
        opens(moved, path);
        assertThat(moved.of(ground.spec(ground.harbour.uri(path)).build().uri()))
                .get()
                .hasToString(ground.harbour.uri(path + "/now").toString());
        assertThat(moved.of(ground.spec(ground.harbour.uri("/other")).build().uri()))
                .isEmpty();
    }

    @ParameterizedTest(name = "HTTP {0}")
    @ValueSource(ints = {302, 303, 307})
    void asksAgainWhereThePeerSaidWhereItIsForNow(int status) {
        ground.harbour.on("/for-now/" + status, Script.answer(status).header("Location", "/now"));
        Moved moved = new Moved();
        opens(moved, "/for-now/" + status);
        assertThat(moved.of(ground.spec(ground.harbour.uri("/for-now/" + status))
                        .build()
                        .uri()))
                .isEmpty();
    }

    @Test
    void remembersAsFarAsItIsForGood() {
        ground.harbour.on("/far/a", Script.answer(301).header("Location", "/far/b"));
        ground.harbour.on("/far/b", Script.answer(308).header("Location", "/far/c"));
        ground.harbour.on("/far/c", Script.answer(302).header("Location", "/far/d"));
        ground.harbour.on("/far/d", Script.answer(301).header("Location", "/far/e"));
        Moved moved = new Moved();
        opens(moved, "/far/a");
        assertThat(moved.of(ground.spec(ground.harbour.uri("/far/a")).build().uri()))
                .get()
                .hasToString(ground.harbour.uri("/far/c").toString());
    }

    @Test
    void remembersNothingThatDidNotOpen() {
        ground.harbour.on("/to/nothing", Script.answer(301).header("Location", "/nothing"));
        ground.harbour.on("/nothing", Script.answer(503));
        Moved moved = new Moved();
        assertThat(dial(moved, "/to/nothing").awaitEnded().kind()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(moved.of(
                        ground.spec(ground.harbour.uri("/to/nothing")).build().uri()))
                .isEmpty();
    }

    @Test
    void forgetsWhatDoesNotOpenAnyMore() {
        ground.harbour.on("/was", Script.inTurn(Script.answer(301).header("Location", "/is"), Script.echo()));
        ground.harbour.on("/is", Script.inTurn(Script.echo(), Script.answer(503)));
        Moved moved = new Moved();
        opens(moved, "/was");
        assertThat(dial(moved, "/was").awaitEnded().kind()).isEqualTo(FailureKind.UNAVAILABLE);
        opens(moved, "/was");
        assertThat(moved.of(ground.spec(ground.harbour.uri("/was")).build().uri()))
                .isEmpty();
    }

    @Test
    void beginsAnewAtOnceWhereWaitingWouldChangeNothing() {
        ground.harbour.on("/old", Script.inTurn(Script.answer(301).header("Location", "/gone"), Script.echo()));
        ground.harbour.on("/gone", Script.inTurn(Script.echo(), Script.answer(410)));
        Moved moved = new Moved();
        opens(moved, "/old");
        opens(moved, "/old");
    }

    @Test
    void leavesSecretsBehindAlsoWhereItBeginsElsewhere() {
        Harbour other = ground.secure("other", HarbourTls::trusted);
        ground.harbour.on(
                "/home",
                Script.answer(301)
                        .header("Location", other.uri("https", "/new-home").toString()));
        Moved moved = new Moved();
        for (int i = 0; i < 2; i++) {
            Dialed dialed = new Dialed()
                    .knowing(moved)
                    .to(
                            ground.transport,
                            ground.spec("ws://me:pw@127.0.0.1:" + ground.harbour.port() + "/home")
                                    .header("Authorization", "Bearer mine")
                                    .build());
            dialed.awaitOpened();
            assertThat(other.nextConnection("/new-home").awaitRequest().header("Authorization"))
                    .isEmpty();
            leave(dialed);
        }
    }
}

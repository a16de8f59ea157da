package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.*;
import static io.flotilla.failure.Phase.PROXY;
import static io.flotilla.failure.Phase.TLS;
import static io.flotilla.failure.Phase.UPGRADE;
import static io.flotilla.transport.ContractRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Ports;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Origin;
import io.flotilla.failure.Phase;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Proxy;
import io.flotilla.testkit.DeafPort;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What can go wrong with a proxy on the way, and what a lying one makes of the steps after it. */
final class ProxyRows {

    private static final Duration SHORT = Duration.ofMillis(1500);
    private static final String THROUGH = "HTTP/1.1 200 Connection established\r\n\r\n";

    private ProxyRows() {}

    static List<ContractRow> rows() {
        return Stream.of(reaching(), http(), socks(), lies())
                .flatMap(List::stream)
                .map(row -> row.and((g, failure) -> {
                    row.more().accept(g, failure);
                    assertThat(failure.toString()).doesNotContain("hush");
                    assertThat(failure.evidence().httpStatus()).isNull();
                }))
                .toList();
    }

    private static List<ContractRow> reaching() {
        return List.of(
                row(
                                PROXY_UNREACHABLE,
                                PROXY,
                                "a proxy's port at which nobody listens",
                                g -> through(g, Proxy.of("http://127.0.0.1:" + Ports.free())))
                        .and((g, failure) -> {
                            assertThat(failure.origin()).isEqualTo(Origin.PROXY);
                            assertThat(failure.evidence().addresses()).hasSize(1);
                        }),
                row(
                        PROXY_UNREACHABLE,
                        PROXY,
                        "a proxy whose name does not exist",
                        g -> through(g, Proxy.of("http://nowhere.test:3128"))),
                row(PROXY_UNREACHABLE, PROXY, "a proxy's port that answers nothing", g -> {
                    try (DeafPort port = DeafPort.open()) {
                        Dialed dialed = g.dial(spec(g, Proxy.of("socks5://127.0.0.1:" + port.port()))
                                .timeouts(Ground.dialWithin(SHORT)));
                        dialed.awaitEnded();
                        return dialed;
                    }
                }),
                row(
                        LOCAL_RESOURCES,
                        PROXY,
                        "a local address that is not ours, to a proxy",
                        g -> g.dial(spec(g, Proxy.of("http://127.0.0.1:" + g.harbour.port()))
                                .localAddress(DialRows.address("192.0.2.7")))));
    }

    private static List<ContractRow> http() {
        return List.of(
                http(PROXY_AUTHENTICATION, "407 for Basic", answer(407, "Proxy-Authenticate: Basic realm=\"hush\"\r\n"))
                        .and((g, failure) -> assertThat(failure.detail()).endsWith("HTTP 407")),
                http(PROXY_AUTHENTICATION, "407 for Digest", answer(407, "Proxy-Authenticate: Digest realm=\"x\"\r\n"))
                        .and((g, failure) -> assertThat(failure.detail()).contains("nothing else is spoken")),
                http(PROXY_AUTHENTICATION, "401, as some say it", answer(401, "")),
                row(PROXY_AUTHENTICATION, PROXY, "407 and no user", g -> {
                            int port = port(
                                    g,
                                    "407 and no user",
                                    Script.empty().takeHead().then(answer(407, "")));
                            return through(g, Proxy.of("http://127.0.0.1:" + port));
                        })
                        .and((g, failure) -> assertThat(failure.detail()).contains("no user and password")),
                http(PROXY_FORBIDDEN, "403", answer(403, "")),
                http(PROXY_FORBIDDEN, "405: a web server", answer(405, "")),
                http(PROXY_UNREACHABLE, "500", answer(500, "")),
                http(PROXY_UNREACHABLE, "502", answer(502, "Retry-After: 1\r\n")),
                http(PROXY_UNREACHABLE, "503", answer(503, "")),
                http(PROXY_UNREACHABLE, "504", answer(504, "")),
                http(PROXY_UNREACHABLE, "404", answer(404, "")),
                http(PROXY_UNREACHABLE, "429", answer(429, "")),
                http(PROXY_UNREACHABLE, "302", answer(302, "Location: http://login.test/\r\n")),
                http(PROXY_UNREACHABLE, "another protocol's greeting", raw("SSH-2.0-hush\r\n")),
                http(PROXY_UNREACHABLE, "SOCKS", Script.empty().sendRaw((byte) 5, (byte) 0)),
                http(PROXY_UNREACHABLE, "an endless head", raw("HTTP/1.1 200 OK\r\n" + "X: hush\r\n".repeat(3000))),
                http(PROXY_UNREACHABLE, "endless interim answers", raw("HTTP/1.1 100 Continue\r\n\r\n".repeat(20))),
                http(PROXY_UNREACHABLE, "FIN", Script.empty().fin()),
                http(PROXY_UNREACHABLE, "RST", Script.empty().rst()),
                http(
                        PROXY_UNREACHABLE,
                        "FIN in half an answer",
                        raw("HTTP/1.1 200 O").fin()),
                http(
                        PROXY_UNREACHABLE,
                        "RST in half an answer",
                        raw("HTTP/1.1 200 O").after(Duration.ofMillis(50)).rst()),
                late("a proxy that says nothing", Script.empty()),
                late(
                        "a proxy's answer that trickles past the deadline",
                        Script.empty().trickle(1, Duration.ofMillis(50)).sendRaw(THROUGH)));
    }

    private static List<ContractRow> socks() {
        return List.of(
                socks(
                        PROXY_AUTHENTICATION,
                        "no acceptable method",
                        Script.empty().sendRaw((byte) 5, (byte) 0xFF)),
                row(PROXY_AUTHENTICATION, PROXY, "SOCKS: authentication is asked for, and there is no user", g -> {
                            int port = port(
                                    g, "no user", Script.empty().takeBytes(3).sendRaw((byte) 5, (byte) 0xFF));
                            return through(g, Proxy.of("socks5://127.0.0.1:" + port));
                        })
                        .and((g, failure) -> assertThat(failure.detail()).contains("no user and password")),
                row(PROXY_AUTHENTICATION, PROXY, "SOCKS: user and password are chosen, and were not offered", g -> {
                            int port = port(
                                    g, "unoffered", Script.empty().takeBytes(3).sendRaw((byte) 5, (byte) 2));
                            return through(g, Proxy.of("socks5://127.0.0.1:" + port));
                        })
                        .and((g, failure) -> assertThat(failure.detail()).contains("no user and password")),
                socks(
                        PROXY_UNREACHABLE,
                        "a method that was not offered",
                        Script.empty().sendRaw((byte) 5, (byte) 1)),
                socks(PROXY_UNREACHABLE, "HTTP", raw("HTTP/1.1 400 hush\r\n\r\n")),
                socks(PROXY_UNREACHABLE, "SOCKS 4", Script.empty().sendRaw((byte) 0, (byte) 90)),
                socks(PROXY_UNREACHABLE, "FIN", Script.empty().fin()),
                socks(PROXY_UNREACHABLE, "RST", Script.empty().rst()),
                socks(PROXY_AUTHENTICATION, "user and password are not accepted", login((byte) 1, (byte) 1)),
                socks(PROXY_UNREACHABLE, "garbage after user and password", login((byte) 5, (byte) 0)),
                socks(PROXY_UNREACHABLE, "FIN after user and password", login().fin()),
                reply(PROXY_UNREACHABLE, 1),
                reply(PROXY_FORBIDDEN, 2),
                reply(PROXY_UNREACHABLE, 3),
                reply(PROXY_UNREACHABLE, 4),
                reply(PROXY_UNREACHABLE, 5),
                reply(PROXY_UNREACHABLE, 6),
                reply(PROXY_FORBIDDEN, 7),
                reply(PROXY_FORBIDDEN, 8),
                reply(PROXY_UNREACHABLE, 9),
                reply(PROXY_UNREACHABLE, 255),
                socks(PROXY_UNREACHABLE, "an address of no kind", asked((byte) 5, (byte) 0, (byte) 0, (byte) 9, (byte)
                        1)),
                socks(
                        PROXY_UNREACHABLE,
                        "FIN in half a reply",
                        asked((byte) 5, (byte) 0, (byte) 0, (byte) 1, (byte) 9).fin()),
                socks(PROXY_UNREACHABLE, "garbage for a reply", asked((byte) 4, (byte) 0)));
    }

    /** It says that the way is open, and then it is not. */
    private static List<ContractRow> lies() {
        return List.of(
                lie(NOT_HTTP, UPGRADE, "ws", "garbage", raw(THROUGH + "<html>hush")),
                lie(HANDSHAKE_BROKEN, UPGRADE, "ws", "FIN", raw(THROUGH).fin()),
                lie(
                        HANDSHAKE_BROKEN,
                        UPGRADE,
                        "ws",
                        "RST",
                        raw(THROUGH).after(Duration.ofMillis(50)).rst()),
                lie(TLS_NOT_TLS, TLS, "wss", "a page", raw(THROUGH + "HTTP/1.1 200 OK\r\n\r\n<html>")),
                lie(TLS_BROKEN, TLS, "wss", "FIN inside TLS", raw(THROUGH).fin()),
                lie(TLS_BROKEN, TLS, "wss", "nothing until the deadline", raw(THROUGH)));
    }

    private static ContractRow lie(FailureKind kind, Phase phase, String scheme, String what, Script script) {
        String name = "a proxy that opens the way, then " + what;
        return row(kind, phase, name, g -> {
            int port = port(g, name, Script.empty().takeHead().then(script));
            return g.dial(g.spec(scheme + "://far.test/")
                    .proxy(Proxy.of("http://127.0.0.1:" + port))
                    .timeouts(Ground.dialWithin(Duration.ofSeconds(2))));
        });
    }

    private static ContractRow http(FailureKind kind, String what, Script answer) {
        String name = "a proxy's answer to CONNECT: " + what;
        return row(kind, PROXY, name, g -> {
            int port = port(g, name, Script.empty().takeHead().then(answer));
            return through(g, Proxy.of("http://me:hush@127.0.0.1:" + port));
        });
    }

    private static ContractRow late(String name, Script answer) {
        return row(PROXY_UNREACHABLE, PROXY, name, g -> {
            int port = port(g, name, Script.empty().takeHead().then(answer));
            return g.dial(spec(g, Proxy.of("http://127.0.0.1:" + port)).timeouts(Ground.dialWithin(SHORT)));
        });
    }

    /** After the methods that are offered with a user. */
    private static ContractRow socks(FailureKind kind, String what, Script answer) {
        String name = "SOCKS: " + what;
        return row(kind, PROXY, name, g -> {
            int port = port(g, name, Script.empty().takeBytes(4).then(answer));
            return through(g, Proxy.of("socks5://me:hush@127.0.0.1:" + port));
        });
    }

    private static Script login(byte... answer) {
        return Script.empty()
                .sendRaw((byte) 5, (byte) 2)
                .takeBytes(3 + "me".length() + "hush".length())
                .sendRaw(answer);
    }

    /** An answer to the request, after no authentication was asked for. */
    private static Script asked(byte... answer) {
        return Script.empty()
                .sendRaw((byte) 5, (byte) 0)
                .takeBytes(7 + "far.test".length())
                .sendRaw(answer);
    }

    private static ContractRow reply(FailureKind kind, int code) {
        return socks(
                        kind,
                        "reply " + code,
                        asked(
                                (byte) 5,
                                (byte) code,
                                (byte) 0,
                                (byte) 1,
                                (byte) 0,
                                (byte) 0,
                                (byte) 0,
                                (byte) 0,
                                (byte) 0,
                                (byte) 0))
                .and((g, failure) -> assertThat(failure.detail()).contains("reply " + code));
    }

    private static int port(Ground ground, String name, Script script) {
        return ground.onConnect(name, script.hang()).port();
    }

    private static ConnectionSpec.Builder spec(Ground ground, Proxy proxy) {
        return ground.spec("ws://far.test/").proxy(proxy);
    }

    private static Dialed through(Ground ground, Proxy proxy) {
        return ground.dial(spec(ground, proxy));
    }

    private static Script answer(int status, String lines) {
        return raw("HTTP/1.1 " + status + " hush\r\n" + lines + "Content-Length: 4\r\n\r\nhush");
    }

    private static Script raw(String text) {
        return Script.empty().sendRaw(text);
    }
}

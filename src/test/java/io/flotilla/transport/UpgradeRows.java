package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.*;
import static io.flotilla.failure.Phase.UPGRADE;
import static io.flotilla.transport.ContractRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What can be wrong with the answer to an upgrade request. */
final class UpgradeRows {

    private static final Duration SHORT = Duration.ofMillis(1500);

    private static final byte[] GARBAGE = "no record of TLS, and more of it".getBytes(StandardCharsets.US_ASCII);

    private UpgradeRows() {}

    static List<ContractRow> broken() {
        return List.of(
                row(
                        HANDSHAKE_TIMEOUT,
                        UPGRADE,
                        "silence until the deadline",
                        g -> g.dial(g.at(Script.silent()).timeouts(Ground.dialWithin(SHORT)))),
                row(
                        HANDSHAKE_TIMEOUT,
                        UPGRADE,
                        "an answer that trickles past the deadline",
                        g -> g.dial(g.at(Script.empty()
                                        .trickle(1, Duration.ofMillis(50))
                                        .then(Script.upgrade()))
                                .timeouts(Ground.dialWithin(SHORT)))),
                row(
                        HANDSHAKE_TIMEOUT,
                        UPGRADE,
                        "silence inside TLS",
                        g -> g.dial(g.spec(g.trusted(), Script.silent())
                                .timeouts(Ground.dialWithin(Duration.ofSeconds(2))))),
                at(HANDSHAKE_BROKEN, "FIN before an answer", Script.empty().fin()),
                at(HANDSHAKE_BROKEN, "RST before an answer", Script.empty().rst()),
                at(
                        HANDSHAKE_BROKEN,
                        "FIN in half an answer",
                        Script.empty().sendRaw("HTTP/1.1 101 Swi").fin()),
                at(
                        HANDSHAKE_BROKEN,
                        "RST in half an answer",
                        Script.empty()
                                .sendRaw("HTTP/1.1 101 X\r\nUpgrade: web")
                                .after(Duration.ofMillis(50))
                                .rst()),
                row(
                        HANDSHAKE_BROKEN,
                        UPGRADE,
                        "FIN before an answer, inside TLS",
                        g -> g.dial(g.spec(g.trusted(), Script.empty().fin()))),
                row(
                        HANDSHAKE_BROKEN,
                        UPGRADE,
                        "RST as soon as TCP is up",
                        g -> g.dial(
                                g.spec(g.onConnect("rst", Script.empty().rst()).uri()))),
                row(
                        HANDSHAKE_BROKEN,
                        UPGRADE,
                        "bytes that are no TLS any more",
                        g -> g.dial(g.spec(
                                g.trusted(),
                                Script.empty().sendUnderTls(GARBAGE).hang()))),
                at(NOT_HTTP, "another protocol's greeting", raw("SSH-2.0-OpenSSH_9.9\r\n")),
                at(NOT_HTTP, "one wrong byte without a line's end", raw("X")),
                at(NOT_HTTP, "what TLS says to plaintext", raw("\u0015\u0003\u0001\u0000\u0002\u0002F")),
                at(NOT_HTTP, "HTTP/2", raw("HTTP/2 101\r\n\r\n")),
                at(NOT_HTTP, "a status that is no number", raw("HTTP/1.1 1x1 Switching\r\n\r\n")),
                at(NOT_HTTP, "a status of four digits", raw("HTTP/1.1 1010 Switching\r\n\r\n")),
                at(NOT_HTTP, "a header line without a colon", raw("HTTP/1.1 101 Ok\r\nUpgrade websocket\r\n\r\n")),
                at(NOT_HTTP, "a folded header line", raw("HTTP/1.1 101 Ok\r\nUpgrade:\r\n websocket\r\n\r\n")),
                at(NOT_HTTP, "a space in a header name", raw("HTTP/1.1 101 Ok\r\nUpgrade : websocket\r\n\r\n")),
                at(NOT_HTTP, "a NUL in a header value", raw("HTTP/1.1 101 Ok\r\nUpgrade: web\u0000socket\r\n\r\n")),
                at(NOT_HTTP, "one long header", raw("HTTP/1.1 101 Ok\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")),
                at(NOT_HTTP, "a long status line", raw("HTTP/1.1 101 " + "x".repeat(20_000))),
                at(NOT_HTTP, "too many headers", raw("HTTP/1.1 101 Ok\r\n" + "a:b\r\n".repeat(250) + "\r\n")),
                at(
                        NOT_HTTP,
                        "endless headers",
                        Script.empty()
                                .sendRaw("HTTP/1.1 101 Ok\r\n")
                                .forever(Script.empty().sendRaw("name: value\r\n"))),
                at(NOT_HTTP, "too many interim answers", raw("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(20))),
                at(NOT_WEBSOCKET, "a page", Script.answer(200).body("<html>")),
                at(NOT_WEBSOCKET, "204", Script.answer(204)),
                at(NOT_WEBSOCKET, "101 without Upgrade", Script.upgrade().without("Upgrade")),
                at(NOT_WEBSOCKET, "101 without Connection", Script.upgrade().without("Connection")),
                at(
                        NOT_WEBSOCKET,
                        "101 without Sec-WebSocket-Accept",
                        Script.upgrade().without("Sec-WebSocket-Accept")),
                at(NOT_WEBSOCKET, "101 to another protocol", Script.upgrade().replacing("Upgrade", "h2c")),
                at(NOT_WEBSOCKET, "101 to something like it", Script.upgrade().replacing("Upgrade", "websockets")),
                at(NOT_WEBSOCKET, "101 that keeps alive", Script.upgrade().replacing("Connection", "keep-alive")),
                at(
                        NOT_WEBSOCKET,
                        "101 with a wrong Sec-WebSocket-Accept",
                        Script.upgrade().replacing("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
                at(
                        NOT_WEBSOCKET,
                        "101 with Sec-WebSocket-Accept twice",
                        Script.upgrade().header("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
                at(NOT_WEBSOCKET, "101 by HTTP/1.0", Script.upgrade().statusLine("HTTP/1.0 101 Switching Protocols")),
                at(EXTENSION_MISMATCH, "an extension", Script.upgrade().extension("permessage-deflate")),
                at(EXTENSION_MISMATCH, "a subprotocol", Script.upgrade().subprotocol("chat")),
                row(
                        EXTENSION_MISMATCH,
                        UPGRADE,
                        "another subprotocol than those offered",
                        g -> g.dial(g.at(Script.upgrade().subprotocol("chat")).subprotocols(offering(false)))),
                row(
                        EXTENSION_MISMATCH,
                        UPGRADE,
                        "a subprotocol in other letters",
                        g -> g.dial(g.at(Script.upgrade().subprotocol("V1")).subprotocols(offering(false)))),
                row(
                        SUBPROTOCOL_REFUSED,
                        UPGRADE,
                        "a required subprotocol was not chosen",
                        g -> g.dial(g.at(Script.upgrade()).subprotocols(offering(true)))));
    }

    private static Settings.Subprotocols offering(boolean required) {
        return new Settings.Subprotocols(List.of("v2", "v1"), required);
    }

    private static Script raw(String text) {
        return Script.empty().sendRaw(text).hang();
    }

    private static ContractRow at(FailureKind kind, String name, Script script) {
        return row(kind, UPGRADE, name, g -> g.dial(g.at(script)));
    }

    static List<ContractRow> redirects() {
        return List.of(
                at(REDIRECT_REFUSED, "300", Script.answer(300)),
                at(REDIRECT_REFUSED, "304", Script.answer(304)),
                at(REDIRECT_REFUSED, "305", Script.answer(305).header("Location", "ws://127.0.0.1/")),
                at(REDIRECT_REFUSED, "302 without Location", Script.answer(302)),
                at(
                        REDIRECT_REFUSED,
                        "302 to another scheme",
                        Script.answer(302).header("Location", "ftp://127.0.0.1/")),
                at(REDIRECT_REFUSED, "302 to no host", Script.answer(302).header("Location", "http:///path")),
                at(
                        REDIRECT_REFUSED,
                        "302 to something unreadable",
                        Script.answer(302).header("Location", "http://[/")),
                row(
                                REDIRECT_REFUSED,
                                UPGRADE,
                                "302 from wss to ws",
                                g -> g.dial(g.spec(
                                        g.trusted(),
                                        Script.answer(302)
                                                .header(
                                                        "Location",
                                                        g.harbour
                                                                .uri("/open?token=secret")
                                                                .toString()))))
                        .and((g, failure) -> assertThat(
                                        failure.evidence().headers().get("Location"))
                                .contains("/open")
                                .doesNotContain("secret")),
                row(REDIRECT_REFUSED, UPGRADE, "a circle of two", g -> {
                    g.harbour.on("/circle/a", Script.answer(302).header("Location", "/circle/b"));
                    g.harbour.on("/circle/b", Script.answer(307).header("Location", "a"));
                    return g.dial(g.spec(g.harbour.uri("/circle/a")));
                }),
                row(REDIRECT_REFUSED, UPGRADE, "one redirect too many", g -> {
                            for (int i = 0; i < 6; i++) {
                                g.harbour.on("/far/" + i, Script.answer(308).header("Location", "/far/" + (i + 1)));
                            }
                            return g.dial(g.spec(g.harbour.uri("/far/0")));
                        })
                        .and((g, failure) ->
                                assertThat(failure.evidence().addresses()).hasSize(6)));
    }

    /** Every status that means something of its own, and some that do not. */
    static List<ContractRow> statuses() {
        List<ContractRow> rows = new ArrayList<>();
        IntStream.of(
                        400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 418, 421, 422, 423, 424, 425, 426, 428,
                        429, 431, 444, 451, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 511, 520, 521, 522,
                        523, 524, 525, 526, 527, 530, 599)
                .forEach(status -> rows.add(at(
                                Failures.ofStatus(status),
                                "HTTP " + status,
                                Script.answer(status)
                                        .header("Retry-After", "3")
                                        .header("Server", "harbour")
                                        .header("Set-Cookie", "secret=1")
                                        .header("WWW-Authenticate", "Bearer realm=\"x\""))
                        .and((g, failure) -> {
                            assertThat(failure.evidence().httpStatus()).isEqualTo(status);
                            assertThat(failure.hint()).contains(Duration.ofSeconds(3));
                            assertThat(failure.evidence().headers())
                                    .containsEntry("Retry-After", "3")
                                    .containsEntry("Server", "harbour")
                                    .containsEntry("WWW-Authenticate", "Bearer")
                                    .doesNotContainKey("Set-Cookie");
                        })));
        return rows;
    }
}

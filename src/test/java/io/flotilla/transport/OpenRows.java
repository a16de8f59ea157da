package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.*;
import static io.flotilla.failure.Phase.CLOSING;
import static io.flotilla.failure.Phase.OPEN;
import static io.flotilla.transport.ContractRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.spec.Heartbeat;
import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How an open link can end. */
final class OpenRows {

    private static final Duration SHORT = Duration.ofMillis(400);

    private static final Settings.Liveness BEATING = Settings.Liveness.DEFAULT.with(
            Heartbeat.of(SHORT, "beat").acknowledgedBy(new MessagePattern.TextContains("ack"), SHORT));

    private OpenRows() {}

    /** Close codes, with the row of each as FAILURES has it. */
    static List<ContractRow> closeCodes() {
        Map<Integer, FailureKind> codes = new TreeMap<>(Map.of(
                1000, CLOSED_NORMALLY,
                1001, CLOSED_GOING_AWAY,
                1002, CLOSED_PROTOCOL_ERROR,
                1003, CLOSED_UNSUPPORTED,
                1007, CLOSED_BAD_DATA,
                1008, CLOSED_POLICY,
                1009, CLOSED_TOO_BIG,
                1010, CLOSED_UNSUPPORTED,
                1011, CLOSED_SERVER_ERROR,
                1012, CLOSED_RESTARTING));
        codes.putAll(Map.of(
                1013, CLOSED_TRY_LATER,
                1014, CLOSED_BAD_GATEWAY,
                3000, CLOSED_UNAUTHORIZED,
                3001, CLOSED_BY_LIBRARY,
                3003, CLOSED_FORBIDDEN,
                3008, CLOSED_TIMEOUT,
                3999, CLOSED_BY_LIBRARY,
                4000, CLOSED_BY_APPLICATION,
                4999, CLOSED_BY_APPLICATION));
        List<ContractRow> rows = new ArrayList<>();
        codes.forEach((code, kind) -> rows.add(closed(code, kind, code)));
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 5000, 65535}) {
            rows.add(closed(code, CLOSED_PROTOCOL_ERROR, 1002));
        }
        for (int code : new int[] {1016, 1100, 2000, 2999}) {
            rows.add(closed(code, CLOSED_UNASSIGNED, 1002));
        }
        rows.add(at(
                        CLOSED_NO_STATUS,
                        "a close frame without a code",
                        Script.empty().sendClose())
                .and((g, failure) -> {
                    assertThat(failure.evidence().closeCodeReceived()).isEqualTo(1005);
                    assertThat(failure.evidence().closeCodeSent()).isEqualTo(1005);
                }));
        return rows;
    }

    private static ContractRow closed(int code, FailureKind kind, int answered) {
        return at(kind, "close code " + code, Script.empty().sendClose(code, "because"))
                .and((g, failure) -> {
                    assertThat(failure.evidence().closeCodeReceived()).isEqualTo(code);
                    assertThat(failure.evidence().closeCodeSent()).isEqualTo(answered);
                    assertThat(failure.evidence().closeReason()).isEqualTo("because");
                });
    }

    private static ContractRow at(FailureKind kind, String name, Script script) {
        return row(kind, OPEN, name, g -> opened(g.dial(g.at(Script.upgrade().then(script)))));
    }

    private static Dialed opened(Dialed dialed) {
        dialed.awaitOpened();
        return dialed;
    }

    /** A reset may overtake the answer to the upgrade: it waits for a word of ours. */
    private static final Script RESET = Script.upgrade().awaitText("go").rst();

    /** What is no TLS may overtake the answer, too. */
    private static final Script GARBAGE = Script.upgrade()
            .awaitText("go")
            .sendUnderTls("no record of TLS, and more of it".getBytes(StandardCharsets.US_ASCII));

    private static Dialed brokenWhenOpen(Dialed dialed) {
        opened(dialed).link().send(Frame.text("go"), written -> {});
        return dialed;
    }

    static List<ContractRow> lost() {
        return List.of(
                at(LOST, "FIN", Script.empty().fin())
                        .and((g, failure) -> assertThat(failure.detail()).contains("FIN")),
                row(
                        LOST,
                        OPEN,
                        "bytes that are no TLS any more",
                        g -> brokenWhenOpen(g.dial(g.spec(g.trusted(), GARBAGE)))),
                row(LOST, OPEN, "RST", g -> brokenWhenOpen(g.dial(g.at(RESET))))
                        .and((g, failure) -> assertThat(failure.detail()).contains("reset")),
                at(
                        LOST,
                        "FIN in half a frame",
                        Script.empty().sendPart(WireFrame.text("hello"), 4).fin()),
                row(
                        LOST,
                        OPEN,
                        "FIN inside TLS",
                        g -> opened(g.dial(g.spec(g.trusted(), Script.upgrade().fin())))),
                row(
                        LOST,
                        OPEN,
                        "FIN inside TLS without close_notify",
                        g -> opened(g.dial(g.spec(g.trusted(), Script.upgrade().finWithoutNotify())))),
                row(LOST, OPEN, "RST inside TLS", g -> brokenWhenOpen(g.dial(g.spec(g.trusted(), RESET)))),
                row(
                        PONG_TIMEOUT,
                        OPEN,
                        "a peer that answers no ping",
                        g -> opened(g.dial(g.at(Script.upgrade().ignorePings())
                                .liveness(new Settings.Liveness(Optional.of(SHORT), SHORT))))),
                row(
                        PONG_TIMEOUT,
                        OPEN,
                        "a peer that answers no ping, inside TLS",
                        g -> opened(g.dial(g.spec(g.trusted(), Script.upgrade().ignorePings())
                                .liveness(new Settings.Liveness(Optional.of(SHORT), SHORT))))),
                row(
                        PONG_TIMEOUT,
                        OPEN,
                        "a peer that answered pings, and is gone without a word",
                        g -> opened(g.dial(g.at(Script.upgrade()
                                        .awaitFrame(ClientFrame::isPing)
                                        .awaitFrame(ClientFrame::isPing)
                                        .cutAfter(0)
                                        .stopReading())
                                .liveness(new Settings.Liveness(Optional.of(SHORT), SHORT))))),
                row(
                        HEARTBEAT_TIMEOUT,
                        OPEN,
                        "a peer that answers pings and acknowledges no heartbeat",
                        g -> opened(g.dial(g.at(Script.discard()).liveness(BEATING)))),
                row(
                        HEARTBEAT_TIMEOUT,
                        OPEN,
                        "a peer that answers pings and acknowledges no heartbeat, inside TLS",
                        g -> opened(g.dial(g.spec(g.trusted(), Script.discard()).liveness(BEATING)))),
                row(
                        SEND_STALLED,
                        OPEN,
                        "a peer that does not read",
                        g -> stalled(
                                g,
                                g.spec(
                                        g.secure("deaf", () -> io.flotilla.testkit.HarbourTls.trusted()),
                                        Script.upgrade().stopReading()))),
                row(
                        SEND_STALLED,
                        OPEN,
                        "a peer that does not read, plain",
                        g -> stalled(g, g.at(Script.upgrade().stopReading()))));
    }

    private static Dialed stalled(Ground ground, io.flotilla.spec.ConnectionSpec.Builder spec) {
        Dialed dialed = opened(ground.dial(spec.send(new Settings.Send(64 << 20, Duration.ofMillis(600)))));
        for (int i = 0; i < 12; i++) {
            dialed.send(Frame.binary(new byte[1 << 20]));
        }
        return dialed;
    }

    static List<ContractRow> violations() {
        return List.of(
                bad("a reserved bit", WireFrame.text("x").withRsv(4)),
                bad("a reserved opcode", WireFrame.of(3)),
                bad("a reserved control opcode", WireFrame.of(11)),
                bad("a masked frame", WireFrame.text("x").asMasked()),
                bad("a fragmented ping", WireFrame.ping().unfinished()),
                bad("a long ping", WireFrame.ping(new byte[126])),
                bad("a continuation of nothing", WireFrame.continuation("x")),
                bad("half a close code", WireFrame.close(new byte[1])),
                bad("a length that is not the shortest", WireFrame.text("x").withLengthIn(8)),
                at(BAD_TEXT, "a text that is not UTF-8", Script.empty().sendFrame(WireFrame.text((byte) 0xC3, (byte)
                                0x28)))
                        .and((g, failure) ->
                                assertThat(failure.evidence().closeCodeSent()).isEqualTo(1007)),
                row(
                                MESSAGE_TOO_BIG,
                                OPEN,
                                "a length of 2^40",
                                g -> opened(g.dial(g.at(Script.upgrade()
                                        .sendPart(WireFrame.binary(new byte[1]).declaring(1L << 40), 10)))))
                        .and((g, failure) ->
                                assertThat(failure.evidence().closeCodeSent()).isEqualTo(1009)),
                row(
                        MESSAGE_TOO_BIG,
                        OPEN,
                        "endless fragments",
                        g -> opened(g.dial(g.at(Script.upgrade()
                                        .sendFrame(WireFrame.text("a").unfinished())
                                        .flood(WireFrame.continuation("b").unfinished()))
                                .receive(new Settings.Receive(100_000, 1000, 1))))),
                row(
                        MESSAGE_TOO_BIG,
                        OPEN,
                        "endless empty fragments",
                        g -> opened(g.dial(g.at(Script.upgrade()
                                        .sendFrame(WireFrame.text("a").unfinished())
                                        .flood(WireFrame.continuation("").unfinished()))
                                .receive(new Settings.Receive(100_000, 1000, 1))))));
    }

    private static ContractRow bad(String name, WireFrame frame) {
        return at(BAD_FRAME, name, Script.empty().sendFrame(frame))
                .and((g, failure) ->
                        assertThat(failure.evidence().closeCodeSent()).isEqualTo(1002));
    }

    /** Ends that we ask for. */
    static List<ContractRow> asked() {
        List<ContractRow> rows = new ArrayList<>();
        for (FailureKind why : List.of(ROTATED, DRAINED, STOPPED_BY_OPERATOR, REPLACED, REMOVED)) {
            rows.add(row(why, CLOSING, "closed by us", g -> closed(opened(g.dial(g.at(Script.echo()))), why)));
        }
        rows.add(row(
                REMOVED,
                CLOSING,
                "closed by us, inside TLS",
                g -> closed(opened(g.dial(g.spec(g.trusted(), Script.echo()))), REMOVED)));
        rows.add(row(
                REMOVED,
                CLOSING,
                "closed by us, and the peer ends without a close frame",
                g -> closed(
                        opened(g.dial(
                                g.at(Script.upgrade().ignoreClose().awaitClose().fin()))),
                        REMOVED)));
        rows.add(row(REMOVED, Phase.UPGRADE, "closed by us in the dial", g -> {
            g.harbour.on("/abandoned", Script.silent());
            Dialed dialed = g.dial(g.spec(g.harbour.uri("/abandoned")));
            g.harbour.nextConnection("/abandoned");
            return closed(dialed, REMOVED);
        }));
        rows.add(row(
                CLOSE_TIMEOUT,
                CLOSING,
                "a peer that does not answer our close",
                g -> closed(
                        opened(g.dial(g.at(Script.upgrade().ignoreClose()).timeouts(Ground.closeWithin(SHORT)))),
                        REMOVED)));
        rows.add(row(
                CLOSE_TIMEOUT,
                CLOSING,
                "a peer that does not read our close",
                g -> closed(
                        opened(g.dial(g.at(Script.upgrade().stopReading()).timeouts(Ground.closeWithin(SHORT)))),
                        REMOVED)));
        rows.add(row(STOPPED_BY_OPERATOR, CLOSING, "aborted by us", g -> {
            Dialed dialed = opened(g.dial(g.at(Script.echo())));
            dialed.link().abort(STOPPED_BY_OPERATOR);
            return dialed;
        }));
        return rows;
    }

    private static Dialed closed(Dialed dialed, FailureKind why) {
        dialed.link().close(why, 1000, "bye");
        return dialed;
    }
}

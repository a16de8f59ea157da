package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.*;
import static io.flotilla.failure.Phase.CONNECT;
import static io.flotilla.failure.Phase.RESOLVE;
import static io.flotilla.failure.Phase.TLS;
import static io.flotilla.transport.ContractRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Ports;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.DeafPort;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What can go wrong before the upgrade request is out. */
final class DialRows {

    private static final Duration SHORT = Duration.ofMillis(1500);

    private DialRows() {}

    static List<ContractRow> beforeTls() {
        return List.of(
                row(
                        INVALID_SPEC,
                        RESOLVE,
                        "a trust file that is not there",
                        g -> g.dial(g.spec(g.trusted().uri()).tls(g.trusting(Path.of("/nowhere/ca.pem"))))),
                row(
                        INVALID_SPEC,
                        RESOLVE,
                        "a trust file without a certificate",
                        g -> g.dial(g.spec(g.trusted().uri()).tls(g.trusting(Ground.file("nothing\n"))))),
                row(
                                INVALID_SPEC,
                                RESOLVE,
                                "a credential that breaks a header",
                                g -> new Dialed()
                                        .to(
                                                g.transport,
                                                g.at(Script.echo())
                                                        .header("Authorization", "Bearer {credential}")
                                                        .credential("token")
                                                        .build(),
                                                Optional.of(Secret.of("one\r\ntwo: three")),
                                                Optional.empty()))
                        .and((g, failure) -> assertThat(failure.detail()).doesNotContain("three")),
                row(NAME_NOT_FOUND, RESOLVE, "NXDOMAIN", g -> g.dial(g.spec("ws://nowhere.test/"))),
                row(NAME_NOT_FOUND, RESOLVE, "NODATA", g -> named(g, "empty.test", DnsAnswer.noData())),
                row(NAME_LOOKUP_FAILED, RESOLVE, "SERVFAIL", g -> named(g, "broken.test", DnsAnswer.servfail())),
                row(NAME_LOOKUP_FAILED, RESOLVE, "REFUSED", g -> named(g, "refused.test", DnsAnswer.refused())),
                row(
                        NAME_LOOKUP_FAILED,
                        RESOLVE,
                        "a name server that fails to read the query",
                        g -> named(g, "formerr.test", DnsAnswer.of(1))),
                row(NAME_LOOKUP_FAILED, RESOLVE, "a name server that is silent until the deadline", g -> {
                    g.dns.on("silent.test", DnsAnswer.silent());
                    return g.dial(g.spec("ws://silent.test/").timeouts(Ground.dialWithin(SHORT)));
                }),
                row(
                        CONNECTION_REFUSED,
                        CONNECT,
                        "a port at which nobody listens",
                        g -> g.dial(g.spec("ws://127.0.0.1:" + Ports.free()))),
                row(CONNECTION_REFUSED, CONNECT, "all addresses refuse", g -> {
                            g.dns.on("refusing.test", DnsAnswer.addresses("127.0.0.2", "127.0.0.3"));
                            return g.dial(g.spec("ws://refusing.test:" + Ports.free()));
                        })
                        .and((g, failure) -> assertThat(failure.evidence().addresses())
                                .hasSize(2)
                                .allMatch(address -> address.startsWith("127.0.0."))),
                row(
                                CONNECTION_REFUSED,
                                CONNECT,
                                "localhost refuses",
                                g -> g.dial(g.spec("ws://localhost:" + Ports.free())))
                        .and((g, failure) -> assertThat(failure.evidence().addresses())
                                .hasSize(2)
                                .first()
                                .asString()
                                .startsWith("[")),
                row(CONNECT_TIMEOUT, CONNECT, "a port that answers nothing", DialRows::deaf),
                row(
                        LOCAL_RESOURCES,
                        CONNECT,
                        "a local address that is not ours",
                        g -> g.dial(g.at(Script.echo()).localAddress(address("192.0.2.7")))),
                row(
                        LOCAL_RESOURCES,
                        CONNECT,
                        "a local address of the other family",
                        g -> g.dial(g.at(Script.echo()).localAddress(address("::1")))));
    }

    private static Dialed named(Ground ground, String name, DnsAnswer answer) {
        ground.dns.on(name, answer);
        return ground.dial(ground.spec("ws://" + name + "/"));
    }

    private static Dialed deaf(Ground ground) {
        try (DeafPort port = DeafPort.open()) {
            Dialed dialed =
                    ground.dial(ground.spec("ws://127.0.0.1:" + port.port()).timeouts(Ground.dialWithin(SHORT)));
            dialed.awaitEnded();
            return dialed;
        }
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static List<ContractRow> inTls() {
        return List.of(
                tls(TLS_UNTRUSTED, "a self-signed certificate", HarbourTls::selfSigned),
                row(
                        TLS_UNTRUSTED,
                        TLS,
                        "an authority that the system does not know",
                        g -> g.dial(g.spec(g.trusted().uri()).tls(Settings.Tls.DEFAULT))),
                row(
                        TLS_UNTRUSTED,
                        TLS,
                        "an authority that the system does not know, and no check of the host",
                        g -> g.dial(g.spec(g.trusted().uri()).tls(new Settings.Tls(Optional.empty(), false)))),
                tls(TLS_WRONG_HOST, "a certificate for another name", () -> HarbourTls.forHosts("other.test")),
                tls(TLS_WRONG_HOST, "a certificate for another address", () -> HarbourTls.forHosts("127.0.0.9")),
                row(TLS_WRONG_HOST, TLS, "a certificate for another name, dialed by name", g -> {
                    g.dns.on("feed.test", DnsAnswer.addresses("127.0.0.1"));
                    return g.dial(g.spec("wss://feed.test:" + g.trusted().port() + "/"));
                }),
                tls(TLS_CERTIFICATE_DATE, "an expired certificate", HarbourTls::expired)
                        .and((g, failure) -> assertThat(failure.detail()).contains("valid from", "our clock")),
                tls(TLS_CERTIFICATE_DATE, "a certificate that is not yet valid", HarbourTls::notYetValid),
                row(
                        TLS_CLIENT_REJECTED,
                        TLS,
                        "a client certificate is required, TLS 1.2",
                        g -> g.dial(g.spec(g.secure(
                                        "client12",
                                        () -> HarbourTls.trusted()
                                                .requiringClientCertificate()
                                                .protocols("TLSv1.2"))
                                .uri()))),
                row(
                        TLS_CLIENT_REJECTED,
                        io.flotilla.failure.Phase.UPGRADE,
                        "a client certificate is required, TLS 1.3: the alert comes after our handshake",
                        g -> g.dial(g.spec(g.secure(
                                        "client13",
                                        () -> HarbourTls.trusted()
                                                .requiringClientCertificate()
                                                .protocols("TLSv1.3"))
                                .uri()))),
                alert(TLS_CLIENT_REJECTED, "bad_certificate", 42),
                alert(TLS_CLIENT_REJECTED, "certificate_revoked", 44),
                alert(TLS_CLIENT_REJECTED, "unknown_ca", 48),
                alert(TLS_CLIENT_REJECTED, "access_denied", 49),
                alert(TLS_CLIENT_REJECTED, "certificate_required", 116),
                alert(TLS_INCOMPATIBLE, "handshake_failure", 40)
                        .and((g, failure) -> assertThat(failure.detail()).contains("handshake_failure")),
                alert(TLS_INCOMPATIBLE, "protocol_version", 70),
                alert(TLS_INCOMPATIBLE, "insufficient_security", 71),
                alert(TLS_INCOMPATIBLE, "unrecognized_name", 112),
                script(
                        TLS_INCOMPATIBLE,
                        "a ServerHello of TLS 1.1",
                        Script.empty().serverHello(0x0302, 0xc013)),
                script(
                        TLS_INCOMPATIBLE,
                        "a cipher that was not offered",
                        Script.empty().serverHello(0x0303, 0x0001)),
                script(
                        TLS_NOT_TLS,
                        "an HTTP answer to a ClientHello",
                        Script.empty().sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n")),
                script(TLS_NOT_TLS, "garbage", Script.empty().sendRaw("SSH-2.0-OpenSSH_9.9\r\n")),
                row(
                        TLS_NOT_TLS,
                        TLS,
                        "a greeting before our ClientHello",
                        g -> g.dial(g.spec(g.onConnect(
                                        "greeting",
                                        Script.empty()
                                                .sendRaw("SSH-2.0-OpenSSH_9.9\r\n")
                                                .hang())
                                .uri("wss", "/")))),
                alert(TLS_BROKEN, "internal_error", 80)
                        .and((g, failure) -> assertThat(failure.detail()).contains("internal_error")),
                row(
                        TLS_BROKEN,
                        TLS,
                        "RST as soon as TCP is up",
                        g -> g.dial(
                                g.spec(g.onConnect("rst", Script.empty().rst()).uri("wss", "/")))),
                script(
                        TLS_BROKEN,
                        "FIN in the handshake",
                        Script.empty().awaitBytes(50).fin()),
                script(
                        TLS_BROKEN,
                        "RST in the handshake",
                        Script.empty().awaitBytes(50).rst()),
                script(
                        TLS_BROKEN,
                        "half a handshake, then FIN",
                        Script.empty()
                                .cutAfter(300)
                                .startTls(HarbourTls.trusted())
                                .fin()),
                row(
                        TLS_BROKEN,
                        TLS,
                        "a hang until the deadline",
                        g -> g.dial(g.spec(g.onConnect("hang", Script.empty().hang())
                                        .uri("wss", "/"))
                                .timeouts(Ground.dialWithin(SHORT)))));
    }

    private static ContractRow tls(FailureKind kind, String name, Supplier<HarbourTls> tls) {
        return row(kind, TLS, name, g -> g.dial(g.spec(g.secure(name, tls).uri())));
    }

    private static ContractRow alert(FailureKind kind, String name, int description) {
        return script(kind, "the alert " + name, Script.empty().awaitBytes(50).tlsAlert(description));
    }

    /** A peer that does this in the middle of the handshake, and then nothing. */
    private static ContractRow script(FailureKind kind, String name, Script script) {
        return row(kind, TLS, name, g -> {
            Harbour harbour =
                    g.onConnect(name, Script.empty().awaitBytes(50).then(script).hang());
            return g.dial(g.spec(harbour.uri("wss", "/")));
        });
    }
}

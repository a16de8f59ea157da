package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.*;
import static io.flotilla.failure.Phase.RESOLVE;
import static io.flotilla.failure.Phase.TLS;
import static io.flotilla.failure.Phase.UPGRADE;
import static io.flotilla.transport.ContractRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Phase;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.Pin;
import io.flotilla.spec.tls.TlsVersion;
import io.flotilla.testkit.ClientIdentity;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What can go wrong with our own certificate, with pins and with versions. */
final class TlsRows {

    private static final String OTHER_PIN = "sha256/" + "A".repeat(43) + "=";
    private static final Secret PASSWORD = Secret.of("hush");

    private TlsRows() {}

    static List<ContractRow> rows() {
        List<ContractRow> rows = new ArrayList<>();
        rows.addAll(rejected("TLSv1.2", TLS));
        rows.addAll(rejected("TLSv1.3", UPGRADE)); // the alert comes after our side of the handshake is done
        rows.addAll(agreeingOnNothing());
        rows.addAll(unusableKeys());
        rows.add(row(
                        TLS_UNTRUSTED,
                        TLS,
                        "no pinned key in a trusted chain",
                        g -> dial(g, g.trusted(), tls -> tls.withPins(OTHER_PIN)))
                .and((g, failure) -> assertThat(failure.evidence().peerCertificates())
                        .hasSize(2)
                        .last()
                        .asString()
                        .startsWith(Pin.of(HarbourTls.trusted().trustAnchor()).toString())));
        return rows;
    }

    private static List<ContractRow> rejected(String version, Phase phase) {
        Supplier<HarbourTls> requiring =
                () -> HarbourTls.trusted().requiringClientCertificate().protocols(version);
        Supplier<HarbourTls> refusing =
                () -> HarbourTls.trusted().refusingClientCertificates().protocols(version);
        Supplier<HarbourTls> openSsl = () -> HarbourTls.trusted()
                .requiringClientCertificate()
                .protocols(version)
                .onOpenSsl();
        return List.of(
                rejected(phase, version + ": the certificate of a stranger", requiring, () -> pem(stranger())),
                rejected(phase, version + ": an expired certificate of ours", requiring, () -> pem(expired())),
                rejected(
                        phase, version + ": an expired certificate of ours, to OpenSSL", openSsl, () -> pem(expired())),
                rejected(phase, version + ": a certificate that is refused", refusing, () -> pem(known()))
                        .and((g, failure) -> {
                            assertThat(failure.detail()).contains("CN=known", "valid from");
                            assertThat(failure.evidence().ownCertificate()).hasSize(64);
                        }),
                row( // internal_error may be anything; the detail says what to think of
                                phase == TLS ? TLS_BROKEN : HANDSHAKE_BROKEN,
                                phase,
                                version + ": a peer that breaks at the certificate of a stranger",
                                g -> dial(
                                        g,
                                        g.secure("required " + version, openSsl),
                                        settings -> settings.withKey(pem(stranger()))))
                        .and((g, failure) -> assertThat(failure.detail()).contains("asked for our certificate")),
                row(
                                TLS_CLIENT_REJECTED,
                                phase,
                                version + ": no certificate, to OpenSSL",
                                g -> dial(g, g.secure("required " + version, openSsl), UnaryOperator.identity()))
                        .and((g, failure) -> assertThat(failure.detail()).contains("tls.key names none")));
    }

    private static ContractRow rejected(Phase phase, String name, Supplier<HarbourTls> tls, Supplier<ClientKey> key) {
        return row(
                TLS_CLIENT_REJECTED,
                phase,
                name,
                g -> dial(g, g.secure(name, tls), settings -> settings.withKey(key.get())));
    }

    private static List<ContractRow> agreeingOnNothing() {
        return List.of(
                row(
                        TLS_INCOMPATIBLE,
                        TLS,
                        "a peer with TLS 1.2 alone, and we with 1.3 alone",
                        g -> dial(
                                g,
                                g.secure("only 1.2", () -> HarbourTls.trusted().protocols("TLSv1.2")),
                                tls -> tls.withVersions(TlsVersion.V1_3))),
                row(
                        TLS_INCOMPATIBLE,
                        TLS,
                        "a peer with TLS 1.3 alone, and we with 1.2 alone",
                        g -> dial(
                                g,
                                g.secure("only 1.3", () -> HarbourTls.trusted().protocols("TLSv1.3")),
                                tls -> tls.withVersions(TlsVersion.V1_2))),
                row(
                        TLS_INCOMPATIBLE,
                        TLS,
                        "no common cipher",
                        g -> dial(
                                g,
                                g.secure(
                                        "odd cipher",
                                        () -> HarbourTls.trusted()
                                                .protocols("TLSv1.2")
                                                .ciphers("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384")),
                                UnaryOperator.identity())));
    }

    private static List<ContractRow> unusableKeys() {
        return List.of(
                unusable(CREDENTIAL_UNAVAILABLE, "a key file that is not there", () -> {
                    ClientKey key = pem(known());
                    delete(key.files().get(1));
                    return key;
                }),
                unusable(CREDENTIAL_UNAVAILABLE, "a key file that is being written", () -> {
                    ClientKey key = pem(known());
                    halve(key.files().get(1));
                    return key;
                }),
                unusable(INVALID_SPEC, "a key file that was cut off long ago", () -> {
                    ClientKey key = pem(known());
                    halve(key.files().get(1));
                    return old(key);
                }),
                unusable(INVALID_SPEC, "another password", () -> {
                    ClientKey key = known().writePkcs12(directory(), Secret.of("other"));
                    return old(ClientKey.pkcs12(key.files().get(0), PASSWORD));
                }),
                unusable(INVALID_SPEC, "a certificate and a key that do not belong together", () -> {
                    ClientKey mine = pem(known());
                    ClientKey theirs = pem(stranger());
                    return old(ClientKey.pem(mine.files().get(0), theirs.files().get(1)));
                }));
    }

    private static ContractRow unusable(io.flotilla.failure.FailureKind kind, String name, Supplier<ClientKey> key) {
        return row(kind, RESOLVE, name, g -> dial(g, g.trusted(), tls -> tls.withKey(key.get())))
                .and((g, failure) -> assertThat(failure.detail())
                        .contains("tls.key cannot be used")
                        .doesNotContain(PASSWORD.reveal()));
    }

    private static Dialed dial(Ground g, Harbour harbour, UnaryOperator<Settings.Tls> change) {
        ConnectionSpec.Builder spec = g.spec(harbour.uri());
        return g.dial(spec.tls(change.apply(spec.build().tls())));
    }

    private static ClientIdentity known() {
        return ClientIdentity.trusted("known");
    }

    private static ClientIdentity stranger() {
        return ClientIdentity.stranger("stranger");
    }

    private static ClientIdentity expired() {
        return ClientIdentity.expired("late");
    }

    private static ClientKey pem(ClientIdentity identity) {
        return identity.writePem(directory());
    }

    private static ClientKey old(ClientKey key) {
        key.files().forEach(TlsRows::age);
        return key;
    }

    // Files.

    static Path directory() {
        try {
            Path directory = Files.createTempDirectory("flotilla-tls");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves the first half of it. */
    static void halve(Path file) {
        try {
            String whole = Files.readString(file);
            Files.writeString(file, whole.substring(0, whole.length() / 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody has written to it for an hour. */
    static void age(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.Pin;
import io.flotilla.spec.tls.TlsVersion;
import io.flotilla.testkit.ClientIdentity;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.TlsSeen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transport must do with our own certificate, with pins, and with files that change while it runs. */
public abstract class TlsContract extends OnGround {

    private static final Secret PASSWORD = Secret.of("hush");

    // Our own certificate.

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsItsCertificate(String version, @TempDir Path directory) {
        Harbour harbour = requiring(version);
        List<ClientKey> keys = List.of(
                ClientIdentity.trusted("bot-1").writePem(directory),
                ClientIdentity.trusted("bot-2").writePkcs12(directory, PASSWORD));
        assertThat(subject(harbour, tls -> tls.withKey(keys.get(0)))).isEqualTo("CN=bot-1");
        assertThat(subject(harbour, tls -> tls.withKey(keys.get(1)))).isEqualTo("CN=bot-2");
    }

    @Test
    void showsNothingToWhoDoesNotAsk(@TempDir Path directory) {
        ClientKey key = ClientIdentity.trusted("bot").writePem(directory);
        assertThat(seen(ground().trusted(), tls -> tls.withKey(key)).clientCertificates())
                .isEmpty();
    }

    @Test
    void saysOfABadRequestThatThePeerHadAskedForACertificate(@TempDir Path directory) {
        ClientKey key = ClientIdentity.trusted("bot").writePem(directory);
        Harbour harbour = requiring("TLSv1.3");
        harbour.on("/400", Script.answer(400));
        Failure failure = dial(spec(harbour.uri("/400").toString(), tls -> tls.withKey(key)))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
        assertThat(failure.detail()).contains("asked for our certificate");
    }

    @Test
    void speaksTheVersionsThatItIsTold() {
        assertThat(seen(ground().trusted(), UnaryOperator.identity()).protocol())
                .isEqualTo("TLSv1.3");
        assertThat(seen(ground().trusted(), tls -> tls.withVersions(TlsVersion.V1_2))
                        .protocol())
                .isEqualTo("TLSv1.2");
        assertThat(seen(ground().trusted(), tls -> tls.withVersions(TlsVersion.V1_3))
                        .protocol())
                .isEqualTo("TLSv1.3");
    }

    @Test
    void leavesItsCertificateBehindWhenItIsRedirectedToAnotherOrigin(@TempDir Path directory) {
        ClientKey key = ClientIdentity.trusted("bot").writePem(directory);
        Harbour other = requiring("TLSv1.2");
        Harbour first = ground().trusted();
        first.on("/away", Script.answer(307).header("Location", other.uri("/").toString()));
        Failure failure = dial(spec(first.uri("/away").toString(), tls -> tls.withKey(key)))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.TLS_CLIENT_REJECTED);
    }

    // Files that change.

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsARenewedCertificateFromTheNextDialOn(String version, @TempDir Path directory) {
        Harbour harbour = requiring(version);
        for (String name : List.of("first", "second", "third")) {
            ClientKey key = ClientIdentity.trusted(name).writePem(directory);
            assertThat(subject(harbour, tls -> tls.withKey(key))).isEqualTo("CN=" + name);
        }
        for (String name : List.of("fourth", "fifth")) {
            ClientKey key = ClientIdentity.trusted(name).writePkcs12(directory, PASSWORD);
            assertThat(subject(harbour, tls -> tls.withKey(key))).isEqualTo("CN=" + name);
        }
    }

    @Test
    void keepsTheLastGoodKeyWhileTheFilesAreNoGood(@TempDir Path directory) {
        Harbour harbour = requiring("TLSv1.3");
        ClientKey key = ClientIdentity.trusted("good").writePem(directory);
        UnaryOperator<Settings.Tls> with = tls -> tls.withKey(key);
        assertThat(subject(harbour, with)).isEqualTo("CN=good");

        TlsRows.halve(key.files().get(1));
        assertThat(subject(harbour, with)).as("a key that is half written").isEqualTo("CN=good");
        TlsRows.delete(key.files().get(0));
        assertThat(subject(harbour, with)).as("no certificate").isEqualTo("CN=good");
        ClientIdentity.trusted("better").writePem(directory);
        assertThat(subject(harbour, with)).isEqualTo("CN=better");
    }

    @Test
    void trustsWhatIsInTheFileNow(@TempDir Path directory) throws IOException {
        Harbour harbour = ground().trusted();
        String good = HarbourTls.trusted().trustPem();
        Path trust = Files.writeString(directory.resolve("ca.pem"), good);
        UnaryOperator<Settings.Tls> with = tls -> tls.withTrust(trust);
        seen(harbour, with);
        seen(harbour, with); // there is a session to resume now

        Files.writeString(trust, HarbourTls.selfSigned().trustPem());
        assertThat(refused(harbour, with)).isEqualTo(FailureKind.TLS_UNTRUSTED);
        Files.writeString(trust, "nothing");
        assertThat(refused(harbour, with)).as("what was last good").isEqualTo(FailureKind.TLS_UNTRUSTED);
        Files.writeString(trust, good);
        seen(harbour, with);
    }

    @Test
    void tellsWhetherTheKeyHasChangedSinceItWasRejected(@TempDir Path directory) {
        Harbour harbour = requiring("TLSv1.3");
        ClientKey key = ClientIdentity.stranger("nobody").writePem(directory);
        ConnectionSpec spec = spec(harbour.uri("/").toString(), tls -> tls.withKey(key));
        Failure rejected = dial(spec).awaitEnded();
        assertThat(rejected.kind()).isEqualTo(FailureKind.TLS_CLIENT_REJECTED);

        assertThat(get(ground().transport.renewKey(spec, rejected))).isFalse();
        ClientIdentity.trusted("somebody").writePem(directory);
        assertThat(get(ground().transport.renewKey(spec, rejected))).isTrue();
        dial(spec).awaitOpened();
    }

    // Pins.

    @Test
    void takesAChainWithAPinnedKey() {
        HarbourTls tls = HarbourTls.trusted();
        Harbour harbour = ground().secure("pinned", () -> tls);
        String other = "sha256/" + "A".repeat(43) + "=";
        seen(
                harbour,
                settings -> settings.withPins(other, Pin.of(tls.certificate()).toString()));
        seen(harbour, settings -> settings.withPins(Pin.of(tls.trustAnchor()).toString()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void hidesNoChangedSettingBehindASessionThatCouldBeResumed(String version) {
        Harbour elsewhere = ground().secure(
                        "elsewhere " + version,
                        () -> HarbourTls.forHosts("other.test").protocols(version));
        for (int i = 0; i < 3; i++) {
            seen(elsewhere, Settings.Tls::withoutHostCheck);
        }
        assertThat(refused(elsewhere, UnaryOperator.identity())).isEqualTo(FailureKind.TLS_WRONG_HOST);

        Harbour harbour =
                ground().secure("again " + version, () -> HarbourTls.trusted().protocols(version));
        List<Instant> agreedAt = IntStream.range(0, 3)
                .mapToObj(i -> seen(harbour, UnaryOperator.identity()).agreedAt())
                .toList();
        assertThat(agreedAt.stream().distinct()).as("sessions are resumed").hasSizeLessThan(3);
        assertThat(refused(harbour, tls -> tls.withPins("sha256/" + "A".repeat(43) + "=")))
                .isEqualTo(FailureKind.TLS_UNTRUSTED);
        assertThat(refused(harbour, tls -> Settings.Tls.DEFAULT)).isEqualTo(FailureKind.TLS_UNTRUSTED);
    }

    // What the tests share.

    private Harbour requiring(String version) {
        return ground().secure(
                        "requiring " + version,
                        () -> HarbourTls.trusted().requiringClientCertificate().protocols(version));
    }

    private String subject(Harbour harbour, UnaryOperator<Settings.Tls> change) {
        return seen(harbour, change)
                .clientCertificates()
                .get(0)
                .getSubjectX500Principal()
                .getName();
    }

    /** What the harbour sees of a dial that goes well. */
    private TlsSeen seen(Harbour harbour, UnaryOperator<Settings.Tls> change) {
        String path = path(harbour);
        Dialed dialed = dial(spec(harbour.uri(path).toString(), change));
        dialed.awaitOpened();
        TlsSeen seen = harbour.nextConnection(path).awaitTls();
        dialed.link().close(FailureKind.REMOVED, 1000, "");
        dialed.awaitEnded();
        return seen;
    }

    private FailureKind refused(Harbour harbour, UnaryOperator<Settings.Tls> change) {
        return dial(spec(harbour.uri(path(harbour)).toString(), change))
                .awaitEnded()
                .kind();
    }

    private String path(Harbour harbour) {
        return ground().spec(harbour, Script.echo()).build().uri().target(java.util.Optional.empty());
    }

    private ConnectionSpec spec(String uri, UnaryOperator<Settings.Tls> change) {
        ConnectionSpec.Builder spec = ground().spec(uri);
        return spec.tls(change.apply(spec.build().tls())).build();
    }

    private Dialed dial(ConnectionSpec spec) {
        return Dialed.dial(ground().transport, spec);
    }

    private static boolean get(CompletionStage<Boolean> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}

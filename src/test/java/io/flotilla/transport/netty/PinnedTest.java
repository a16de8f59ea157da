package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.spec.tls.Pin;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PinnedTest {

    private static final X509Bundle ROOT = issued("CN=root", null, true);
    private static final X509Bundle MIDDLE = issued("CN=middle", ROOT, true);
    private static final X509Bundle LEAF = issued("CN=leaf", MIDDLE, false);
    private static final X509Bundle STRANGER = issued("CN=stranger", null, true);

    /** Says that it signed what the one in the middle signed, and has another key. */
    private static final X509Bundle NAMESAKE = issued("CN=middle", STRANGER, true);

    private static X509Bundle issued(
            String subject, @org.jspecify.annotations.Nullable X509Bundle issuer, boolean authority) {
        CertificateBuilder builder =
                new CertificateBuilder().ecp256().subject(subject).setIsCertificateAuthority(authority);
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anyKeyFromThePeerToItsAuthorityWillDo() {
        for (X509Bundle pinned : List.of(LEAF, MIDDLE, ROOT)) {
            assertThatCode(() -> check(pinned, LEAF, MIDDLE).execute()).doesNotThrowAnyException();
        }
    }

    @Test
    void whatIsSentAlongAndHasSignedNothingDoesNotCount() {
        for (X509Bundle pinned : List.of(STRANGER, NAMESAKE)) {
            assertThatThrownBy(() ->
                            check(pinned, LEAF, MIDDLE, NAMESAKE, STRANGER).execute())
                    .isInstanceOfSatisfying(
                            Distrusted.class,
                            refused -> org.assertj.core.api.Assertions.assertThat(refused.described())
                                    .hasSize(3)
                                    .first()
                                    .asString()
                                    .startsWith(Pin.of(LEAF.getCertificate()).toString()));
        }
    }

    private static Executable check(X509Bundle pinned, X509Bundle... sent) {
        X509Certificate[] chain =
                List.of(sent).stream().map(X509Bundle::getCertificate).toArray(X509Certificate[]::new);
        return () -> Pinned.check(
                chain,
                new X509Certificate[] {STRANGER.getCertificate(), ROOT.getCertificate()},
                List.of(Pin.of(pinned.getCertificate())));
    }
}

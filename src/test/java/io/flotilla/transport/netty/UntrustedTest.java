package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UntrustedTest {

    private static final X509Bundle ROOT = issued(named("CN=root").setIsCertificateAuthority(true), null);
    private static final X509Bundle STRANGER = issued(named("CN=stranger").setIsCertificateAuthority(true), null);
    private static final X509Bundle NO_AUTHORITY = issued(named("CN=leaf"), ROOT);

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("no trusted authority stands behind it", chain(issued(named("CN=a"), STRANGER))),
                Arguments.of(
                        "no trusted authority stands behind it",
                        chain(issued(named("CN=a").setIsCertificateAuthority(true), null))),
                Arguments.of(
                        "by its key usage it is not meant for a server",
                        chain(issued(named("CN=a").addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_CLIENT_AUTH), ROOT))),
                Arguments.of(
                        "by its key usage it is not meant for a server",
                        chain(issued(named("CN=a").setKeyUsage(true, KeyUsage.cRLSign), ROOT))),
                Arguments.of(
                        "its chain has a critical extension that is not known",
                        chain(issued(
                                named("CN=a").addExtensionOctetString("1.2.3.4.5", true, new byte[] {5, 0}), ROOT))),
                Arguments.of(
                        "it was issued with a certificate that may issue none",
                        chain(issued(named("CN=a"), NO_AUTHORITY), NO_AUTHORITY)),
                Arguments.of(
                        "a signature in its chain is wrong",
                        chain(issued(named("CN=a"), issued(named("CN=root").setIsCertificateAuthority(true), null)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void saysWhyAChainIsNotTrusted(String why, X509Certificate[] chain) throws Exception {
        X509ExtendedTrustManager trust = TrustManagers.of(Optional.of(List.of(ROOT.getCertificate())));

        CertificateException refused =
                catchThrowableOfType(CertificateException.class, () -> trust.checkServerTrusted(chain, "ECDHE_ECDSA"));

        assertThat(Untrusted.why(chain, refused)).startsWith(why);
    }

    private static X509Certificate[] chain(X509Bundle... sent) {
        return Stream.of(sent).map(X509Bundle::getCertificate).toArray(X509Certificate[]::new);
    }

    private static CertificateBuilder named(String subject) {
        return new CertificateBuilder().ecp256().subject(subject);
    }

    private static X509Bundle issued(CertificateBuilder builder, @org.jspecify.annotations.Nullable X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

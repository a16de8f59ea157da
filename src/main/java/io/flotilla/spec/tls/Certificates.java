package io.flotilla.spec.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads X.509 certificates. */
final class Certificates {

    private static final Set<String> LABELS = Set.of("CERTIFICATE", "X509 CERTIFICATE");

    private Certificates() {}

    /** The certificates among the blocks of a PEM text, in their order; maybe none. */
    static List<X509Certificate> pem(byte[] content) throws Unusable {
        List<X509Certificate> found = new ArrayList<>();
        for (PemBlocks.Block block : PemBlocks.of(content)) {
            if (LABELS.contains(block.label())) {
                found.addAll(der(block.bytes()));
            }
        }
        return found;
    }

    /** One certificate in DER, or a PKCS#7 bundle of them. */
    static List<X509Certificate> der(byte[] bytes) throws Unusable {
        try {
            return x509(CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)));
        } catch (CertificateException | RuntimeException broken) { // the JDK's parser lets some of its own through
            throw new Unusable("has a certificate that cannot be read", broken);
        }
    }

    static List<X509Certificate> x509(Iterable<? extends Certificate> certificates) {
        List<X509Certificate> chosen = new ArrayList<>();
        for (Certificate certificate : certificates) {
            if (certificate instanceof X509Certificate x509) {
                chosen.add(x509);
            }
        }
        return chosen;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.tls.Pin;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a certificate was refused, by its row: the JDK says some of it in words only. */
public final class Distrusted extends CertificateException {

    private static final long serialVersionUID = 1L;

    /** A peer may send as many as it likes. */
    private static final int MOST_DESCRIBED = 8;

    private final FailureKind kind;
    private final transient List<X509Certificate> chain;

    Distrusted(FailureKind kind, String detail, X509Certificate[] chain, @Nullable CertificateException cause) {
        super(detail, cause);
        this.kind = kind;
        this.chain = List.of(chain);
    }

    /** What was refused. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** What was refused, for evidence: pin, subject and last day of each certificate. */
    public List<String> described() {
        return chain.stream()
                .limit(MOST_DESCRIBED)
                .map(certificate -> Pin.of(certificate) + " "
                        + certificate.getSubjectX500Principal().getName() + ", until "
                        + certificate.getNotAfter().toInstant())
                .toList();
    }

    FailureKind kind() {
        return kind;
    }

    /** One sentence for people. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}

package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Why a certificate was refused, by its row: the JDK says some of it in words only. */
final class Distrusted extends CertificateException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final transient List<X509Certificate> chain;

    Distrusted(FailureKind kind, String detail, X509Certificate[] chain, CertificateException cause) {
        super(detail, cause);
        this.kind = kind;
        this.chain = List.of(chain);
    }

    /** What was refused. */
    List<X509Certificate> chain() {
        return chain;
    }

    FailureKind kind() {
        return kind;
    }

    /** One sentence for people. */
    String detail() {
        return String.valueOf(getMessage());
    }
}

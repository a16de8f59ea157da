package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import java.security.cert.CertificateException;

/** Why a certificate was refused, by its row: the JDK says some of it in words only. */
final class Distrusted extends CertificateException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    Distrusted(FailureKind kind, String detail, CertificateException cause) {
        super(detail, cause);
        this.kind = kind;
    }

    FailureKind kind() {
        return kind;
    }

    /** One sentence for people. */
    String detail() {
        return String.valueOf(getMessage());
    }
}

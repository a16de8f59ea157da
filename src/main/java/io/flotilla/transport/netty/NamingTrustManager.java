package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.tls.Pin;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts whom the inner one trusts, and names the row of each refusal: path, dates, host name or pins. */
final class NamingTrustManager extends X509ExtendedTrustManager {

    private static final int DEEP = 16;

    private final X509ExtendedTrustManager inner;
    private final List<Pin> pins;
    private final Clock clock;

    /** @param pins keys of which one must be in the chain; empty: any will do */
    NamingTrustManager(X509ExtendedTrustManager inner, List<Pin> pins, Clock clock) {
        this.inner = inner;
        this.pins = pins;
        this.clock = clock;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            inner.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException refused) {
            throw named(chain, authType, refused);
        }
        if (!pins.isEmpty()) {
            Pinned.check(chain, inner.getAcceptedIssuers(), pins);
        }
    }

    /** The path alone, without the host name, is looked at again: when nothing is wrong with it, the name was. */
    private Distrusted named(X509Certificate[] chain, String authType, CertificateException refused) {
        try {
            inner.checkServerTrusted(chain, authType);
            return new Distrusted(
                    FailureKind.TLS_WRONG_HOST,
                    "the certificate of [" + subject(chain) + "] is for another host",
                    chain,
                    refused);
        } catch (CertificateException path) {
            Instant now = clock.instant();
            return isDate(path) || isDate(refused)
                    ? new Distrusted(FailureKind.TLS_CERTIFICATE_DATE, outOfDate(chain, now), chain, refused)
                    : new Distrusted(
                            FailureKind.TLS_UNTRUSTED,
                            "the certificate of [" + subject(chain) + "] is not trusted: " + Untrusted.why(chain, path),
                            chain,
                            refused);
        }
    }

    private static boolean isDate(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return true;
            }
            if (cause instanceof CertPathValidatorException path
                    && (path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID)) {
                return true;
            }
        }
        return false;
    }

    private static String outOfDate(X509Certificate[] chain, Instant now) {
        X509Certificate wrong = chain[0];
        for (X509Certificate certificate : chain) {
            boolean early = now.isBefore(certificate.getNotBefore().toInstant());
            if (early || now.isAfter(certificate.getNotAfter().toInstant())) {
                wrong = certificate;
                break;
            }
        }
        return "a certificate is valid from " + wrong.getNotBefore().toInstant() + " to "
                + wrong.getNotAfter().toInstant() + "; our clock says " + now;
    }

    private static String subject(X509Certificate[] chain) {
        return chain.length == 0 ? "nobody" : chain[0].getSubjectX500Principal().getName();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        inner.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        inner.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        inner.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        inner.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        inner.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return inner.getAcceptedIssuers();
    }
}

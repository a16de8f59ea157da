package io.flotilla.transport.netty;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whom the inner one trusts, and says by type whether a refusal was about the path or about the name: the JDK says the
 * latter in words only.
 */
final class NamingTrustManager extends X509ExtendedTrustManager {

    /** The chain is trusted; it is for another host. */
    static final class WrongHost extends CertificateException {
        private static final long serialVersionUID = 1L;

        WrongHost(CertificateException cause) {
            super("the certificate is for another host", cause);
        }
    }

    private final X509ExtendedTrustManager inner;

    NamingTrustManager(X509ExtendedTrustManager inner) {
        this.inner = inner;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            inner.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException refused) {
            inner.checkServerTrusted(chain, authType); // the path alone: throws again when that was it
            throw new WrongHost(refused);
        }
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

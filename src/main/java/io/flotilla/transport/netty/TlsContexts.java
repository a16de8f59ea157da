package io.flotilla.transport.netty;

import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Settings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS for dials: TLS 1.3 and 1.2, on OpenSSL where it loads and on the JDK where it does not. One context for each trust. */
final class TlsContexts {

    private final SslProvider provider;
    private final Map<Optional<Path>, SslContext> contexts = new ConcurrentHashMap<>();

    TlsContexts(boolean openSsl) {
        provider = openSsl && OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /** {@code OpenSSL …} or {@code the JDK's TLS}. */
    String describe() {
        return provider == SslProvider.JDK ? "the JDK's TLS" : OpenSsl.versionString();
    }

    /**
     * A handler for one dial, with server name indication and host name verification.
     *
     * @throws GeneralSecurityException when the trust material cannot be used
     */
    SslHandler handler(Settings.Tls settings, Endpoint endpoint, ByteBufAllocator allocator)
            throws GeneralSecurityException, IOException {
        SSLEngine engine = context(settings.trust()).newEngine(allocator, endpoint.host(), endpoint.port());
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(settings.verifyHost() ? "HTTPS" : "");
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0); // the dial has a deadline of its own
        handler.setCloseNotifyReadTimeoutMillis(0);
        return handler;
    }

    private SslContext context(Optional<Path> trust) throws GeneralSecurityException, IOException {
        SslContext known = contexts.get(trust);
        if (known != null) {
            return known;
        }
        SslContext made = make(trust);
        SslContext first = contexts.putIfAbsent(trust, made);
        return first == null ? made : first;
    }

    private SslContext make(Optional<Path> trust) throws GeneralSecurityException, IOException {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(provider)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .trustManager(new NamingTrustManager(system(trust)))
                    .build();
        } catch (SSLException e) {
            throw new GeneralSecurityException("TLS cannot be set up", e);
        }
    }

    private static X509ExtendedTrustManager system(Optional<Path> trust) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trust.isPresent() ? authorities(trust.get()) : (KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("The JDK has no X.509 trust manager");
    }

    private static KeyStore authorities(Path pem) throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> certificates;
        try (InputStream in = Files.newInputStream(pem)) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate in it");
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("authority-" + n++, certificate);
        }
        return store;
    }
}

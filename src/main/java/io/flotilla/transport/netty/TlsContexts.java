package io.flotilla.transport.netty;

import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Settings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS for dials: TLS 1.3 and 1.2, on OpenSSL where it loads and on the JDK where it does not. One context for each trust. */
final class TlsContexts implements AutoCloseable {

    private static final long GOODBYE_MILLIS = 1000;

    private final SslProvider provider;
    private final Map<Optional<Path>, CompletableFuture<SslContext>> contexts = new ConcurrentHashMap<>();

    TlsContexts(boolean openSsl) {
        provider = openSsl && OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    /** {@code OpenSSL …} or {@code the JDK's TLS}. */
    String describe() {
        return provider == SslProvider.JDK ? "the JDK's TLS" : OpenSsl.versionString();
    }

    /**
     * The context of that trust, made once, on a thread that may wait for files. Fails with
     * {@link GeneralSecurityException} or {@link IOException} when the trust cannot be used, and is then tried anew by the next dial.
     */
    CompletableFuture<SslContext> context(Settings.Tls settings) {
        CompletableFuture<SslContext> known = contexts.get(settings.trust());
        return known == null ? make(settings.trust()) : known;
    }

    private CompletableFuture<SslContext> make(Optional<Path> trust) {
        CompletableFuture<SslContext> made = new CompletableFuture<>();
        CompletableFuture<SslContext> first = contexts.putIfAbsent(trust, made);
        if (first != null) {
            return first;
        }
        Thread reader = new Thread(
                () -> {
                    try {
                        made.complete(build(trust));
                    } catch (GeneralSecurityException | IOException | RuntimeException unusable) {
                        contexts.remove(trust, made);
                        made.completeExceptionally(unusable);
                    }
                },
                "flotilla-tls-trust");
        reader.setDaemon(true);
        reader.start();
        return made;
    }

    /** A handler for one dial, with server name indication and host name verification. */
    SslHandler handler(SslContext context, Settings.Tls settings, Endpoint endpoint, ByteBufAllocator allocator) {
        String host = withoutDot(endpoint.host());
        SSLEngine engine = context.newEngine(allocator, host, endpoint.port());
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(settings.verifyHost() ? "HTTPS" : "");
        if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0); // the dial has a deadline of its own
        handler.setCloseNotifyFlushTimeoutMillis(GOODBYE_MILLIS);
        handler.setCloseNotifyReadTimeoutMillis(0);
        return handler;
    }

    /** A name may end with a dot in a URI; never in a certificate or a server name (RFC 6066 3). */
    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** Releases what OpenSSL holds; the sockets that are left keep their own share of it. */
    @Override
    public void close() {
        contexts.values().forEach(context -> context.thenAccept(ReferenceCountUtil::release));
        contexts.clear();
    }

    private SslContext build(Optional<Path> trust) throws GeneralSecurityException, IOException {
        return SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2")
                .trustManager(new NamingTrustManager(inner(trust), Clock.systemUTC()))
                .build();
    }

    private static X509ExtendedTrustManager inner(Optional<Path> trust) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trust.isPresent() ? authorities(trust.get()) : (KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("the JDK has no X.509 trust manager");
    }

    private static KeyStore authorities(Path pem) throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> certificates;
        try (InputStream in = Files.newInputStream(pem)) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no such file", missing);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("it has no certificate in it");
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

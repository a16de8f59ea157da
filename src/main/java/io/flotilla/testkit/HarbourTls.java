package io.flotilla.testkit;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a harbour: a certificate made at run time, good or bad, and what it asks of the client. Immutable. Needs {@code
 * io.netty:netty-pkitesting} on the class path.
 *
 * <p>All but the self-signed one are issued by one authority of this JVM, {@link #trustPem}: a client that trusts it finds nothing
 * wrong with {@link #trusted} for {@code localhost}, {@code 127.0.0.1} and {@code ::1}.
 */
public final class HarbourTls {

    private static final Duration LIFE = Duration.ofDays(30);
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    private enum ClientCertificate {
        NOT_ASKED,
        REQUIRED,
        REFUSED
    }

    private final X509Bundle certificate;
    private final List<String> protocols;
    private final List<String> ciphers;
    private final ClientCertificate client;
    private final boolean openSsl;
    private @Nullable SslContext context;

    private HarbourTls(
            X509Bundle certificate,
            List<String> protocols,
            List<String> ciphers,
            ClientCertificate client,
            boolean openSsl) {
        this.certificate = certificate;
        this.protocols = protocols;
        this.ciphers = ciphers;
        this.client = client;
        this.openSsl = openSsl;
    }

    private static HarbourTls with(X509Bundle certificate) {
        return new HarbourTls(certificate, List.of(), List.of(), ClientCertificate.NOT_ASKED, false);
    }

    /** A certificate for loopback that is good for who trusts the authority. */
    public static HarbourTls trusted() {
        Instant now = Instant.now();
        return with(Certificates.issued(LOOPBACK, now.minus(LIFE), now.plus(LIFE)));
    }

    /** A certificate for loopback that nobody else vouches for. */
    public static HarbourTls selfSigned() {
        return with(Certificates.selfSigned(LOOPBACK));
    }

    /** A certificate that was good until yesterday. */
    public static HarbourTls expired() {
        Instant now = Instant.now();
        return with(Certificates.issued(LOOPBACK, now.minus(LIFE), now.minus(Duration.ofDays(1))));
    }

    /** A certificate that is good from tomorrow on. */
    public static HarbourTls notYetValid() {
        Instant now = Instant.now();
        return with(Certificates.issued(LOOPBACK, now.plus(Duration.ofDays(1)), now.plus(LIFE)));
    }

    /** A good certificate for these names and addresses alone. */
    public static HarbourTls forHosts(String... hosts) {
        Instant now = Instant.now();
        return with(Certificates.issued(List.of(hosts), now.minus(LIFE), now.plus(LIFE)));
    }

    /** The same, with these protocols alone: {@code TLSv1.2}, {@code TLSv1.3}. */
    public HarbourTls protocols(String... names) {
        return new HarbourTls(certificate, List.of(names), ciphers, client, openSsl);
    }

    /** The same, with these cipher suites alone, named as Java does. */
    public HarbourTls ciphers(String... names) {
        return new HarbourTls(certificate, protocols, List.of(names), client, openSsl);
    }

    /** The same, asking for a client certificate that the authority issued ({@link ClientIdentity#trusted}). */
    public HarbourTls requiringClientCertificate() {
        return new HarbourTls(certificate, protocols, ciphers, ClientCertificate.REQUIRED, openSsl);
    }

    /** The same, asking for a client certificate and refusing each with the alert certificate_unknown. */
    public HarbourTls refusingClientCertificates() {
        return new HarbourTls(certificate, protocols, ciphers, ClientCertificate.REFUSED, openSsl);
    }

    /** The same, spoken by OpenSSL where it loads, whose alerts are those of most servers, and not by the JDK. */
    public HarbourTls onOpenSsl() {
        return new HarbourTls(certificate, protocols, ciphers, client, OpenSsl.isAvailable());
    }

    /** What a client must trust to accept this certificate, in PEM: the authority; for a self-signed one, itself. */
    public String trustPem() {
        return certificate.getRootCertificatePEM();
    }

    /** Writes {@link #trustPem} to a file of this directory. */
    public Path writeTrust(Path directory) {
        try {
            return Files.writeString(directory.resolve("harbour-trust.pem"), trustPem());
        } catch (IOException e) {
            throw new UncheckedIOException("Directory [" + directory + "] must be writable", e);
        }
    }

    /** What a client must trust to accept this certificate. */
    public X509Certificate trustAnchor() {
        return certificate.getRootCertificate();
    }

    /** The certificate that the harbour shows. */
    public X509Certificate certificate() {
        return certificate.getCertificate();
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context().newHandler(allocator);
        // A client that hangs in its handshake is what the harbour is there to see.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    private synchronized SslContext context() {
        if (context == null) {
            context = newContext();
        }
        return context;
    }

    private SslContext newContext() {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        certificate.getKeyPair().getPrivate(), certificate.getCertificatePath())
                .sslProvider(openSsl ? SslProvider.OPENSSL : SslProvider.JDK);
        if (!protocols.isEmpty()) {
            builder.protocols(protocols);
        }
        if (!ciphers.isEmpty()) {
            builder.ciphers(ciphers);
        }
        switch (client) {
            case NOT_ASKED -> {}
            case REQUIRED ->
                builder.clientAuth(ClientAuth.REQUIRE)
                        .trustManager(Certificates.authority().getCertificate());
            case REFUSED -> builder.clientAuth(ClientAuth.REQUIRE).trustManager(new Refusal());
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS of a harbour must be possible: " + this, e);
        }
    }

    /** Trusts nobody. */
    private static final class Refusal implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("this harbour knows nobody");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {Certificates.authority().getCertificate()};
        }
    }

    @Override
    public String toString() {
        return "TLS of " + certificate.getCertificate().getSubjectX500Principal() + " " + protocols + " " + ciphers
                + " client certificate " + client;
    }
}

package io.flotilla.testkit;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What a TLS handshake agreed on.
 *
 * @param serverName what the client said in SNI
 * @param agreedAt when the session was first agreed on: the same for connections that resumed it
 * @param clientCertificates what the client proved to be, its own certificate first; empty when it was not asked or had none
 */
public record TlsSeen(
        String protocol,
        String cipherSuite,
        Optional<String> serverName,
        Instant agreedAt,
        List<X509Certificate> clientCertificates) {

    static TlsSeen of(SSLEngine engine) {
        SSLSession session = engine.getSession();
        return new TlsSeen(
                session.getProtocol(),
                session.getCipherSuite(),
                serverName(session),
                Instant.ofEpochMilli(session.getCreationTime()),
                certificates(session));
    }

    private static Optional<String> serverName(SSLSession session) {
        return session instanceof ExtendedSSLSession extended
                ? extended.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .findFirst()
                : Optional.empty();
    }

    private static List<X509Certificate> certificates(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }
}

package io.flotilla.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes certificates: elliptic curve P-256, which every TLS library takes. One authority for each JVM. */
final class Certificates {

    private static @Nullable X509Bundle authority;

    private Certificates() {}

    static synchronized X509Bundle authority() {
        if (authority == null) {
            authority = build(
                    new CertificateBuilder()
                            .subject("CN=Harbour authority, O=Flotilla testkit")
                            .notBefore(Instant.now().minus(Duration.ofDays(365)))
                            .notAfter(Instant.now().plus(Duration.ofDays(365)))
                            .setIsCertificateAuthority(true)
                            .setKeyUsage(
                                    true, CertificateBuilder.KeyUsage.keyCertSign, CertificateBuilder.KeyUsage.cRLSign),
                    null);
        }
        return authority;
    }

    static X509Bundle issued(List<String> hosts, Instant from, Instant until) {
        return build(server(hosts).notBefore(from).notAfter(until), authority());
    }

    static X509Bundle selfSigned(List<String> hosts) {
        return build(ownAuthority(server(hosts)), null);
    }

    /** Nobody else vouches for it, so it is made to vouch for itself. */
    private static CertificateBuilder ownAuthority(CertificateBuilder builder) {
        return builder.setIsCertificateAuthority(true)
                .setKeyUsage(
                        true, CertificateBuilder.KeyUsage.digitalSignature, CertificateBuilder.KeyUsage.keyCertSign);
    }

    static X509Bundle client(String name, boolean trusted) {
        CertificateBuilder builder =
                lasting(new CertificateBuilder().subject("CN=" + name).addExtendedKeyUsageClientAuth());
        return trusted ? build(builder, authority()) : build(ownAuthority(builder), null);
    }

    static X509Bundle expiredClient(String name) {
        Instant now = Instant.now();
        return build(
                lasting(new CertificateBuilder().subject("CN=" + name).addExtendedKeyUsageClientAuth())
                        .notBefore(now.minus(Duration.ofDays(30)))
                        .notAfter(now.minus(Duration.ofDays(1))),
                authority());
    }

    private static CertificateBuilder server(List<String> hosts) {
        CertificateBuilder builder =
                lasting(new CertificateBuilder().subject("CN=" + hosts.get(0)).addExtendedKeyUsageServerAuth());
        hosts.forEach(host -> name(builder, host));
        return builder;
    }

    private static CertificateBuilder lasting(CertificateBuilder builder) {
        Instant now = Instant.now();
        return builder.ecp256()
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(30)))
                .setKeyUsage(true, CertificateBuilder.KeyUsage.digitalSignature);
    }

    private static void name(CertificateBuilder builder, String host) {
        if (host.indexOf(':') < 0 && !host.matches("[0-9.]+")) {
            builder.addSanDnsName(host);
            return;
        }
        try {
            builder.addSanIpAddress(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Address [" + host + "] must be an IP address", e);
        }
    }

    private static X509Bundle build(CertificateBuilder builder, @Nullable X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException("Certificate must be possible", e);
        }
    }
}

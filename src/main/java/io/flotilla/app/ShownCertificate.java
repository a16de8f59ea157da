package io.flotilla.app;

import io.flotilla.spec.tls.Pin;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What people want to know of a certificate.
 *
 * @param names the hosts and addresses that it is for
 * @param daysLeft whole days until it expires; negative when it has
 * @param pin as {@code tls.pins} takes it
 */
record ShownCertificate(
        String subject, String issuer, List<String> names, Instant from, Instant until, long daysLeft, String pin) {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    static ShownCertificate of(X509Certificate certificate, Instant now) {
        Instant until = certificate.getNotAfter().toInstant();
        return new ShownCertificate(
                Printable.line(certificate.getSubjectX500Principal().getName()),
                Printable.line(certificate.getIssuerX500Principal().getName()),
                names(certificate),
                certificate.getNotBefore().toInstant(),
                until,
                Math.floorDiv(
                        Duration.between(now, until).toSeconds(),
                        Duration.ofDays(1).toSeconds()),
                Pin.of(certificate).toString());
    }

    boolean isSelfSigned() {
        return subject.equals(issuer);
    }

    boolean isInTime(Instant now) {
        return !now.isBefore(from) && !now.isAfter(until);
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
                    .flatMap(Collection::stream)
                    .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(ADDRESS))
                    .map(name -> name(String.valueOf(name.get(1))))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of("(names that cannot be read)");
        }
    }

    private static String name(String written) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(written);
        return address == null ? Printable.line(written) : NetUtil.toAddressString(address);
    }
}

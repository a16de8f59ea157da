package io.flotilla.transport.netty;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** Says why a chain is not trusted: by the JDK's reason, and where it has words only, by what the certificate says of its use. */
final class Untrusted {

    private static final int DEEP = 16;

    private static final String NOBODY = "no trusted authority stands behind it";
    private static final String NOT_FOR_SERVERS = "by its key usage it is not meant for a server";
    private static final String OF_ITSELF = "what it says of itself is not accepted, such as a critical extension";

    /** Of these extended key usages one is enough (RFC 5280 4.2.1.12): a server's, or any. */
    private static final List<String> SERVERS = List.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

    /** Bits of a key usage (RFC 5280 4.2.1.3) of which a server needs one: to sign, to have a key enciphered, to agree on one. */
    private static final int[] SERVING = {0, 2, 4};

    private static final Map<Reason, String> REASONS = Map.of(
            BasicReason.REVOKED, "it was revoked",
            BasicReason.INVALID_SIGNATURE, "a signature in its chain is wrong",
            BasicReason.ALGORITHM_CONSTRAINED, "a key or a signature in its chain is of a kind that is too weak",
            PKIXReason.NOT_CA_CERT, "it was issued with a certificate that may issue none",
            PKIXReason.INVALID_KEY_USAGE, "a certificate of its chain is used for what it is not meant for",
            PKIXReason.UNRECOGNIZED_CRIT_EXT, "its chain has a critical extension that is not known",
            PKIXReason.PATH_TOO_LONG, "its chain is longer than an authority in it allows",
            PKIXReason.INVALID_NAME, "an authority in its chain may not issue for this name");

    private Untrusted() {}

    static String why(X509Certificate[] chain, CertificateException refused) {
        int depth = 0;
        boolean ofPath = false;
        for (Throwable cause = refused; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof CertPathValidatorException path && REASONS.containsKey(path.getReason())) {
                return REASONS.get(path.getReason());
            }
            ofPath |= cause instanceof CertPathValidatorException || cause instanceof CertPathBuilderException;
        }
        if (ofPath || chain.length == 0) {
            return NOBODY;
        }
        return isForServers(chain[0]) ? OF_ITSELF : NOT_FOR_SERVERS;
    }

    private static boolean isForServers(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[SERVING[0]] && !usage[SERVING[1]] && !usage[SERVING[2]]) {
            return false;
        }
        try {
            List<String> extended = certificate.getExtendedKeyUsage();
            return extended == null || extended.stream().anyMatch(SERVERS::contains);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }
}

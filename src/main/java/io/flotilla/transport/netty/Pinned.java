package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.tls.Pin;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for a pinned key in a chain that is trusted already. */
final class Pinned {

    private static final int LONGEST = 16;

    private Pinned() {}

    /**
     * Refuses a chain without a pinned key. What the peer sent besides the chain does not count: anybody can send a pinned certificate
     * along that has signed nothing.
     */
    static void check(X509Certificate[] sent, X509Certificate[] authorities, List<Pin> pins) throws Distrusted {
        List<X509Certificate> chain = chain(sent, authorities);
        if (chain.stream().map(Pin::of).noneMatch(pins::contains)) {
            throw new Distrusted(
                    FailureKind.TLS_UNTRUSTED,
                    "none of the keys in the chain of ["
                            + chain.get(0).getSubjectX500Principal().getName() + "] is pinned (tls.pins)",
                    chain.toArray(X509Certificate[]::new),
                    null);
        }
    }

    /** From the peer's own certificate to the authority, each signed by the next. */
    private static List<X509Certificate> chain(X509Certificate[] sent, X509Certificate[] authorities) {
        List<X509Certificate> chain = new ArrayList<>(List.of(sent[0]));
        while (chain.size() < LONGEST) {
            X509Certificate last = chain.get(chain.size() - 1);
            X509Certificate signer = Stream.concat(Stream.of(authorities), Stream.of(sent))
                    .filter(other -> !chain.contains(other) && signed(other, last))
                    .findFirst()
                    .orElse(null);
            if (signer == null) {
                break;
            }
            chain.add(signer);
        }
        return chain;
    }

    private static boolean signed(X509Certificate signer, X509Certificate signed) {
        if (!signer.getSubjectX500Principal().equals(signed.getIssuerX500Principal())) {
            return false;
        }
        try {
            signed.verify(signer.getPublicKey());
            return true;
        } catch (GeneralSecurityException other) {
            return false;
        }
    }
}

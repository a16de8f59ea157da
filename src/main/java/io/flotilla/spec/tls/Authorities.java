package io.flotilla.spec.tls;

import io.flotilla.spec.Secret;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads whom to trust: certificates in PEM or DER, or a key store of them, PKCS#12 or JKS. What it is shows in its bytes. */
public final class Authorities {

    private Authorities() {}

    /**
     * The certificates to trust, at least one.
     *
     * @param password of a key store, where it has one
     * @throws Unusable says why there are none
     */
    public static List<X509Certificate> read(byte[] content, Optional<Secret> password) throws Unusable {
        List<X509Certificate> found;
        if (Stores.isJks(content)) {
            found = trusted(Stores.open("JKS", content, password));
        } else if (Stores.isPkcs12(content)) {
            found = trusted(Stores.open("PKCS12", content, password));
            if (found.isEmpty()) {
                throw new Unusable("has no certificate that it marks as trusted; import them with keytool, or use PEM");
            }
        } else if (PemBlocks.looksLike(content)) {
            found = Certificates.pem(content);
        } else {
            found = content.length == 0 ? List.of() : Certificates.der(content);
        }
        if (found.isEmpty()) {
            throw new Unusable("has no certificate in it");
        }
        return List.copyOf(found);
    }

    private static List<X509Certificate> trusted(KeyStore store) throws Unusable {
        List<Certificate> entries = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias)) {
                    entries.add(store.getCertificate(alias));
                }
            }
        } catch (KeyStoreException impossible) {
            throw new Unusable("is a key store that cannot be listed", impossible);
        }
        return Certificates.x509(entries);
    }
}

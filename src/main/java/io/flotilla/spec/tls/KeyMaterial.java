package io.flotilla.spec.tls;

import io.flotilla.spec.Secret;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Our own certificate with its key. That they belong together has been seen.
 *
 * @param chain our certificate first, then those between it and its authority
 */
public record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {

    public KeyMaterial {
        chain = List.copyOf(chain);
    }

    static KeyMaterial pem(byte[] certificates, byte[] key, Optional<Secret> password) throws Unusable {
        List<X509Certificate> chain = Certificates.pem(certificates);
        if (chain.isEmpty()) {
            throw new Unusable("has no certificate in PEM in it");
        }
        return together(PrivateKeys.pem(key, password), chain);
    }

    static KeyMaterial pkcs12(byte[] content, Optional<Secret> password) throws Unusable {
        KeyStore store = Stores.open("PKCS12", content, password);
        try {
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new Unusable(keys.isEmpty() ? "has no private key in it" : "has " + keys.size() + " keys");
            }
            if (!(store.getKey(keys.get(0), Stores.chars(password)) instanceof PrivateKey key)) {
                throw new Unusable("has no private key in it");
            }
            return together(key, Certificates.x509(List.of(store.getCertificateChain(keys.get(0)))));
        } catch (Unusable unusable) {
            throw unusable;
        } catch (GeneralSecurityException | RuntimeException broken) {
            throw new Unusable("has a key that cannot be read with this password", broken);
        }
    }

    /** The certificate of the key goes first: some write the authority's first. */
    private static KeyMaterial together(PrivateKey key, List<X509Certificate> certificates) throws Unusable {
        List<X509Certificate> chain = new ArrayList<>(certificates);
        for (X509Certificate certificate : certificates) {
            if (belongs(key, certificate.getPublicKey())) {
                chain.remove(certificate);
                chain.add(0, certificate);
                return new KeyMaterial(key, chain);
            }
        }
        throw new Unusable("has a certificate and a key that do not belong together");
    }

    /** Whether what the one signs the other confirms. */
    private static boolean belongs(PrivateKey key, PublicKey to) {
        String signing = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] message = to.getEncoded();
        try {
            Signature signer = Signature.getInstance(signing);
            signer.initSign(key);
            signer.update(message);
            byte[] signature = signer.sign();
            Signature confirming = Signature.getInstance(signing);
            confirming.initVerify(to);
            confirming.update(message);
            return confirming.verify(signature);
        } catch (GeneralSecurityException other) {
            return false; // a key of another kind, or of another length
        }
    }

    /** Our own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Names the chain: another one has another name. SHA-256, in hexadecimal. */
    public String fingerprint() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (X509Certificate certificate : chain) {
                all.writeBytes(certificate.getEncoded());
            }
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("A certificate that was read can be written", impossible);
        }
        return HexFormat.of().formatHex(Pin.sha256(all.toByteArray()));
    }

    @Override
    public String toString() {
        return "key of " + certificate().getSubjectX500Principal().getName();
    }
}

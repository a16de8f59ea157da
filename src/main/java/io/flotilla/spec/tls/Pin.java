package io.flotilla.spec.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A public key that the peer must have: the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 2.4), written {@code sha256/BASE64}.
 *
 * @param digest in base64, with padding
 */
public record Pin(String digest) {

    private static final String PREFIX = "sha256/";
    private static final int BYTES = 32;

    public Pin {
        byte[] bytes = Base64.getDecoder().decode(digest);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a pin has " + BYTES + " bytes and not " + bytes.length);
        }
        digest = Base64.getEncoder().encodeToString(bytes); // one spelling, so that equal pins are equal
    }

    /**
     * The pin of this text.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Pin of(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a pin begins with " + PREFIX);
        }
        return new Pin(text.substring(PREFIX.length()));
    }

    /** The pin of a certificate's key. */
    public static Pin of(X509Certificate certificate) {
        return new Pin(Base64.getEncoder()
                .encodeToString(sha256(certificate.getPublicKey().getEncoded())));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return PREFIX + digest;
    }
}

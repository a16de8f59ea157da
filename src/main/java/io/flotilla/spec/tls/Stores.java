package io.flotilla.spec.tls;

import io.flotilla.spec.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Optional;

/** Opens key stores: PKCS#12 and the JKS of old JDKs. */
final class Stores {

    private static final int INTEGER = 2;
    private static final int SEQUENCE = 0x30;

    private Stores() {}

    static boolean isJks(byte[] content) {
        return content.length > 4
                && (content[0] & 0xFF) == 0xFE
                && (content[1] & 0xFF) == 0xED
                && (content[2] & 0xFF) == 0xFE
                && (content[3] & 0xFF) == 0xED;
    }

    /** A PFX begins with its version (RFC 7292 4), a certificate with another sequence. */
    static boolean isPkcs12(byte[] content) {
        if (content.length < 6 || content[0] != SEQUENCE) {
            return false;
        }
        int length = content[1] & 0xFF;
        int header = length > 0x80 ? 2 + (length & 0x7F) : 2;
        return header < content.length && content[header] == INTEGER;
    }

    /** A JKS without a password is opened without a look at its integrity; a PKCS#12 without one has an empty one. */
    static KeyStore open(String type, byte[] content, Optional<Secret> password) throws Unusable {
        try {
            KeyStore store = KeyStore.getInstance(type);
            store.load(
                    new ByteArrayInputStream(content),
                    type.equals("JKS") && password.isEmpty() ? null : chars(password));
            return store;
        } catch (IOException wrong) {
            throw isPassword(wrong)
                    ? new Unusable(password.isPresent() ? "has another password" : "has a password", wrong)
                    : new Unusable("is no whole key store (" + type + ")", wrong);
        } catch (GeneralSecurityException | RuntimeException broken) {
            throw new Unusable("is a key store that this JDK cannot read", broken);
        }
    }

    private static boolean isPassword(IOException wrong) {
        return wrong.getCause() instanceof UnrecoverableKeyException;
    }

    static char[] chars(Optional<Secret> password) {
        return password.map(Secret::reveal).orElse("").toCharArray();
    }
}

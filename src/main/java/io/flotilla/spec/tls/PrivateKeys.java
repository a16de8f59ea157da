package io.flotilla.spec.tls;

import io.flotilla.spec.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads a private key in PEM. */
final class PrivateKeys {

    private static final String CONVERT = "; openssl pkcs8 -topk8 makes one that can";

    /** The kinds of keys that TLS signs with; which one it is, the key itself says. */
    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

    /** AlgorithmIdentifier of RSA (RFC 8017 A.1), and the identifier of EC keys (RFC 5480 2.1.1). */
    private static final byte[] RSA = {
        0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PrivateKeys() {}

    /** The only private key among the blocks. */
    static PrivateKey pem(byte[] content, Optional<Secret> password) throws Unusable {
        List<PemBlocks.Block> keys = PemBlocks.of(content).stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .toList();
        if (keys.size() != 1) {
            throw new Unusable(keys.isEmpty() ? "has no private key in it" : "has " + keys.size() + " private keys");
        }
        PemBlocks.Block block = keys.get(0);
        if (block.encryptedTheOldWay()) {
            throw new Unusable("has a key that is encrypted in a form that cannot be read" + CONVERT);
        }
        return switch (block.label()) {
            case "PRIVATE KEY" -> pkcs8(block.bytes());
            case "ENCRYPTED PRIVATE KEY" -> decrypted(block.bytes(), password);
            case "RSA PRIVATE KEY" -> pkcs8(info(RSA, block.bytes()));
            case "EC PRIVATE KEY" -> pkcs8(info(der(0x30, EC, curve(block.bytes())), block.bytes()));
            default -> throw new Unusable("has a key of a kind that cannot be read (" + block.label() + ")" + CONVERT);
        };
    }

    private static PrivateKey pkcs8(byte[] encoded) throws Unusable {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        GeneralSecurityException last = null;
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (GeneralSecurityException other) {
                last = other; // of another kind, or broken: then no kind takes it
            } catch (RuntimeException broken) {
                throw new Unusable("has a private key that cannot be read", broken);
            }
        }
        throw new Unusable("has a private key that is broken, or neither of RSA nor of an elliptic curve", last);
    }

    private static PrivateKey decrypted(byte[] encoded, Optional<Secret> password) throws Unusable {
        if (password.isEmpty()) {
            throw new Unusable("has a key that needs a password, and there is none");
        }
        PBEKeySpec key = new PBEKeySpec(Stores.chars(password));
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encoded);
            String algorithm = algorithm(info);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(key),
                    info.getAlgParameters());
            return pkcs8(info.getKeySpec(cipher).getEncoded());
        } catch (InvalidKeySpecException | InvalidKeyException wrong) {
            throw new Unusable("has a key with another password", wrong);
        } catch (IOException | GeneralSecurityException | RuntimeException broken) {
            if (broken instanceof Unusable unusable) {
                throw unusable;
            }
            throw new Unusable("has an encrypted key that cannot be read" + CONVERT, broken);
        } finally {
            key.clearPassword();
        }
    }

    /** The JDK names a scheme of PBES2 (RFC 8018) in its parameters alone. */
    private static String algorithm(EncryptedPrivateKeyInfo info) {
        AlgorithmParameters parameters = info.getAlgParameters();
        return parameters != null && parameters.getAlgorithm().startsWith("PBES2")
                ? parameters.toString()
                : info.getAlgName();
    }

    // The older forms are what PKCS#8 (RFC 5208) has inside: they are wrapped.

    private static byte[] info(byte[] algorithm, byte[] key) {
        return der(0x30, VERSION_0, algorithm, der(0x04, key));
    }

    /** The curve of an ECPrivateKey (RFC 5915 3): what is in the element that is tagged 0. */
    private static byte[] curve(byte[] key) throws Unusable {
        try {
            int at = content(key, 0);
            while (at < key.length) {
                int from = content(key, at);
                int until = from + length(key, at);
                if ((key[at] & 0xFF) == 0xA0) {
                    return Arrays.copyOfRange(key, from, until);
                }
                at = until;
            }
        } catch (ArrayIndexOutOfBoundsException cut) {
            throw new Unusable("has a private key that is cut off", cut);
        }
        throw new Unusable("has a key that does not say its curve" + CONVERT);
    }

    /** Where the content of the element begins. */
    private static int content(byte[] der, int at) {
        int length = der[at + 1] & 0xFF;
        return at + 2 + (length > 0x80 ? length & 0x7F : 0);
    }

    private static int length(byte[] der, int at) {
        int length = der[at + 1] & 0xFF;
        if (length < 0x80) {
            return length;
        }
        int size = 0;
        for (int i = at + 2; i < content(der, at); i++) {
            size = size << 8 | der[i] & 0xFF;
        }
        if (size < 0 || size > der.length) {
            throw new ArrayIndexOutOfBoundsException(size);
        }
        return size;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length < 0x80) {
            element.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            element.write(0x80 | bytes);
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
                element.write(length >> shift);
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}

package io.flotilla.testkit;

import io.flotilla.spec.Secret;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.KeyMaterial;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A client certificate and its key, for harbours that ask for one.
 *
 * @param certificatePem its chain
 * @param keyPem its private key, PKCS 8, not encrypted
 */
public record ClientIdentity(String certificatePem, String keyPem) {

    private static final String CERTIFICATE = "client.pem";
    private static final String KEY = "client.key";
    private static final String STORE = "client.p12";

    /** Issued by the authority that a harbour trusts. */
    public static ClientIdentity trusted(String name) {
        return of(Certificates.client(name, true));
    }

    /** Issued by itself, so that no harbour trusts it. */
    public static ClientIdentity stranger(String name) {
        return of(Certificates.client(name, false));
    }

    /** Issued by the authority that a harbour trusts, and good until yesterday. */
    public static ClientIdentity expired(String name) {
        return of(Certificates.expiredClient(name));
    }

    private static ClientIdentity of(X509Bundle bundle) {
        return new ClientIdentity(bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
    }

    /** Writes it as {@code client.pem} and {@code client.key}, in the place of the one that is there. */
    public ClientKey writePem(Path directory) {
        try {
            return ClientKey.pem(
                    Files.writeString(directory.resolve(CERTIFICATE), certificatePem),
                    Files.writeString(directory.resolve(KEY), keyPem));
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    /** Writes it as {@code client.p12}, in the place of the one that is there. */
    public ClientKey writePkcs12(Path directory, Secret password) {
        Path file = directory.resolve(STORE);
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyMaterial material = ClientKey.pem(Path.of(CERTIFICATE), Path.of(KEY))
                    .read(List.of(bytes(certificatePem), bytes(keyPem)));
            char[] chars = password.reveal().toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("client", material.key(), chars, material.chain().toArray(X509Certificate[]::new));
            store.store(out, chars);
            return ClientKey.pkcs12(file, password);
        } catch (IOException e) {
            throw unwritable(directory, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A client identity must be possible in PKCS 12", e);
        }
    }

    private static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    private static UncheckedIOException unwritable(Path directory, IOException cause) {
        return new UncheckedIOException("Directory [" + directory + "] must be writable", cause);
    }

    @Override
    public String toString() {
        return "client identity";
    }
}

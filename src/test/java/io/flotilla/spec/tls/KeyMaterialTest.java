package io.flotilla.spec.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.spec.Secret;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMaterialTest {

    private static final Path FILE = Path.of("any");
    private static final Secret PASSWORD = Secret.of("hush hush");
    private static final X509Bundle EC = bundle(new CertificateBuilder().ecp256(), "CN=ec");
    private static final X509Bundle RSA = bundle(new CertificateBuilder().rsa2048(), "CN=rsa");

    private static X509Bundle bundle(CertificateBuilder builder, String subject) {
        try {
            return builder.subject(subject).setIsCertificateAuthority(true).buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsAKeyInPkcs8() throws Exception {
        assertThat(pem(EC.getCertificatePEM(), EC.getPrivateKeyPEM()).key())
                .isEqualTo(EC.getKeyPair().getPrivate());
        assertThat(pem(RSA.getCertificatePEM(), RSA.getPrivateKeyPEM()).key())
                .isEqualTo(RSA.getKeyPair().getPrivate());
    }

    @Test
    void readsAnEd25519Key() throws Exception {
        X509Bundle bundle = bundle(new CertificateBuilder().algorithm(CertificateBuilder.Algorithm.ed25519), "CN=ed");
        assertThat(pem(bundle.getCertificatePEM(), bundle.getPrivateKeyPEM()).certificate())
                .isEqualTo(bundle.getCertificate());
    }

    @Test
    void readsTheOlderFormOfAnRsaKey() throws Exception {
        byte[] inner = octets(RSA.getKeyPair().getPrivate());
        assertThat(pem(RSA.getCertificatePEM(), block("RSA PRIVATE KEY", inner)).key())
                .isEqualTo(RSA.getKeyPair().getPrivate());
    }

    @Test
    void readsTheOlderFormOfAnEcKeyAsOpensslWritesIt() throws Exception {
        String parameters = """
                -----BEGIN EC PARAMETERS-----
                BggqhkjOPQMBBw==
                -----END EC PARAMETERS-----
                """;
        String key = """
                -----BEGIN EC PRIVATE KEY-----
                MHcCAQEEIHNk46pkcWK2OGbzUlIeD/IJlMUDLwnPvn4k6Z6oPsYeoAoGCCqGSM49
                AwEHoUQDQgAE6giUvJu+kR63nhbtCvO0NT+IVaXzZUSVB1VA5MyBOBKnwyoZNyE6
                WwpMerQCP15voMtaDKQI0g/uIRugKTQC+w==
                -----END EC PRIVATE KEY-----
                """;
        assertThat(PrivateKeys.pem(bytes(parameters + key), Optional.empty()).getAlgorithm())
                .isEqualTo("EC");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"pbes2", "pbes2-sha1", "pbes1"})
    void readsAKeyThatOpensslEncrypted(String scheme) throws Exception {
        String certificate = resource("certificate.pem");
        String key = resource(scheme + ".key");
        assertThat(pem(certificate, key, PASSWORD).certificate().getSubjectX500Principal())
                .hasToString("CN=pinned");
        assertThatThrownBy(() -> pem(certificate, key, Secret.of("other")))
                .isInstanceOf(Unusable.class)
                .hasMessage("has a key with another password");
        assertThatThrownBy(() -> pem(certificate, key))
                .isInstanceOf(Unusable.class)
                .hasMessage("has a key that needs a password, and there is none");
    }

    @Test
    void saysHowToConvertAKeyThatIsEncryptedInAFormThatTheJdkDoesNotKnow() {
        assertThatThrownBy(() -> pem(resource("certificate.pem"), resource("scrypt.key"), PASSWORD))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl.p12", "openssl-legacy.p12"})
    void readsPkcs12ThatOpensslMade(String name) throws Exception {
        KeyMaterial read = KeyMaterial.pkcs12(content(name), Optional.of(PASSWORD));
        assertThat(read.certificate().getSubjectX500Principal()).hasToString("CN=pinned");
    }

    @Test
    void saysHowToConvertAKeyThatIsEncryptedTheOldWay() {
        String old = """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """;
        assertThatThrownBy(() -> pem(RSA.getCertificatePEM(), old, PASSWORD))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void readsOneFileWithEverythingInAnyOrder() throws Exception {
        X509Bundle leaf = new CertificateBuilder().ecp256().subject("CN=leaf").buildIssuedBy(EC);
        String all = "Bag Attributes: <none>\n" + leaf.getPrivateKeyPEM() + EC.getCertificatePEM()
                + leaf.getCertificatePEM();
        KeyMaterial read = ClientKey.pem(FILE, FILE).read(List.of(bytes(all)));
        assertThat(read.chain()).containsExactly(leaf.getCertificate(), EC.getCertificate());
        assertThat(read.fingerprint()).hasSize(64).isNotEqualTo(pem(EC).fingerprint());
        assertThat(read).hasToString("key of CN=leaf");
    }

    @Test
    void readsPkcs12() throws Exception {
        byte[] store = pkcs12(EC);
        assertThat(KeyMaterial.pkcs12(store, Optional.of(PASSWORD))).isEqualTo(pem(EC));
        assertThatThrownBy(() -> KeyMaterial.pkcs12(store, Optional.of(Secret.of("other"))))
                .isInstanceOf(Unusable.class)
                .hasMessage("has another password");
        assertThatThrownBy(() -> KeyMaterial.pkcs12(store, Optional.empty()))
                .isInstanceOf(Unusable.class)
                .hasMessage("has a password");
        assertThatThrownBy(() -> KeyMaterial.pkcs12(pkcs12(), Optional.of(PASSWORD)))
                .isInstanceOf(Unusable.class)
                .hasMessage("has no private key in it");
        assertThatThrownBy(() -> KeyMaterial.pkcs12(pkcs12(EC, RSA), Optional.of(PASSWORD)))
                .isInstanceOf(Unusable.class)
                .hasMessage("has 2 keys");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> pem(EC.getPrivateKeyPEM(), EC.getPrivateKeyPEM()))
                .hasMessage("has no certificate in PEM in it");
        assertThatThrownBy(() -> pem(EC.getCertificatePEM(), EC.getCertificatePEM()))
                .hasMessage("has no private key in it");
        assertThatThrownBy(() -> pem(EC.getCertificatePEM(), EC.getPrivateKeyPEM() + RSA.getPrivateKeyPEM()))
                .hasMessage("has 2 private keys");
        assertThatThrownBy(() -> pem(EC.getCertificatePEM(), RSA.getPrivateKeyPEM()))
                .hasMessage("has a certificate and a key that do not belong together");
        assertThatThrownBy(() -> pem(EC.getCertificatePEM(), block("DSA PRIVATE KEY", new byte[3])))
                .hasMessageContaining("of a kind that cannot be read (DSA PRIVATE KEY)");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"pkcs8", "rsa", "ec", "encrypted"})
    void isUnusableAtWhateverByteItIsCutOff(String form) throws Exception {
        String key = switch (form) {
            case "rsa" -> block("RSA PRIVATE KEY", octets(RSA.getKeyPair().getPrivate()));
            case "ec" -> block("EC PRIVATE KEY", octets(EC.getKeyPair().getPrivate()));
            case "encrypted" -> resource("pbes2.key");
            default -> EC.getPrivateKeyPEM();
        };
        String whole = key.strip();
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> pem(EC.getCertificatePEM(), cut, PASSWORD)).isInstanceOf(Unusable.class);
        }
        byte[] der = octetsOf(whole);
        for (int length = 0; length < der.length; length += 7) {
            String cut = block(form.equals("pkcs8") ? "PRIVATE KEY" : label(whole), Arrays.copyOf(der, length));
            assertThatThrownBy(() -> pem(EC.getCertificatePEM(), cut, PASSWORD)).isInstanceOf(Unusable.class);
        }
    }

    @Test
    void aKeyStoreIsUnusableAtWhateverByteItIsCutOff() throws Exception {
        byte[] store = pkcs12(EC);
        for (int length = 0; length < store.length; length += 11) {
            byte[] cut = Arrays.copyOf(store, length);
            assertThatThrownBy(() -> KeyMaterial.pkcs12(cut, Optional.of(PASSWORD)))
                    .isInstanceOf(Unusable.class)
                    .message()
                    .doesNotContain("hush");
        }
    }

    // What the tests share.

    private static KeyMaterial pem(X509Bundle bundle) throws Unusable {
        return pem(bundle.getCertificatePEM(), bundle.getPrivateKeyPEM());
    }

    private static KeyMaterial pem(String certificate, String key) throws Unusable {
        return KeyMaterial.pem(bytes(certificate), bytes(key), Optional.empty());
    }

    private static KeyMaterial pem(String certificate, String key, Secret password) throws Unusable {
        return KeyMaterial.pem(bytes(certificate), bytes(key), Optional.of(password));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String block(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }

    private static String label(String pem) {
        return pem.substring("-----BEGIN ".length(), pem.indexOf("-----", 11));
    }

    private static byte[] octetsOf(String pem) throws Unusable {
        return PemBlocks.of(bytes(pem)).get(0).bytes();
    }

    /** What PKCS#8 has inside: the key in the form that it had before. */
    private static byte[] octets(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        int at = encoded[1] < 0 ? 2 + (encoded[1] & 0x7F) : 2; // past the outer sequence
        at += 3; // version
        at += 2 + encoded[at + 1]; // algorithm
        int length = encoded[at + 1] & 0xFF;
        return Arrays.copyOfRange(encoded, at + (length > 0x80 ? 2 + (length & 0x7F) : 2), encoded.length);
    }

    private static String resource(String name) throws IOException {
        return new String(content(name), StandardCharsets.US_ASCII);
    }

    private static byte[] content(String name) throws IOException {
        try (InputStream in = KeyMaterialTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static byte[] pkcs12(X509Bundle... bundles) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = PASSWORD.reveal().toCharArray();
        for (X509Bundle bundle : bundles) {
            store.setKeyEntry(
                    "key" + store.size(), bundle.getKeyPair().getPrivate(), password, bundle.getCertificatePath());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password);
        return out.toByteArray();
    }
}

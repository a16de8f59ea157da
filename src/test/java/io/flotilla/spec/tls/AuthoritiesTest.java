package io.flotilla.spec.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.spec.Secret;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthoritiesTest {

    private static final Secret PASSWORD = Secret.of("changeit");
    private static final X509Bundle ONE = authority("CN=one");
    private static final X509Bundle TWO = authority("CN=two");

    private static X509Bundle authority(String subject) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject(subject)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsPemWithWordsBetween() throws Exception {
        String pem =
                "# one\n" + ONE.getCertificatePEM() + "\n# two\n" + TWO.getCertificatePEM() + ONE.getPrivateKeyPEM();
        assertThat(read(pem)).hasSize(2);
    }

    @Test
    void readsDer() throws Exception {
        assertThat(Authorities.read(ONE.getCertificate().getEncoded(), Optional.empty()))
                .containsExactly(ONE.getCertificate());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"PKCS12", "JKS"})
    void readsAKeyStore(String type) throws Exception {
        byte[] store = store(type);
        assertThat(Authorities.read(store, Optional.of(PASSWORD)))
                .containsExactlyInAnyOrder(ONE.getCertificate(), TWO.getCertificate());
        assertThatThrownBy(() -> Authorities.read(store, Optional.of(Secret.of("hush"))))
                .isInstanceOf(Unusable.class)
                .hasMessage("has another password");
    }

    @Test
    void readsAnOldKeyStoreWithoutItsPassword() throws Exception {
        assertThat(Authorities.read(store("JKS"), Optional.empty())).hasSize(2);
        assertThatThrownBy(() -> Authorities.read(store("PKCS12"), Optional.empty()))
                .isInstanceOf(Unusable.class);
    }

    @Test
    void saysWhenThereIsNoneToTrust() throws Exception {
        assertThatThrownBy(() -> read("")).hasMessage("has no certificate in it");
        assertThatThrownBy(() -> read(ONE.getPrivateKeyPEM())).hasMessage("has no certificate in it");
        assertThatThrownBy(() -> read("nothing\n")).hasMessage("has a certificate that cannot be read");
        String half = ONE.getCertificatePEM().substring(0, 200);
        assertThatThrownBy(() -> read(half)).hasMessage("ends in the middle of a block of PEM");

        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "key", ONE.getKeyPair().getPrivate(), PASSWORD.reveal().toCharArray(), ONE.getCertificatePath());
        assertThatThrownBy(() -> Authorities.read(bytes(keys), Optional.of(PASSWORD)))
                .hasMessageContaining("no certificate that it marks as trusted");
    }

    private static java.util.List<?> read(String text) throws Unusable {
        return Authorities.read(text.getBytes(StandardCharsets.US_ASCII), Optional.empty());
    }

    private static byte[] store(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("one", ONE.getCertificate());
        store.setCertificateEntry("two", TWO.getCertificate());
        return bytes(store);
    }

    private static byte[] bytes(KeyStore store) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, PASSWORD.reveal().toCharArray());
        return out.toByteArray();
    }
}

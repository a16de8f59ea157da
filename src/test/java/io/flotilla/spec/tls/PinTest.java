package io.flotilla.spec.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinTest {

    @Test
    void isWhatOpensslSaysThatItIs() throws Exception {
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(CERTIFICATE.getBytes(StandardCharsets.US_ASCII)));
        assertThat(Pin.of(certificate))
                .hasToString("sha256/Xsy69R8AXr2M/093U8+Q5QHo0ZLjMUnChmGEEOFmWuE=")
                .isEqualTo(Pin.of("sha256/Xsy69R8AXr2M/093U8+Q5QHo0ZLjMUnChmGEEOFmWuE="));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256/",
                "sha256/YQ==",
                "sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "sha256/not base64"
            })
    void isNothingElse(String text) {
        assertThatThrownBy(() -> Pin.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Of an elliptic curve; its key is nowhere. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBdzCCAR2gAwIBAgIUL1vpTZYpo5zJ6x8rmWXW8htXZq4wCgYIKoZIzj0EAwIw
            ETEPMA0GA1UEAwwGcGlubmVkMB4XDTI2MTEyMzE3NTIyM1oXDTM2MTEyMDE3NTIy
            M1owETEPMA0GA1UEAwwGcGlubmVkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
            2QRnNg2FUa/ZEHGRhQiO7agIZDGgsW1rmiljMw40ycDUS7AVNDCCFkzXOY5fs8ej
            I+Qj7WNSf6Q/KlNCrnnrXqNTMFEwHQYDVR0OBBYEFHUwlx6Znu8vztCJAxCqxq5L
            pCnVMB8GA1UdIwQYMBaAFHUwlx6Znu8vztCJAxCqxq5LpCnVMA8GA1UdEwEB/wQF
            MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMRlGyR0K6UKBEyw6K92U4iu5wbmGTMq
            iE1T6681Xz4MAiA9EHb4DuE95DCmgYpcKmR/y9ee4KXs5v/gsJp9MJaAQw==
            -----END CERTIFICATE-----
            """;
}

package io.flotilla.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.InvalidConfig;
import io.flotilla.spec.Secret;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.testkit.ClientIdentity;
import io.flotilla.testkit.HarbourTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsCheckTest {

    private static final String USER = " (tls.key of connection [a] at ";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void findsNothingWrongWithGoodFiles() throws IOException {
        ClientKey pem = ClientIdentity.trusted("bot").writePem(folder);
        ClientKey store = ClientIdentity.trusted("bot").writePkcs12(folder, Secret.of("hush"));
        Path trust = HarbourTls.trusted().writeTrust(folder);
        FileSpecStore read = read("tls-keys { mine { cert = \"" + pem.files().get(0) + "\", key = \""
                + pem.files().get(1) + "\" }, store { pkcs12 = \""
                + store.files().get(0) + "\", password = hush } }\n"
                + "connections { a { uri = \"wss://host/\", tls { key = mine, trust = \"" + trust + "\" } }\n"
                + "b { uri = \"wss://host/\", tls.key = mine }\n"
                + "c { uri = \"wss://host/\", tls.key = store } }");
        assertThat(problems(read)).isEmpty();
        assertThat(read.configuration().warnings()).isEmpty();
        assertThat(read.desired())
                .extracting(sourced -> sourced.spec().tls().key().orElseThrow())
                .containsExactly(pem, pem, store);
    }

    @Test
    void saysWhatIsWrongWithAKeyOnceForAllWhoUseIt() throws IOException {
        ClientKey key = ClientIdentity.trusted("bot").writePem(folder);
        Path gone = folder.resolve("gone.key");
        assertThat(problems(key("cert = \"" + key.files().get(0) + "\", key = \"" + gone + "\"")))
                .singleElement()
                .asString()
                .startsWith(gone + ": there is no such file" + USER);
        assertThat(problems(key("cert = \"" + folder + "\"")))
                .singleElement()
                .asString()
                .startsWith(folder + ": is no file" + USER);
        assertThat(problems(key("cert = \"" + key.files().get(0) + "\"")))
                .singleElement()
                .asString()
                .startsWith(key.files().get(0) + ": has no private key in it" + USER);
    }

    @Test
    void saysWhenCertificateAndKeyDoNotBelongTogether() throws IOException {
        ClientKey mine = ClientIdentity.trusted("mine").writePem(folder);
        ClientKey theirs = ClientIdentity.trusted("theirs").writePem(Files.createDirectory(folder.resolve("theirs")));
        assertThat(problems(key("cert = \"" + mine.files().get(0) + "\", key = \""
                        + theirs.files().get(1) + "\"")))
                .singleElement()
                .asString()
                .contains("has a certificate and a key that do not belong together" + USER);
    }

    @Test
    void saysWhenThePasswordIsAnotherOneAndNotWhich() throws IOException {
        ClientKey store = ClientIdentity.trusted("bot").writePkcs12(folder, Secret.of("hush"));
        String file = "pkcs12 = \"" + store.files().get(0) + "\"";
        assertThat(problems(key(file + ", password = hushed")))
                .singleElement()
                .asString()
                .contains("has another password" + USER)
                .doesNotContain("hush");
        assertThat(problems(key(file))).singleElement().asString().contains("has a password" + USER);
    }

    @Test
    void warnsOfACertificateThatHasExpired() throws IOException {
        ClientKey key = ClientIdentity.expired("late").writePem(folder);
        FileSpecStore read = key(
                "cert = \"" + key.files().get(0) + "\", key = \"" + key.files().get(1) + "\"");
        assertThat(problems(read)).isEmpty();
        assertThat(read.configuration().warnings())
                .singleElement()
                .asString()
                .startsWith(key.files().get(0) + ": the certificate expired at ")
                .contains(USER);
    }

    @Test
    void looksAtKeyStoresToTrust() throws IOException {
        ClientKey store = ClientIdentity.trusted("bot").writePkcs12(folder, Secret.of("hush"));
        assertThat(problems(read("connections.a { uri = \"wss://host/\", tls.trust { file = \""
                        + store.files().get(0) + "\", password = hush } }")))
                .singleElement()
                .asString()
                .contains("has no certificate that it marks as trusted", "(tls.trust of connection [a]");
    }

    private FileSpecStore key(String key) throws IOException {
        return read("templates.t.tls.key { " + key + " }\nconnections { a { template = t, uri = \"wss://host/\" }\n"
                + "b { template = t, uri = \"wss://host/\" } }");
    }

    private FileSpecStore read(String text) throws IOException {
        return FileSpecStore.read(Files.writeString(folder.resolve("flotilla.conf"), "flotilla {\n" + text + "\n}"));
    }

    private static List<String> problems(FileSpecStore store) {
        try {
            store.configuration().check();
            return List.of();
        } catch (InvalidConfig invalid) {
            return invalid.problems().stream()
                    .map(InvalidConfig.Problem::toString)
                    .toList();
        }
    }
}

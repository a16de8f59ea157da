package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownSecretsTest {

    private static final String URI = "ws://host/";
    private static final Pattern ESCAPE = Pattern.compile("%..");

    @ParameterizedTest(name = "[{index}]")
    @ValueSource(strings = {"plain-token", "with/slash+plus space", "quo\"te\\back", "grüße~%41", "trailing="})
    void masksACredentialInEveryFormThatItMayComeBackIn(String secret) {
        KnownSecrets secrets = KnownSecrets.of(ConnectionSpec.of("a", URI), Optional.of(Secret.of(secret)));
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);

        assertMasked(secrets, secret);
        assertMasked(secrets, form);
        assertMasked(secrets, form.replace("+", "%20"));
        assertMasked(secrets, form.replace("+", "%20").replace("%2F", "/").replace("%7E", "~"));
        assertMasked(
                secrets, ESCAPE.matcher(form).replaceAll(each -> each.group().toLowerCase(Locale.ROOT)));
        assertMasked(secrets, Base64.getEncoder().encodeToString(bytes));
        assertMasked(secrets, Base64.getEncoder().withoutPadding().encodeToString(bytes));
        assertMasked(secrets, Base64.getUrlEncoder().encodeToString(bytes));
        assertMasked(secrets, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        assertMasked(secrets, secret.replace("\\", "\\\\").replace("\"", "\\\""));
        assertMasked(secrets, secret.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"));
    }

    private static void assertMasked(KnownSecrets secrets, String form) {
        assertThat(secrets.mask("before " + form + " after")).isEqualTo("before *** after");
    }

    @Test
    void masksWhatStandsInASpec() {
        ConnectionSpec spec = ConnectionSpec.of("a", "ws://me:pa%2Fss@host/path/{credential}?token=qu%2Fery&n=1")
                .with(change -> change.header("X-Key", "plain-key")
                        .header("Authorization", "Basic dXNlcjpwYXNz")
                        .header("X-Half", "half-{credential}")
                        .proxy(Proxy.of("http://you:prox%2Fy@proxy:1")));
        KnownSecrets secrets = KnownSecrets.of(spec, Optional.of(Secret.of("hush/hush")));

        for (String each : new String[] {
            "me:pa%2Fss", "pa/ss", "pa%2Fss", "qu%2Fery", "qu/ery", "plain-key", "dXNlcjpwYXNz", "you:prox/y", "prox/y"
        }) {
            assertMasked(secrets, each);
        }
        assertMasked(secrets, Base64.getEncoder().encodeToString("me:pa/ss".getBytes(StandardCharsets.UTF_8)));
        assertMasked(secrets, Base64.getEncoder().encodeToString("you:prox/y".getBytes(StandardCharsets.UTF_8)));
        assertThat(secrets.mask("half-hush/hush at /path/hush%2Fhush")).isEqualTo("half-*** at /path/***");
        assertThat(secrets.mask("n=1 of host at /path")).isEqualTo("n=1 of host at /path");
    }

    @Test
    void leavesTheRestOfWhatIsEncodedAsItIs() {
        KnownSecrets secrets = KnownSecrets.of(Optional.of(Secret.of("a/b c")));

        assertThat(secrets.mask("/100%/%zz/%41+x/a%2Fb%20c/a%2fb+c?d=%C3%BC%2"))
                .isEqualTo("/100%/%zz/%41+x/***/***?d=%C3%BC%2");
        assertThat(secrets.mask("%61%2F%62%20%63")).isEqualTo("***");
    }

    @Test
    void masksTheLongestFirst() {
        ConnectionSpec spec = ConnectionSpec.of("a", URI)
                .with(change -> change.header("A", "open").header("B", "open-sesame"));

        assertThat(KnownSecrets.of(spec, Optional.empty()).mask("open-sesame")).isEqualTo("***");
    }

    @Test
    void leavesWordsAloneThatAreTooShortToBeSecrets() {
        KnownSecrets secrets = KnownSecrets.of(Optional.of(Secret.of("abc")));

        assertThat(secrets.mask("abc YWJj")).isEqualTo("abc YWJj");
    }
}

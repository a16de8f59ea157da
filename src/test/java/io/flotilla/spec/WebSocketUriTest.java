package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketUriTest {

    @ParameterizedTest(name = "{0} dials {1} for {2}")
    @CsvSource({
        "ws://example.com, example.com:80, /",
        "wss://example.com, example.com:443, /",
        "WSS://Example.COM:8443/Path, example.com:8443, /Path",
        "wss://example.com:/x, example.com:443, /x",
        "wss://example.com:00443/x, example.com:443, /x",
        "wss://example.com?x=1, example.com:443, /?x=1",
        "wss://example.com/?, example.com:443, /?",
        "wss://example.com/a//b/../c?d=e/f?g, example.com:443, /a//b/../c?d=e/f?g",
        "wss://example.com/a%20b?c=%2F, example.com:443, /a%20b?c=%2F",
        "wss://example.com/@scope/b@c, example.com:443, /@scope/b@c",
        "wss://user:pa%40ss@example.com/x, example.com:443, /x",
        "wss://bücher.example/é?ü=€, xn--bcher-kva.example:443, /%C3%A9?%C3%BC=%E2%82%AC",
        "ws://under_score.local./x, under_score.local.:80, /x",
        "ws://localhost:1/x, localhost:1, /x",
        "ws://127.0.0.1:65535, 127.0.0.1:65535, /",
        "ws://[::1]/x, [::1]:80, /x",
        "ws://[2001:DB8::1]:9000/x, [2001:db8::1]:9000, /x",
        "ws://[fe80::1%eth0]:9000/x, [fe80::1%eth0]:9000, /x",
        "'  wss://example.com/x  ', example.com:443, /x"
    })
    void saysWhereToDialAndWhatToAskFor(String text, String endpoint, String target) {
        WebSocketUri uri = WebSocketUri.of(text);
        assertThat(uri.endpoint()).hasToString(endpoint);
        assertThat(uri.target(Optional.empty())).isEqualTo(target);
        assertThat(uri.text()).isEqualTo(text.strip());
    }

    @Test
    void theSchemeSaysWhetherItIsSecure() {
        assertThat(WebSocketUri.of("wss://h").endpoint()).isEqualTo(new Endpoint(true, "h", 443));
        assertThat(WebSocketUri.of("ws://h").endpoint()).isEqualTo(new Endpoint(false, "h", 80));
    }

    @ParameterizedTest(name = "[{0}]: {1}")
    @CsvSource({
        "'', begin with",
        "example.com, begin with",
        "//example.com, begin with",
        "http://example.com, begin with",
        "https://example.com, begin with",
        "wss:example.com, name a host",
        "wss://, is no URI",
        "wss:///path, name a host",
        "wss://:443/x, name a host",
        "wss://user@/x, name a host",
        "wss://h:0/x, port 0",
        "wss://h:65536/x, port 65536",
        "wss://h:123456/x, port 123456",
        "wss://h:99999999999/x, port 99999999999",
        "wss://h:http/x, name a host",
        "wss://h/x#part, no fragment",
        "wss://h/x#, no fragment",
        "wss://h/a b, is no URI",
        "wss://h/%zz, is no URI",
        "wss://h/{token}, is no URI",
        "wss://{credential}.example.com/x, usable host",
        "wss://h%41/x, usable host",
        "'wss://a,b/x', usable host",
        "wss://a..b/x, usable host",
        "wss://.a/x, usable host",
        "wss://[::zz]/x, is no URI",
        "wss://[::1/x, is no URI",
        "wss://::1/x, name a host"
    })
    void refusesWhatCannotBeDialled(String text, String because) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.of(text))
                .withMessageStartingWith("URI [")
                .withMessageContaining(because);
    }

    @Test
    void refusesWhatIsTooLong() {
        String longest = "wss://h/" + "x".repeat(8192 - 8);
        assertThat(WebSocketUri.of(longest).target(Optional.empty())).hasSize(8185);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.of(longest + "x"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.of("wss://" + "a".repeat(64) + "/"));
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.of("wss://" + "a.".repeat(127) + "a/"));
    }

    @Test
    void theCredentialTakesItsPlacePercentEncoded() {
        WebSocketUri uri = WebSocketUri.of("wss://me:{credential}@h/{credential}?token={credential}&x=credential");
        Optional<Secret> credential = Optional.of(Secret.of("a b&c/d+é@%"));
        String encoded = "a%20b%26c%2Fd%2B%C3%A9%40%25";
        assertThat(uri.asksForCredential()).isTrue();
        assertThat(uri.target(credential)).isEqualTo("/" + encoded + "?token=" + encoded + "&x=credential");
        assertThat(uri.userInfo(credential)).contains(Secret.of("me:" + encoded));
        assertThat(WebSocketUri.of("wss://h/credential").asksForCredential()).isFalse();
        assertThat(WebSocketUri.of("wss://h/credential").userInfo(credential)).isEmpty();
    }

    @ParameterizedTest(name = "{0} prints as {1}")
    @CsvSource({
        "wss://h/path, wss://h/path",
        "wss://h/path?token=SECRET, wss://h/path?***",
        "wss://SECRET@h/path, wss://***@h/path",
        "wss://user:SECRET@h:1/path?x=SECRET#SECRET, wss://***@h:1/path?***",
        "wss://h/@scope/x@y, wss://h/@scope/x@y",
        "wss://h/x#SECRET, wss://h/x#***",
        "wss://us@er:SECRET@h/x, wss://***@h/x",
        "wss://user:SEC/RET@h/x, wss://***",
        "wss://user:SEC?RET@h/x, wss://***",
        "wss://user:SEC#RET@h/x, wss://***",
        "user:SECRET@h/x, ***@h/x",
        "wss:user:SECRET@h/x, ***@h/x",
        "/relative/a@b?x=SECRET, /relative/a@b?***",
        "not a uri, not a uri",
        "ws://[::1]:80/x@y, ws://[::1]:80/x@y",
        "'', ''"
    })
    void printsWithoutSecrets(String text, String masked) {
        assertThat(WebSocketUri.mask(text)).isEqualTo(masked).doesNotContain("SEC", "RET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wss://user:SECRET@h:0/x?y=SECRET",
                "http://SECRET@h/x",
                "wss://user:SEC/RET@h/x",
                "wss://user:SECRET@h/x y?z=SECRET",
                "wss://user:SECRET@/x",
                "wss://user:SECRET@h..h/x#SECRET",
                "wss:user:SECRET@h/x"
            })
    void noMessageShowsASecret(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.of(text))
                .satisfies(e -> assertThat(e.toString()).doesNotContain("SEC", "RET"));
    }

    @Test
    void itselfPrintsMaskedAndIsEqualByItsText() {
        WebSocketUri uri = WebSocketUri.of("wss://user:SECRET@h/x?y=SECRET");
        assertThat(uri).hasToString("wss://***@h/x?***").isEqualTo(WebSocketUri.of("wss://user:SECRET@h/x?y=SECRET"));
        assertThat(uri).hasSameHashCodeAs(WebSocketUri.of("wss://user:SECRET@h/x?y=SECRET"));
        assertThat(uri).isNotEqualTo(WebSocketUri.of("wss://user:SECRET@h/x?y=OTHER"));
    }
}

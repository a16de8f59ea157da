package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {

    @Test
    void isReadFromItsUri() {
        Proxy http = Proxy.of("http://me:p%40ss%3Aword@Proxy.Example:3128/");
        assertThat(http.kind()).isEqualTo(Proxy.Kind.HTTP);
        assertThat(http.host()).isEqualTo("proxy.example");
        assertThat(http.port()).isEqualTo(3128);
        assertThat(http.user().orElseThrow().name().reveal()).isEqualTo("me");
        assertThat(http.user().orElseThrow().password().reveal()).isEqualTo("p@ss:word");
        Proxy socks = Proxy.of("SOCKS5://[::1]:1080");
        assertThat(socks).isEqualTo(new Proxy(Proxy.Kind.SOCKS5, "::1", 1080, Optional.empty()));
    }

    @Test
    void printsWithoutItsUser() {
        Proxy proxy = Proxy.of("socks5://hush-name:hush-word@proxy:1080");
        assertThat(proxy).hasToString("socks5://***@proxy:1080");
        assertThat(proxy.described()).isEqualTo("socks5 proxy proxy:1080");
        assertThat(new Endpoint(true, "host", 443).through(proxy).toString()).isEqualTo("host:443");
    }

    @Test
    void takesTheCredentialOfTheDial() {
        Proxy proxy = Proxy.of("http://me:{credential}@proxy:3128");
        assertThat(proxy.asksForCredential()).isTrue();
        Proxy filled = proxy.filled(Optional.of(Secret.of("a:b%20")));
        assertThat(filled.user().orElseThrow().password().reveal()).isEqualTo("a:b%20");
        assertThat(filled.asksForCredential()).isFalse();
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                "hush",
                "hush:3128",
                "https://hush:3128",
                "socks4://hush:1080",
                "http://hush",
                "http://hush:0",
                "http://hush:99999",
                "http://hush:3128/path",
                "http://:hush@:3128",
                "http://a:hush%zz@proxy:3128",
                "http://a%3Ahush:b@proxy:3128",
                "http://a:hush%0D%0Ab@proxy:3128",
                "socks5://hush:@proxy:1080",
                "http://hu sh:3128",
                "http://[::hush]:3128"
            })
    void saysWhatWasExpectedAndNothingOfTheText(String text) {
        assertThatThrownBy(() -> Proxy.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hush")
                .message()
                .isNotBlank();
    }

    @Test
    void hasABoundOnWhatSocksIsTold() {
        Proxy proxy = Proxy.of("socks5://proxy:1080");
        assertThat(proxy.as("é".repeat(127), "x").user()).isPresent();
        assertThatThrownBy(() -> proxy.as("é".repeat(128), "x")).hasMessageContaining("255");
    }

    @Test
    void isReadFromTheConfiguration() {
        assertThat(Conf.connection("").proxy()).isEmpty();
        assertThat(Conf.connection("proxy = \"http://proxy:3128\"").proxy()).contains(Proxy.of("http://proxy:3128"));
        assertThat(Conf.connection("proxy { uri = \"http://proxy:3128\", user = \"a@b\", password = \"c%d\" }")
                        .proxy())
                .contains(Proxy.of("http://proxy:3128").as("a@b", "c%d"));
        assertThat(Conf.read("defaults { proxy = \"http://proxy:3128\" }\n"
                                + "connections { a { uri = \"wss://host/\", proxy = none } }")
                        .check()
                        .connections()
                        .get(0)
                        .spec()
                        .proxy())
                .isEmpty();
    }

    @Test
    void asksForACredentialThatIsNamed() {
        assertThat(Conf.problems(
                        "connections { a { uri = \"wss://host/\", proxy = \"http://a:{credential}@proxy:3128\" } }"))
                .singleElement()
                .asString()
                .contains("uses {credential} and names no credential");
    }

    @Test
    void makesAnotherEndpoint() {
        ConnectionSpec spec = ConnectionSpec.of("a", "wss://host/");
        ConnectionSpec through = spec.with(change -> change.proxy(Proxy.of("http://me:x@proxy:3128")));
        assertThat(through.endpoint()).isNotEqualTo(spec.endpoint());
        assertThat(through.endpoint())
                .isEqualTo(spec.with(change -> change.proxy(Proxy.of("http://proxy:3128")))
                        .endpoint());
        assertThat(spec.sameConnection(through)).isFalse();
    }
}

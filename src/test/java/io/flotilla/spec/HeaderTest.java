package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "X-Api-Key", "host", "user-agent", "cookie", "!#$%&'*+.^_`|~9"})
    void takesAToken(String name) {
        assertThat(Header.of(name, "x").name()).isEqualTo(name);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "ä", "a(b)", "a\u0000"})
    void refusesWhatIsNoToken(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Header.of(name, "x"))
                .withMessageContaining("token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "UPGRADE",
                "Sec-WebSocket-Key",
                "sec-websocket-version",
                "Sec-WebSocket-Extensions",
                "Sec-WebSocket-Protocol",
                "Sec-WebSocket-Accept",
                "Content-Length",
                "Transfer-Encoding"
            })
    void leavesTheHandshakeAlone(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Header.of(name, "x"))
                .withMessageContaining("belongs to the handshake");
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", "Bearer {credential}", "a\tb", "~ !", "caf\u00e9", "\u20ac", "\uD83D\uDE80"})
    void takesWhatALineCanCarry(String value) {
        assertThat(Header.of("X", value).value().reveal()).isEqualTo(value);
    }

    @ParameterizedTest(name = "value {index}")
    @ValueSource(
            strings = {
                "SECRET\r\nX: y",
                "SECRET\n",
                "SECRET\u0000",
                "SECRET\u007f",
                "SECRET\u0085",
                "SECRET\uD83D",
                "SECRET\u2028",
                "SECRET\u202E"
            })
    void refusesWhatALineCannotCarryAndDoesNotShowIt(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Header.of("X", value))
                .withMessageContaining("printable")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("SECRET"));
    }

    @Test
    void hasABound() {
        assertThat(Header.of("X", "v".repeat(8192))).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> Header.of("X", "v".repeat(8193)));
        assertThatIllegalArgumentException().isThrownBy(() -> Header.of("n".repeat(129), "v"));
    }

    @Test
    void neverPrintsItsValue() {
        assertThat(Header.of("Authorization", "Bearer SECRET").toString())
                .doesNotContain("SECRET")
                .contains("***");
    }
}

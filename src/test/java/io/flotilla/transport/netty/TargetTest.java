package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.WebSocketUri;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    private static Optional<String> follow(String from, String location) {
        return Target.of(WebSocketUri.of(from))
                .follow(location)
                .map(target -> target.uri().text());
    }

    @ParameterizedTest(name = "{0} to [{1}] is {2}")
    @CsvSource({
        "ws://h/a/b?x=1, c, ws://h:80/a/c",
        "ws://h/a/b?x=1, ?y=2, ws://h:80/a/b?y=2",
        "ws://h/a/b?x=1, '', ws://h:80/a/b",
        "ws://h/a/b, /c?d=e, ws://h:80/c?d=e",
        "ws://h/a/b, ../c, ws://h:80/c",
        "ws://h:81/a, //other/b, ws://other:80/b",
        "ws://h/a, http://other:8080, ws://other:8080/",
        "ws://h/a, https://other/b, wss://other:443/b",
        "ws://h/a, WSS://Other/b, wss://other:443/b",
        "wss://h/a, /b, wss://h:443/b",
        "wss://h/a, https://user:pass@other/b#fragment, wss://other:443/b",
        "ws://[::1]:81/a, b, ws://[::1]:81/b",
        "ws://h//evil/a, b, ws://h:80/evil/b",
        "ws://h//evil/a, ?b, ws://h:80//evil/a?b",
        "ws://h/a, '  /b ', ws://h:80/b"
    })
    void leadsThere(String from, String location, String to) {
        assertThat(follow(from, location)).contains(to);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "http://other/",
                "ws://other/",
                "//[",
                "ftp://other/",
                "https:opaque",
                "https:///path",
                "https://other:99999/",
                "https://ho st/",
                "https://other/{credential}",
                "javascript:alert(1)",
                "https://other/\u0000",
                "mailto:a@b"
            })
    void leadsNowhere(String location) {
        assertThat(follow("wss://h/a", location)).isEmpty();
    }

    @Test
    void isWrittenAsItIsRead() {
        for (String uri : new String[] {"ws://h:80/", "wss://[fd00::1]:8443/a?b=c", "ws://h:81//a"}) {
            assertThat(Target.of(WebSocketUri.of(uri)).uri())
                    .hasToString(WebSocketUri.of(uri).toString());
        }
    }
}

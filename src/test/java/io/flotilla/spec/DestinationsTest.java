package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {

    @ParameterizedTest(name = "{0} lets {1}: {2}")
    @CsvSource({
        "*, anything.at.all, true",
        "*, 10.1.2.3, true",
        "*, ::1, true",
        "*.example.com, feed.example.com, true",
        "*.example.com, a.b.EXAMPLE.com., true",
        "*.example.com, example.com, false",
        "*.example.com, example.com.evil.test, false",
        "*.example.com, evilexample.com, false",
        "*.example.com, 10.1.2.3, false",
        "feed-*.example.com, feed-7.example.com, true",
        "feed-*.example.com, feed.example.com, false",
        "*a*b*, xxaxxbxx, true",
        "*a*b, xxaxxbxx, false",
        "Feed.Example.com., feed.example.com, true",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3, false",
        "10.0.0.0/8, any.name, true",
        "10.128.0.0/9, 10.127.0.1, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "fd00::/8, fd12::1, true",
        "fd00::/8, 10.1.2.3, false",
        "fd00::/8, ::ffff:10.1.2.3, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false"
    })
    void looksAtHosts(String allowed, String host, boolean expected) {
        assertThat(Destinations.of(List.of(allowed)).allowsHost(host)).isEqualTo(expected);
    }

    @Test
    void asksForBothWhereThereAreBoth() {
        Destinations both = Destinations.of(List.of("*.example.com", "10.0.0.0/8", "fd00::/8"));
        assertThat(both.looksAtAddresses()).isTrue();
        assertThat(both.allowsHost("feed.example.com")).isTrue();
        assertThat(both.allowsHost("feed.example.org")).isFalse();
        assertThat(both.allowsHost("10.0.0.1")).isTrue();
        assertThat(both.allowsHost("11.0.0.1")).isFalse();
        assertThat(both.allowsAddress(address("10.0.0.1"))).isTrue();
        assertThat(both.allowsAddress(address("fd00::1"))).isTrue();
        assertThat(both.allowsAddress(address("127.0.0.1"))).isFalse();
    }

    @Test
    void letsEveryAddressOfAHostWhereThereAreNoNetworks() {
        Destinations hosts = Destinations.of(List.of("*.example.com"));
        assertThat(hosts.looksAtAddresses()).isFalse();
        assertThat(hosts.allowsAddress(address("127.0.0.1"))).isTrue();
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "a b", "https://host", "host:443"})
    void refusesWhatIsNeitherAHostNorANetwork(String text) {
        assertThatThrownBy(() -> Destinations.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + text + "] is neither a host");
    }

    @Test
    void refusesToLetNothing() {
        assertThatThrownBy(() -> Destinations.of(List.of())).hasMessageContaining("at least one");
        assertThat(Conf.problems("security { allow-destinations = [] }"))
                .singleElement()
                .asString()
                .endsWith("[flotilla.security.allow-destinations]: expected at least one host or network");
    }

    @Test
    void areReadFromTheConfiguration() {
        Configuration read = Conf.read("security { allow-destinations = [\"*.example.com\", 10.0.0.0/8] }")
                .check();
        assertThat(read.settings().network().destinations())
                .isEqualTo(Destinations.of(List.of("*.example.com", "10.0.0.0/8")));
    }

    @Test
    void saysWhichConnectionsLeadElsewhere() {
        assertThat(Conf.problems("""
                                security { allow-destinations = ["*.example.com", "10.0.0.0/8"] }
                                connections {
                                  good { uri = "wss://feed.example.com/", proxy = "http://10.0.0.1:3128" }
                                  bad-name { uri = "wss://feed.example.org/" }
                                  bad-address { uri = "wss://192.0.2.1/" }
                                  bad-proxy { uri = "wss://feed.example.com/", proxy = "http://hush:hush@proxy:3128" }
                                }
                                """))
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains("[bad-name] leads to [feed.example.org]"))
                .anySatisfy(problem -> assertThat(problem).contains("[bad-address] leads to [192.0.2.1]"))
                .anySatisfy(problem -> assertThat(problem).contains("[bad-proxy] has its proxy at [proxy]"))
                .noneSatisfy(problem -> assertThat(problem).contains("hush"));
    }

    private static InetAddress address(String literal) {
        return Literals.address(literal).orElseThrow();
    }
}

package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.HandClock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How long who was let in stays, and who was not has to wait. */
class SessionsTest {

    private final HandClock clock = new HandClock(Instant.EPOCH);

    @Test
    void aSessionEndsWithItsAge() {
        Sessions sessions = new Sessions(Duration.ofHours(1), 10, clock);
        String id = sessions.begin();
        assertThat(id).hasSize(43).isNotEqualTo(sessions.begin());
        clock.pass(Duration.ofMinutes(59));
        assertThat(sessions.knows(id)).isTrue();
        clock.pass(Duration.ofMinutes(1));
        assertThat(sessions.knows(id)).isFalse();
        assertThat(sessions.knows("")).isFalse();
    }

    @Test
    void oneMoreThanThereMayBeEndsTheOldest() {
        Sessions sessions = new Sessions(Duration.ofHours(1), 2, clock);
        String first = sessions.begin();
        String second = sessions.begin();
        String third = sessions.begin();
        assertThat(sessions.knows(first)).isFalse();
        assertThat(sessions.knows(second)).isTrue();
        assertThat(sessions.knows(third)).isTrue();
        sessions.end(third);
        assertThat(sessions.knows(third)).isFalse();
    }

    @Test
    void differentWrongTokensOfOneAddressHaveToWaitForTheMinute() {
        WrongTokens wrong = new WrongTokens(3, clock);
        note(wrong, "a", "one", "two", "two", "two");
        assertThat(wrong.wait("a")).isEmpty();
        clock.pass(Duration.ofSeconds(20));
        note(wrong, "a", "three");
        assertThat(wrong.wait("a")).contains(Duration.ofSeconds(40));
        assertThat(wrong.wait("b")).isEmpty();
        clock.pass(Duration.ofSeconds(40));
        assertThat(wrong.wait("a")).isEmpty();
        note(wrong, "a", "four");
        assertThat(wrong.wait("a")).as("it begins anew").isEmpty();
    }

    @Test
    void aNetworkOfIpv6IsOnePlace() throws Exception {
        assertThat(Doorkeeper.place(InetAddress.getByName("2001:db8::1")))
                .isEqualTo(Doorkeeper.place(InetAddress.getByName("2001:db8::ffff:1")))
                .isNotEqualTo(Doorkeeper.place(InetAddress.getByName("2001:db8:0:1::1")));
        assertThat(Doorkeeper.place(InetAddress.getByName("192.0.2.1"))).isEqualTo("192.0.2.1");
    }

    @Test
    void remembersSoManyAddressesAndNoMore() {
        WrongTokens wrong = new WrongTokens(1, clock);
        for (int i = 0; i < 1025; i++) {
            note(wrong, "address " + i, "x");
        }
        assertThat(wrong.wait("address 0")).isEmpty();
        assertThat(wrong.wait("address 1024")).isPresent();
    }

    private static void note(WrongTokens wrong, String address, String... tokens) {
        for (String token : tokens) {
            wrong.note(address, token.getBytes(StandardCharsets.UTF_8));
        }
    }
}

package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RevivalTest {

    private final Revival revival = new Revival();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void isAlwaysAllowedForWhatIsSeenToChangeByItself() {
        assertThat(revival.may("file", true, now)).isTrue();
        assertThat(revival.may("file", true, now)).isTrue();
    }

    @Test
    void comesMoreAndMoreRarelyForWhatChangesAllTheTime() {
        int revived = 0;
        for (int second = 0; second < 24 * 3600; second++) {
            revived += revival.may("minted", false, now.plusSeconds(second)) ? 1 : 0;
        }
        assertThat(revived).isBetween(24, 32);
    }

    @Test
    void beginsAnewAfterACalm() {
        assertThat(after(0)).isTrue();
        assertThat(after(61)).isTrue();
        assertThat(after(61)).isFalse();
        assertThat(after(2 * 3600)).isTrue();
        assertThat(after(61)).isTrue();
    }

    @Test
    void countsEachCredentialForItself() {
        assertThat(after(0)).isTrue();
        assertThat(after(0)).isFalse();
        assertThat(revival.may("other", false, now)).isTrue();
    }

    private boolean after(long seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
        return revival.may("minted", false, now);
    }
}

package io.flotilla.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DamperTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> counted = new ArrayList<>();
    private final Damper damper = new Damper((word, count) -> counted.add(count + " " + word));

    @Test
    void letsTheFirstLinesThroughAndCountsTheOthers() {
        int through = 0;
        for (int i = 0; i < 5_000; i++) {
            through += damper.admits("LOST", START) ? 1 : 0;
        }

        assertThat(through).isEqualTo(Damper.LET_THROUGH);
        assertThat(counted).isEmpty();
        damper.sayCounted(START.plus(Damper.PAUSE));
        assertThat(counted).containsExactly((5_000 - Damper.LET_THROUGH) + " LOST");
    }

    @Test
    void countsEachWordForItself() {
        for (int i = 0; i < 20; i++) {
            damper.admits("LOST", START);
        }

        assertThat(damper.admits("READY", START)).isTrue();
    }

    @Test
    void letsLinesThroughAgainAfterThePause() {
        for (int i = 0; i < 20; i++) {
            damper.admits("LOST", START);
        }

        assertThat(damper.admits("LOST", START.plus(Damper.PAUSE))).isTrue();
        assertThat(counted).containsExactly("10 LOST");
    }

    @Test
    void saysNothingOfWhatWasAllLetThrough() {
        damper.admits("LOST", START);

        damper.sayAll();

        assertThat(counted).isEmpty();
    }
}

package io.flotilla.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.supervision.Totals;
import io.flotilla.telemetry.Trend.Reading;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrendTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Reading reading = reading(5, 100, 10, Map.of(FailureKind.LOST, 2L));
    private final Trend trend = new Trend(() -> reading, START);

    @AfterEach
    void end() {
        trend.close();
    }

    @Test
    void saysWhatHappenedInAStepAndWhatStandsAtItsEnd() {
        reading = reading(7, 130, 12, Map.of(FailureKind.LOST, 2L, FailureKind.THROTTLED, 4L));
        trend.step(START.plusSeconds(10));
        trend.step(START.plusSeconds(20));

        assertThat(trend.steps())
                .containsExactly(
                        new Trend.Step(
                                START.plusSeconds(10),
                                Map.of(ConnectionState.READY, 3),
                                2,
                                Map.of(FailureKind.THROTTLED, 4L),
                                30,
                                2),
                        new Trend.Step(START.plusSeconds(20), Map.of(ConnectionState.READY, 3), 0, Map.of(), 0, 0));
    }

    @Test
    void keepsAnHour() {
        for (int i = 1; i <= Trend.KEPT + 5; i++) {
            trend.step(START.plusSeconds(10L * i));
        }

        assertThat(trend.steps()).hasSize(Trend.KEPT);
        assertThat(trend.steps().get(0).at()).isEqualTo(START.plusSeconds(60));
        assertThat(Trend.STEP.multipliedBy(Trend.KEPT)).hasHours(1);
    }

    @Test
    void makesOneStepOfWhatATimerCatchesUpWith() {
        reading = reading(6, 100, 10, Map.of());
        trend.step(START.plusSeconds(10));
        for (int i = 0; i < 30; i++) {
            trend.step(START.plusSeconds(300).plusMillis(i));
        }

        assertThat(trend.steps()).hasSize(2);
    }

    private static Reading reading(long dials, long in, long out, Map<FailureKind, Long> failures) {
        return new Reading(
                Map.of(ConnectionState.READY, 3), new Totals(dials, in, 0, out, 0, 0, 0, 0, 0, 0, 0), failures);
    }
}

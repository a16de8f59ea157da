package io.flotilla.policy;

import static io.flotilla.failure.FailureKind.BAD_FRAME;
import static io.flotilla.failure.FailureKind.BAD_TEXT;
import static io.flotilla.failure.FailureKind.CONNECTION_REFUSED;
import static io.flotilla.failure.FailureKind.LOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration WINDOW = Duration.ofMinutes(10);

    @Test
    void aSettledSessionForgetsTheRowButNotTheWindows() {
        History history = History.NONE
                .failed(LOST, NOW)
                .failed(BAD_FRAME, NOW)
                .suspected(true, NOW)
                .slowed(BAD_FRAME)
                .repaired(BAD_FRAME)
                .settled();
        assertThat(history.failuresInARow()).isZero();
        assertThat(history.lastKind()).isEmpty();
        assertThat(history.row()).isEqualTo(History.NONE.settled().row());
        assertThat(history.sinceReady()).isEqualTo(History.NONE.sinceReady());
        assertThat(history.within(BAD_FRAME, WINDOW, NOW)).isOne();
    }

    @Test
    void aReadySessionForgetsWhatIsCountedUntilReadyAndNothingElse() {
        History before = History.NONE
                .failed(CONNECTION_REFUSED, NOW)
                .failed(CONNECTION_REFUSED, NOW)
                .suspected(true, NOW)
                .slowed(CONNECTION_REFUSED)
                .repaired(CONNECTION_REFUSED);
        History after = before.ready();
        assertThat(before.sinceReady(CONNECTION_REFUSED)).isEqualTo(2);
        assertThat(before.lastKind()).contains(CONNECTION_REFUSED);
        assertThat(after.sinceReady(CONNECTION_REFUSED)).isZero();
        assertThat(after.lastKind()).isEmpty();
        assertThat(after.sinceReady().repaired()).isEmpty();
        assertThat(after.row()).isEqualTo(before.row());
        assertThat(after.failuresInARow()).isEqualTo(2);
    }

    @Test
    void theWindowCountsThisFailureAndNotWhatIsExactlyAsOldAsTheWindow() {
        History history = History.NONE.failed(BAD_FRAME, NOW).failed(BAD_TEXT, NOW.plusSeconds(1));
        assertThat(history.within(BAD_FRAME, WINDOW, NOW)).isOne();
        assertThat(history.within(BAD_FRAME, WINDOW, NOW.plus(WINDOW).minusNanos(1)))
                .isOne();
        assertThat(history.within(BAD_FRAME, WINDOW, NOW.plus(WINDOW))).isZero();
    }

    @Test
    void aClockThatGoesBackLosesNothing() {
        History history = History.NONE.failed(BAD_FRAME, NOW).failed(BAD_FRAME, NOW.minusSeconds(3_600));
        assertThat(history.within(BAD_FRAME, WINDOW, NOW.minusSeconds(3_600))).isEqualTo(2);
    }

    @Test
    void remembersNoMoreThanItsRowsAskFor() {
        Random random = new Random(5);
        FailureKind[] kinds = FailureKind.values();
        History history = History.NONE;
        for (int i = 0; i < 20_000; i++) {
            FailureKind kind = kinds[random.nextInt(kinds.length)];
            history = history.failed(kind, NOW.plusMillis(i))
                    .slowed(kind)
                    .climbed(kind)
                    .repaired(kind);
        }
        assertThat(history.recent()).hasSizeLessThanOrEqualTo(16);
        assertThat(history.sinceReady().counts()).hasSizeLessThanOrEqualTo(kinds.length);
        assertThat(history.row().slow()).hasSizeLessThanOrEqualTo(kinds.length);
        assertThat(history.failuresInARow()).isEqualTo(20_000);
        History later = history.settled().failed(BAD_FRAME, NOW.plus(Duration.ofDays(1)));
        assertThat(later.recent()).hasSize(1);
    }
}

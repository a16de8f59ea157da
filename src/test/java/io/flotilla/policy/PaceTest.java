package io.flotilla.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;

    /** No window of this length may hold more turns than the rate, so that dials may be late and no second holds more either. */
    private static final long WINDOW = SECOND + Pace.LATE_MILLIS * MILLI;

    @Test
    void givesTheFirstTurnAtOnce() {
        Pace pace = new Pace(10);
        assertThat(pace.next(42)).isEqualTo(42);
        assertThat(pace.tryTake(42)).isTrue();
    }

    @ParameterizedTest(name = "at {0} a second the second turn comes {1} ns after the first")
    @CsvSource({
        "1000000, 1000",
        "5000, 200000",
        "200, 5000000",
        "2, 500000000",
        "1, 1025000000",
        "0.5, 2000000000",
        "0.000001, 1000000000000000"
    })
    void spreadsTheTurns(double rate, long interval) {
        Pace pace = new Pace(rate);
        pace.take(0);
        assertThat(pace.next(0)).isEqualTo(interval);
        assertThat(pace.tryTake(interval - 1)).isFalse();
        assertThat(pace.tryTake(interval)).isTrue();
    }

    @ParameterizedTest(name = "{0} a second, asked at random times, seed {1}")
    @CsvSource({
        "0.1, 1",
        "0.7, 2",
        "1, 3",
        "1.5, 4",
        "3, 5",
        "7, 6",
        "50, 7",
        "200, 8",
        "999.9, 9",
        "5000, 10",
        "5000, 11"
    })
    void noWindowHoldsMoreThanTheRate(double rate, long seed) {
        Random random = new Random(seed);
        Pace pace = new Pace(rate);
        List<Long> taken = new ArrayList<>();
        long now = random.nextLong(SECOND);
        double mean = SECOND / rate;
        for (int asked = 0; asked < 40_000; asked++) {
            boolean pauses = random.nextInt(500) == 0;
            now += (long) (pauses ? random.nextDouble() * 3 * Math.max(SECOND, mean) : random.nextDouble() * mean);
            if (pace.tryTake(now)) {
                taken.add(now);
            }
        }
        assertWithinRate(taken, rate);
        assertThat(taken.size()).as("turns taken").isGreaterThan(1_000);
    }

    @Test
    void noSecondSeesMoreDialsThanTheRateWhenTheyAreLate() {
        Random random = new Random(5);
        Pace pace = new Pace(500);
        List<Long> dialled = new ArrayList<>();
        for (long now = 0; dialled.size() < 10_000; now = pace.next(now)) {
            pace.take(now);
            dialled.add(now + random.nextLong(Pace.LATE_MILLIS * MILLI));
        }
        dialled.sort(null);
        for (int i = 0; i + 500 < dialled.size(); i++) {
            assertThat(dialled.get(i + 500) - dialled.get(i)).isGreaterThanOrEqualTo(SECOND);
        }
    }

    @Test
    void keepsToANewRateAndToWhatWasTaken() {
        Random random = new Random(3);
        Pace pace = new Pace(100);
        List<Long> taken = new ArrayList<>();
        long now = 0;
        for (int change = 0; change < 200; change++) {
            double rate = 1 + random.nextInt(99);
            long from = now;
            pace.rate(rate);
            for (int i = 0; i < 50; i++) {
                now = pace.next(now);
                pace.take(now);
                taken.add(now);
                long last = now;
                long sameRate = taken.stream()
                        .filter(at -> at > Math.max(from, last - WINDOW))
                        .count();
                assertThat(sameRate).as("in the window before %s", now).isLessThanOrEqualTo(Math.max(1, (long) rate));
            }
            now += random.nextInt(3) * SECOND;
        }
        assertWithinRate(taken, 100);
    }

    @Test
    void countsTheTurnsOfTheLastSecond() {
        Pace pace = new Pace(1000);
        for (int i = 0; i < 30; i++) {
            pace.take(i * 100L * MILLI);
        }
        assertThat(pace.lastSecond(29 * 100 * MILLI)).isEqualTo(10);
        assertThat(pace.lastSecond(10_000 * MILLI)).isZero();
    }

    @ParameterizedTest(name = "{0} a second")
    @ValueSource(doubles = {1, 50, 200, 5_000, 20_000})
    void aLateTimerGetsSeveralTurnsAtOnceAndLosesNextToNothing(double rate) {
        Random random = new Random(7);
        Pace pace = new Pace(rate);
        List<Long> taken = new ArrayList<>();
        long end = 20 * SECOND;
        for (long now = 0; now < end; now += 9 * MILLI + random.nextLong(2 * MILLI)) {
            while (pace.tryTake(now)) {
                taken.add(now);
            }
        }
        assertWithinRate(taken, rate);
        assertThat(taken.size()).as("of 20 s at full rate").isGreaterThanOrEqualTo((int) (0.96 * 20 * rate));
    }

    @Test
    void saysExactlyWhenTheNextTurnIs() {
        Random random = new Random(3);
        Pace pace = new Pace(30);
        long now = 0;
        for (int turn = 0; turn < 2_000; turn++) {
            long next = pace.next(now);
            if (next > now) {
                assertThat(pace.tryTake(next - 1))
                        .as("1 ns before turn " + turn)
                        .isFalse();
            }
            now = next + (random.nextInt(4) == 0 ? random.nextLong(200 * MILLI) : 0);
            pace.take(now);
        }
    }

    @Test
    void anIdleTimeSavesUpHardlyAnything() {
        Pace pace = new Pace(200);
        pace.take(0);
        long later = 3_600 * SECOND;
        int atOnce = 0;
        while (pace.tryTake(later)) {
            atOnce++;
        }
        assertThat(atOnce).isLessThanOrEqualTo(11); // what 50 ms are worth, and the one that is due
    }

    @Test
    void knowsNoSpecialTimes() {
        long nearTheEnd = Long.MAX_VALUE - 10 * MILLI;
        Pace pace = new Pace(2);
        pace.take(nearTheEnd);
        assertThat(pace.tryTake(nearTheEnd + 499 * MILLI)).isFalse();
        assertThat(pace.tryTake(nearTheEnd + 500 * MILLI)).isTrue();
        assertThat(pace.tryTake(nearTheEnd + 1_024 * MILLI)).isFalse();
        assertThat(pace.tryTake(nearTheEnd + 1_025 * MILLI)).isTrue();
    }

    @Test
    void isIdleOnceTheLastWindowIsOver() {
        Pace pace = new Pace(5);
        assertThat(pace.idle(0)).isTrue();
        pace.take(0);
        assertThat(pace.idle(WINDOW - 1)).isFalse();
        assertThat(pace.idle(WINDOW)).isTrue();
        Pace slow = new Pace(0.1);
        slow.take(0);
        assertThat(slow.idle(10 * SECOND - 1)).isFalse();
        assertThat(slow.idle(10 * SECOND)).isTrue();
    }

    @Test
    void aTurnThatIsNotThereCannotBeTaken() {
        Pace pace = new Pace(1);
        pace.take(0);
        assertThatIllegalStateException().isThrownBy(() -> pace.take(1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-7, 1_000_001, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoRate(double rate) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(rate)).withMessageContaining("" + rate);
    }

    /** Every window begins best at a turn: so it is enough to look at those. */
    private static void assertWithinRate(List<Long> taken, double rate) {
        int most = Math.max(1, (int) rate);
        long window = Math.max(WINDOW, (long) Math.ceil(SECOND / rate));
        for (int i = 0; i + most < taken.size(); i++) {
            assertThat(taken.get(i + most) - taken.get(i))
                    .as("from turn %d to the one %d later", i, most)
                    .isGreaterThanOrEqualTo(window);
        }
    }
}

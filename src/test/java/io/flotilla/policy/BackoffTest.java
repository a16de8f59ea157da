package io.flotilla.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(60));

    @ParameterizedTest(name = "wait {0} is at most {1} s")
    @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "8, 60", "1000, 60", "1000000, 60", "2147483647, 60"})
    void doublesUpToTheCap(int inARow, int seconds) {
        assertThat(USUAL.step(inARow)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest(name = "wait {0}")
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void takesANumberThatIsNoneForTheFirst(int inARow) {
        assertThat(USUAL.step(inARow)).isEqualTo(USUAL.step(1));
    }

    @Test
    void aFactorOfOneNeverGrows() {
        assertThat(new Backoff(Duration.ofSeconds(3), 1, Duration.ofSeconds(60)).step(1_000_000))
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void survivesAbsurdSettings() {
        Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
        Backoff absurd = new Backoff(Duration.ofNanos(1), Double.POSITIVE_INFINITY, eternity);
        assertThat(absurd.step(1)).isEqualTo(Duration.ofNanos(1));
        assertThat(absurd.step(1_000_000)).isEqualTo(eternity);
        assertThat(absurd.delay(1_000_000, new Random(1))).isGreaterThanOrEqualTo(Backoff.FLOOR);
        assertThat(new Backoff(eternity, 2, eternity).delay(7, new Random(1))).isLessThanOrEqualTo(eternity);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyWaitLiesWithinItsStep(long seed) {
        Random random = new Random(seed);
        for (int n = 1; n < 2_000; n++) {
            Duration base = Duration.ofMillis(1 + random.nextInt(5_000));
            Backoff backoff = new Backoff(base, 1 + random.nextDouble() * 4, base.plusMillis(random.nextInt(600_000)));
            int inARow = 1 + random.nextInt(30);
            Duration most = backoff.step(inARow).compareTo(Backoff.FLOOR) < 0 ? Backoff.FLOOR : backoff.step(inARow);
            assertThat(backoff.step(inARow)).isBetween(base, backoff.cap());
            assertThat(backoff.delay(inARow, random)).isBetween(Backoff.FLOOR, most);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void jitterIsFull(long seed) {
        Random random = new Random(seed);
        int[] tenths = new int[10];
        Duration from = Backoff.FLOOR;
        Duration to = Duration.ofMillis(60_100);
        for (int n = 0; n < 20_000; n++) {
            tenths[(int) ((Backoff.uniform(from, to, random).toMillis() - 100) * 10 / 60_001)]++;
        }
        assertThat(java.util.Arrays.stream(tenths).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(1_800, 2_200));
    }

    @Test
    void bothEndsOfARangeCanBeDrawn() {
        Random random = new Random(9);
        Duration one = Duration.ofNanos(1);
        Duration two = Duration.ofNanos(2);
        assertThat(java.util.stream.Stream.generate(() -> Backoff.uniform(one, two, random))
                        .limit(100)
                        .distinct())
                .containsExactlyInAnyOrder(one, two);
    }

    @Test
    void anEmptyRangeIsItsBeginning() {
        Random random = new Random(1);
        assertThat(Backoff.uniform(Duration.ofSeconds(2), Duration.ofSeconds(2), random))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(Backoff.uniform(Duration.ofSeconds(2), Duration.ZERO, random))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest(name = "base {0} ms, factor {1}, cap {2} ms")
    @CsvSource({"0, 2, 1000", "-1, 2, 1000", "1000, 2, 999", "1000, 0.99, 1000", "1000, NaN, 1000"})
    void refusesWhatIsNoBackoff(long base, double factor, long cap) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofMillis(base), factor, Duration.ofMillis(cap)));
    }
}

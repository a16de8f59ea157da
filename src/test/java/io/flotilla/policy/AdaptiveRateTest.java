package io.flotilla.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AdaptiveRateTest {

    private static final long SECOND = 1_000_000_000L;

    private final AdaptiveRate rate = new AdaptiveRate(OptionalDouble.of(100));

    @Test
    void isTheCeilingUntilAPeerComplains() {
        assertThat(rate.perSecond(0)).hasValue(100);
        assertThat(turns(rate, 0, SECOND)).isBetween(95, 100);
    }

    @Test
    void halvesWhatWasDialledNotWhatWasAllowed() {
        for (int i = 0; i < 20; i++) {
            rate.take(rate.next(i * SECOND / 20));
        }
        rate.tooFast(SECOND);
        assertThat(rate.perSecond(SECOND).orElseThrow()).isCloseTo(10, within(1.0));
    }

    @Test
    void hearsTheRefusalsOfOneMomentOnce() {
        turns(rate, 0, SECOND);
        for (int i = 0; i < 50; i++) {
            rate.tooFast(SECOND + i);
        }
        assertThat(rate.perSecond(SECOND).orElseThrow()).isCloseTo(50, within(3.0));
    }

    @Test
    void isCutAgainWhenThePeerComplainsAgain() {
        turns(rate, 0, SECOND);
        rate.tooFast(SECOND);
        turns(rate, SECOND, 4 * SECOND);
        rate.tooFast(4 * SECOND);
        assertThat(rate.perSecond(4 * SECOND).orElseThrow()).isBetween(20.0, 32.0);
    }

    @Test
    void growsBackEvenlyWithinAMinute() {
        turns(rate, 0, SECOND);
        rate.tooFast(SECOND);
        double quarter = rate.perSecond(SECOND + 15 * SECOND).orElseThrow();
        assertThat(quarter).isCloseTo(75, within(3.0));
        assertThat(rate.perSecond(62 * SECOND)).hasValue(100);
        assertThat(turns(rate, 62 * SECOND, 64 * SECOND)).isBetween(190, 200);
    }

    @Test
    void keepsALittleHoweverOftenItIsRefused() {
        for (int i = 0; i < 100; i++) {
            rate.tooFast(i * 3L * SECOND);
        }
        assertThat(rate.perSecond(300 * SECOND).orElseThrow()).isGreaterThanOrEqualTo(0.1);
    }

    @Test
    void isOffAgainAfterItHasGrownToWhatWasTooFast() {
        AdaptiveRate off = new AdaptiveRate(OptionalDouble.empty());
        for (int i = 0; i < 200; i++) {
            off.take(off.next(i * SECOND / 200));
        }
        off.tooFast(SECOND);
        assertThat(off.perSecond(SECOND).orElseThrow()).isCloseTo(100, within(5.0));
        assertThat(off.idle(30 * SECOND)).isFalse();
        assertThat(off.perSecond(62 * SECOND)).isEmpty();
        assertThat(off.idle(64 * SECOND)).isTrue();
    }

    /** Takes every turn between two moments and counts them. */
    private static int turns(AdaptiveRate rate, long from, long to) {
        int count = 0;
        for (long now = rate.next(from); now < to; now = rate.next(now)) {
            rate.take(now);
            count++;
        }
        return count;
    }
}

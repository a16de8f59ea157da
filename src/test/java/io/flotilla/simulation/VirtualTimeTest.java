package io.flotilla.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.Cancellable;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

    private final VirtualTime time = new VirtualTime();
    private final List<String> rung = new ArrayList<>();

    @Test
    void ringsInTheOrderOfTimesAndAtTheExactMoment() {
        time.after(Duration.ofNanos(7), () -> rung.add("second at " + time.nanos()));
        time.after(Duration.ofNanos(3), () -> rung.add("first at " + time.nanos()));

        ringAll(100);

        assertThat(rung).containsExactly("first at 3", "second at 7");
        assertThat(time.nanos()).isEqualTo(100);
        assertThat(time.instant()).isEqualTo(VirtualTime.START.plusNanos(100));
    }

    @Test
    void ringsThoseOfOneMomentInTheOrderInWhichTheyWereSet() {
        for (int i = 0; i < 100; i++) {
            int number = i;
            time.after(Duration.ofSeconds(1), () -> rung.add("" + number));
        }

        ringAll(Duration.ofSeconds(1).toNanos());

        assertThat(rung).hasSize(100).isSortedAccordingTo(java.util.Comparator.comparing(Integer::valueOf));
    }

    @Test
    void doesNotRingWhatIsCancelledAndForgetsIt() {
        List<Cancellable> set = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            set.add(time.after(Duration.ofDays(1), () -> rung.add("cancelled")));
        }
        set.forEach(Cancellable::cancel);
        time.after(Duration.ofDays(2), () -> rung.add("kept"));

        assertThat(time.pending()).isLessThan(2_000);
        ringAll(Duration.ofDays(3).toNanos());

        assertThat(rung).containsExactly("kept");
        assertThat(set).allSatisfy(alarm -> assertThat(alarm.isCancelled()).isTrue());
    }

    @Test
    void cancelsOnlyOnceAndNotAfterItRang() {
        Cancellable early = time.after(Duration.ofNanos(1), () -> rung.add("early"));
        Cancellable late = time.after(Duration.ofNanos(9), () -> rung.add("late"));
        ringAll(5);

        assertThat(early.cancel()).isFalse();
        assertThat(early.isCancelled()).isFalse();
        assertThat(late.cancel()).isTrue();
        assertThat(late.cancel()).isFalse();
        ringAll(20);
        assertThat(rung).containsExactly("early");
    }

    @Test
    void doesNotRingBeforeItIsTimeAndWaitsForeverForWhatIsBeyondTheLastMoment() {
        time.after(Duration.ofSeconds(Long.MAX_VALUE), () -> rung.add("never"));

        ringAll(Duration.ofDays(10_000).toNanos());

        assertThat(rung).isEmpty();
    }

    private void ringAll(long until) {
        while (time.ringNext(until)) {
            assertThat(time.nanos()).isLessThanOrEqualTo(until);
        }
    }
}

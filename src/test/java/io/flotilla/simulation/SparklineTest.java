package io.flotilla.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparklineTest {

    @Test
    void drawsNothingAsABlankAndTheTopAsAFullBar() {
        assertThat(Sparkline.of(new int[] {0, 1, 4, 8, 9}, 8, 10, Math::max)).isEqualTo(" ▂▅██");
    }

    @Test
    void showsTheLeastTraceOfSomething() {
        assertThat(Sparkline.of(new int[] {1}, 1_000_000, 10, Math::max)).isEqualTo("▁");
    }

    @Test
    void joinsNumbersWhereThereAreTooMany() {
        int[] dip = {8, 8, 8, 0, 8, 8};

        assertThat(Sparkline.of(dip, 8, 3, Math::max)).isEqualTo("███");
        assertThat(Sparkline.of(dip, 8, 3, Math::min)).isEqualTo("█ █");
    }

    @Test
    void ofNothingIsEmpty() {
        assertThat(Sparkline.of(new int[0], 1, 10, Math::max)).isEmpty();
    }
}

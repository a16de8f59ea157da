package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WithoutRowTest {

    private static final class New extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Newer extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void saysEachClassOnce() {
        assertThat(WithoutRow.say(new New())).isTrue();
        assertThat(WithoutRow.say(new New())).isFalse();
        assertThat(WithoutRow.say(new Newer())).isTrue();
    }
}

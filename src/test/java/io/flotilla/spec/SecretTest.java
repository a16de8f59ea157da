package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void printsAsStars() {
        assertThat(Secret.of("hunter2")).hasToString("***");
        assertThat("" + Secret.of("hunter2") + String.format("%s", Secret.of("hunter2")))
                .isEqualTo("******");
    }

    @Test
    void isEqualByItsValue() {
        assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a"));
        assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b")).isNotEqualTo("a");
        assertThat(Secret.of("")).isNotEqualTo(Secret.of("a"));
    }

    @Test
    void revealsItselfOnlyWhenAsked() {
        assertThat(Secret.of("hunter2").reveal()).isEqualTo("hunter2");
    }
}

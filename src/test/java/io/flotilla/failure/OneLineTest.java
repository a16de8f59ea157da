package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {

    @Test
    void escapesWhatCouldForgeALine() {
        assertThat(OneLine.of("a\nb\r\u001b[2J\u0000\u007f\u0085\u2028\u202eé😀\t"))
                .isEqualTo("a\\u000ab\\u000d\\u001b[2J\\u0000\\u007f\\u0085\\u2028\\u202eé😀\\u0009");
    }

    @Test
    void theDetailOfAFailureForgesNoLine() {
        Failure failure =
                Failure.of(FailureKind.TLS_UNTRUSTED, "the certificate of [CN=a\n2026-01-01 ERROR b\u001b[2J]");

        assertThat(failure.detail()).isEqualTo("the certificate of [CN=a\\u000a2026-01-01 ERROR b\\u001b[2J]");
    }
}

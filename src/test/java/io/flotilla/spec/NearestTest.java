package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    private static final List<String> WORDS = List.of("retry", "ready-when", "receive", "up");

    @ParameterizedTest(name = "[{0}] is meant to be [{1}]")
    @CsvSource({"rerty,retry", "Retry,retry", "readywhen,ready-when", "recieve,receive", "pu,up", "retries,retry"})
    void findsWhatWasMeant(String written, String meant) {
        assertThat(Nearest.to(written, WORDS)).contains(meant);
        assertThat(Nearest.hint(written, WORDS)).isEqualTo("; did you mean [" + meant + "]?");
    }

    @ParameterizedTest(name = "[{0}] is like nothing")
    @CsvSource({"liveness", "abcdef", "dot", "you"})
    void doesNotGuess(String written) {
        assertThat(Nearest.hint(written, WORDS)).isEmpty();
        assertThat(Nearest.hint(written, List.of())).isEmpty();
    }
}

package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {

    @Test
    void printSortedByTheirKeys() {
        assertThat(Labels.of(Map.of("region", "eu", "desk", "spot")))
                .hasToString("desk=spot,region=eu")
                .isEqualTo(Labels.of(Map.of("desk", "spot", "region", "eu")));
        assertThat(Labels.NONE).hasToString("");
        assertThat(Labels.of(Map.of())).isSameAs(Labels.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "desk", "a-b_c9", "abcdefghijklmnopqrstuvwxyz012345"})
    void takeAKey(String key) {
        assertThat(Labels.of(Map.of(key, "x")).pairs()).containsEntry(key, "x");
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {"", "A", "9a", "_a", "-a", "a b", "a.b", "a=b", "ä", "abcdefghijklmnopqrstuvwxyz0123456", "a\n"})
    void refuseWhatIsNoKey(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.of(Map.of(key, "x")))
                .withMessageContaining("must match");
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {" ", "x", "Großhandel, Süd = 1", "日本", "\uD83D\uDE80"})
    void takeAnythingPrintable(String value) {
        assertThat(Labels.of(Map.of("k", value)).pairs()).containsEntry("k", value);
    }

    @ParameterizedTest(name = "value {index}")
    @ValueSource(
            strings = {
                "", "a\n", "\t", "\u0000", "\u0085", "\u200B", "\u202Ea", "\u2028", "\u2029", "\uD83D", "\uFFFF",
                "\uE000"
            })
    void refuseWhatDoesNotPrint(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Labels.of(Map.of("k", value)))
                .withMessageContaining("printable");
    }

    @Test
    void countCharactersNotChars() {
        String rocket = "\uD83D\uDE80";
        assertThat(Labels.of(Map.of("k", rocket.repeat(128))).pairs()).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> Labels.of(Map.of("k", rocket.repeat(129))));
    }

    @Test
    void areAtMostSixteen() {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < 16; i++) {
            pairs.put("k" + i, "v");
        }
        assertThat(Labels.of(pairs).pairs()).hasSize(16);
        pairs.put("one-more", "v");
        assertThatIllegalArgumentException().isThrownBy(() -> Labels.of(pairs)).withMessageContaining("at most 16");
    }

    @Test
    void belongToNobodyElse() {
        SortedMap<String, String> mine = new TreeMap<>(Comparator.reverseOrder());
        mine.put("a", "1");
        mine.put("b", "2");
        Labels labels = new Labels(mine);
        mine.put("c", "3");
        assertThat(labels).hasToString("a=1,b=2");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> labels.pairs().put("d", "4"));
    }
}

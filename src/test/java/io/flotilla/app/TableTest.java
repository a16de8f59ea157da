package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private final Table table = new Table("ID", "WHY");

    @Test
    void columnsAreAsWideAsWhatIsInThem() {
        table.add("a", "well");
        table.add("long-one", "");

        assertThat(table.lines(80)).containsExactly("ID        WHY", "a         well", "long-one");
    }

    @Test
    void theWidestColumnGivesUntilALineFits() {
        table.add("short", "a sentence that is much too long for this");

        assertThat(table.lines(20)).containsExactly("ID     WHY", "short  a sentence t…");
        assertThat(table.lines(20)).allMatch(line -> line.length() <= 20);
    }

    @Test
    void aPipeGetsEverything() {
        String sentence = "word ".repeat(1000).strip();
        table.add("a", sentence);

        assertThat(table.lines(Integer.MAX_VALUE).get(1)).isEqualTo("a   " + sentence);
    }

    @Test
    void columnsNeverVanish() {
        table.add("abcdefghij", "abcdefghij");

        assertThat(table.lines(1)).isEqualTo(List.of("ID     WHY", "abcd…  abcd…"));
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a newcomer reads and what the machine runs are the same. */
class HouseKeepingTest {

    private static final Path README = Path.of("README.md");

    @Test
    void theTestCommandOfTheReadmeIsTheOneThatCiRuns() throws Exception {
        assumeThat(README).exists();
        String command = Files.readString(Path.of(".ci", "run"))
                .lines()
                .filter(line -> line.startsWith("mvn "))
                .findFirst()
                .orElseThrow();

        assertThat(Files.readString(README).lines().map(String::strip)).contains(command);
    }
}

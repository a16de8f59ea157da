package io.flotilla.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts in git that outcomes are compared with. {@code mvn test -Dtest=ScenariosTest -Dgolden=write} writes them anew; the
 * difference that git shows then is what a change of policy does to a fleet.
 */
final class Golden {

    private static final Path FOLDER = Path.of("src/test/resources/simulation");

    private Golden() {}

    static void check(String name, String text) {
        Path file = FOLDER.resolve(name + ".txt");
        try {
            if ("write".equals(System.getProperty("golden"))) {
                Files.createDirectories(FOLDER);
                Files.writeString(file, text);
            }
            assertThat(file).as("Written by -Dgolden=write").exists();
            assertThat(text)
                    .as("%s says otherwise; if this is as it should be: -Dgolden=write", file)
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the page: nothing from elsewhere, nothing that makes markup of data. */
class DashboardFilesTest {

    private static final Path FOLDER = Path.of("src/main/resources/io/flotilla/admin/page");
    private static final Pattern USED = Pattern.compile("(?:\"/page/|from \"\\./)([a-z0-9.-]+)\"");

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void fetchNothingFromElsewhere() throws IOException {
        for (Path file : files()) {
            assertThat(read(file).replace("http://www.w3.org/2000/svg", ""))
                    .as(file.toString())
                    .doesNotContain("http:", "https:", "url(", "@import", "\"//");
        }
    }

    @Test
    void makeNoMarkupOfText() throws IOException {
        for (Path file : files()) {
            assertThat(read(file))
                    .as(file.toString())
                    .doesNotContain(
                            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function");
        }
        assertThat(read(FOLDER.resolve("index.html")))
                .doesNotContain("<style", " style=", "onclick")
                .contains("<script type=\"module\" src=");
    }

    @Test
    void areAllThereAndAllUsed() throws IOException {
        Set<String> used = files().stream()
                .flatMap(file -> USED.matcher(read(file)).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there = files().stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals("index.html"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(used).isEqualTo(there);
    }
}

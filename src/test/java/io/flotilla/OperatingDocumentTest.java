package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code src/docs/operating.md} leaves no operator alone, and leads to where it says. */
class OperatingDocumentTest {

    private String document = "";

    @BeforeEach
    void read() throws IOException {
        document = Files.readString(Path.of("src/docs/operating.md"));
    }

    @Test
    void saysOfEveryKindOfFailureWhatAnOperatorDoes() {
        List<MatchResult> lines = all("(?m)^\\| ([A-Z_]+) \\| (.*) \\|$", section("### Each kind of failure"));

        assertThat(lines.stream().map(line -> line.group(1)))
                .containsExactlyElementsOf(
                        Arrays.stream(FailureKind.values()).map(Enum::name).toList());
        assertThat(lines.stream().map(line -> line.group(2)))
                .allSatisfy(what -> assertThat(what).isNotBlank().endsWith("."));
    }

    @Test
    void listsItsSectionsInTheirOrder() {
        List<String> sections = all("(?m)^## (.*)$", document).stream()
                .map(heading -> "- [" + heading.group(1) + "](#" + anchor(heading.group(1)) + ")")
                .toList();

        assertThat(document.substring(0, document.indexOf("\n## ")).lines().filter(line -> line.startsWith("- ")))
                .containsExactlyElementsOf(sections);
    }

    @Test
    void itsLinksAndThoseOfTheReadmeLeadToSectionsThatItHas() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        List<String> sections = all("(?m)^##+ (.*)$", document).stream()
                .map(heading -> anchor(heading.group(1)))
                .toList();

        assertThat(all("]\\((?:src/docs/operating\\.md)?#([^)]+)\\)", document + readme))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(sections).contains(link.group(1)));
    }

    private String section(String heading) {
        return document.split(Pattern.quote(heading + "\n"), 2)[1].split("\n##", 2)[0];
    }

    private static List<MatchResult> all(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().toList();
    }

    /** As a forge makes it of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}\\- ]", "")
                .replace(' ', '-');
    }
}

package io.flotilla.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code src/docs/failures.md} says what the code does, row by row. */
class FailuresDocumentTest {

    private static final List<String> LINES = lines();

    @Test
    void hasEveryRowOfTheTableInItsOrder() {
        List<List<String>> expected = Arrays.stream(FailureKind.values())
                .map(kind -> List.of(
                        kind.name(),
                        kind.meaning(),
                        kind.treatment().toString(),
                        word(kind.scope()),
                        word(kind.phase()),
                        word(kind.origin())))
                .toList();
        assertThat(rowsUnder("kind").map(row -> row.subList(0, 6))).containsExactlyElementsOf(expected);
    }

    @Test
    void hasEveryVerdictWithItsWords() {
        List<List<String>> expected = Arrays.stream(Verdict.values())
                .map(verdict -> List.of(verdict.name(), words(verdict)))
                .toList();
        assertThat(rowsUnder("verdict").map(row -> row.subList(0, 2))).containsExactlyElementsOf(expected);
    }

    @Test
    void hasEveryDialectAndItsRules() {
        List<List<String>> dialects = rowsUnder("dialect").toList();
        assertThat(dialects.stream()
                        .filter(row -> row.get(2).matches("\\d+"))
                        .map(row -> List.of(row.get(0), row.get(2))))
                .containsExactlyElementsOf(Arrays.stream(Dialect.values())
                        .map(dialect -> List.of(code(dialect.word()), "" + dialect.leaveCode()))
                        .toList());
        assertThat(dialects.stream().filter(row -> !row.get(2).matches("\\d+")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Dialect.values())
                        .flatMap(FailuresDocumentTest::rules)
                        .toList());
    }

    @Test
    void showsOverridesThatCanBeRead() {
        Map<String, String> shown = Pattern.compile("^    \"([^\"]+)\" += ([a-z-]+)", Pattern.MULTILINE)
                .matcher(String.join("\n", LINES))
                .results()
                .collect(java.util.stream.Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        assertThat(shown).hasSize(6);
        assertThat(shown.keySet())
                .allSatisfy(key -> assertThat(Matcher.parse(key)).isPresent());
        assertThat(shown.values())
                .allSatisfy(word -> assertThat(Ruling.ofWord(word)).isPresent());
    }

    @Test
    void showsAHookThatCompilesAndDoesWhatItSays() {
        Classifier maintenance =
                failure -> "maintenance".equals(failure.evidence().closeReason())
                        ? Optional.of(Ruling.TRANSIENT_HINTED)
                        : Optional.empty(); // empty: as table, dialect and overrides have it
        var classify = new Classification(Dialect.STANDARD, Overrides.NONE, Optional.of(maintenance));
        ConnectionSpec spec = ConnectionSpec.builder("quotes", "wss://example.com/feed")
                .classify(classify)
                .build();

        Failure closed = Failure.of(
                FailureKind.CLOSED_FORBIDDEN,
                "",
                new Evidence.Builder().closeReceived(3003, "maintenance").build());
        assertThat(spec.classify().judge(closed).verdict()).isEqualTo(Verdict.TRANSIENT_HINTED);
        assertThat(spec.classify().judge(closed.with(Evidence.NONE)).verdict()).isEqualTo(Verdict.PERMANENT);
        String shown = String.join(" ", LINES).replaceAll("\\s+", " ");
        assertThat(shown)
                .contains(
                        "failure -> \"maintenance\".equals(failure.evidence().closeReason()) ? Optional.of(Ruling.TRANSIENT_HINTED) : Optional.empty();",
                        "new Classification(Dialect.STANDARD, Overrides.NONE, Optional.of(maintenance));",
                        "ConnectionSpec.builder(\"quotes\", \"wss://example.com/feed\").classify(classify).build();");
    }

    private static Stream<List<String>> rules(Dialect dialect) {
        return dialect.rules().rules().stream()
                .map(rule -> List.of(
                        code(dialect.word()),
                        rule.matcher().toString().replace("close:", ""),
                        code(rule.ruling().word())));
    }

    private static String words(Verdict verdict) {
        return String.join(
                ", ",
                Arrays.stream(Ruling.values())
                        .filter(ruling -> ruling.verdict() == verdict)
                        .map(ruling -> code(ruling.word()))
                        .toList());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    /** The rows of all tables whose first column has this heading. */
    private static Stream<List<String>> rowsUnder(String heading) {
        Stream.Builder<List<String>> rows = Stream.builder();
        boolean inside = false;
        for (String line : LINES) {
            List<String> cells = cells(line);
            if (cells.isEmpty()) {
                inside = false;
            } else if (cells.get(0).equals(heading)) {
                inside = true;
            } else if (inside && !cells.get(0).startsWith("---")) {
                rows.add(cells);
            }
        }
        return rows.build();
    }

    private static List<String> cells(String line) {
        return line.startsWith("|")
                ? Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList()
                : List.of();
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("src/docs/failures.md"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

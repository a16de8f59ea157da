package io.flotilla.spec;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a configuration, collected while it is read so that all of it comes out at once. Not thread-safe. */
public final class Problems {

    private static final Pattern LINE = Pattern.compile("(?<file>.*): (?<line>\\d{1,9})", Pattern.DOTALL);
    private static final String MERGED = "merge of ";

    private final List<InvalidConfig.Problem> found = new ArrayList<>();

    /**
     * Adds one.
     *
     * @param where {@code file: line}, a file alone, or empty
     */
    public void add(String where, String message) {
        found.add(new InvalidConfig.Problem(where, message));
    }

    void add(ConfigOrigin origin, String message) {
        add(where(origin), message);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Says everything that was found, if anything was: file by file, in the order of the lines.
     *
     * @throws InvalidConfig with everything that was found, if anything was
     */
    public void check() {
        if (!found.isEmpty()) {
            throw new InvalidConfig(sorted());
        }
    }

    private List<InvalidConfig.Problem> sorted() {
        Map<String, List<Placed>> files = new LinkedHashMap<>();
        for (InvalidConfig.Problem problem : found) {
            Matcher at = LINE.matcher(problem.where());
            boolean line = at.matches();
            files.computeIfAbsent(line ? at.group("file") : problem.where(), file -> new ArrayList<>())
                    .add(new Placed(line ? Integer.parseInt(at.group("line")) : 0, problem));
        }
        return files.values().stream()
                .flatMap(file -> file.stream().sorted(Comparator.comparingInt(Placed::line)))
                .map(Placed::problem)
                .distinct()
                .toList();
    }

    private record Placed(int line, InvalidConfig.Problem problem) {}

    /** File and line, as far as they are known. What several files say together is where the first of them says it. */
    static String where(ConfigOrigin origin) {
        String file = origin.filename();
        String said = origin.description();
        if (said.startsWith(MERGED)) {
            int comma = said.indexOf(',');
            return said.substring(MERGED.length(), comma < 0 ? said.length() : comma);
        }
        if (file == null) {
            return said;
        }
        return origin.lineNumber() > 0 ? file + ": " + origin.lineNumber() : file;
    }
}

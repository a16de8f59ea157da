package io.flotilla.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used: every problem at once, each with its file and line where it has one. */
public final class InvalidConfig extends RuntimeException {

    private static final int SHOWN = 50;
    private static final long serialVersionUID = 1L;

    /** One thing that is wrong; {@code where} is {@code file: line} or empty. */
    public record Problem(String where, String message) {
        @Override
        public String toString() {
            return where.isEmpty() ? message : where + ": " + message;
        }
    }

    private final transient List<Problem> problems;

    public InvalidConfig(List<Problem> problems) {
        super(text(problems));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String text(List<Problem> problems) {
        String shown = problems.stream().limit(SHOWN).map(Problem::toString).collect(Collectors.joining("\n"));
        int rest = problems.size() - SHOWN;
        return rest > 0 ? shown + "\n… and " + rest + " more" : shown;
    }
}

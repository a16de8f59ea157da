package io.flotilla.failure;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Rules that stand before the table. The narrowest that matches wins; of equally narrow ones codes before kinds, then the first. */
public record Overrides(List<Rule> rules) {

    private static final Comparator<Rule> NARROWEST = Comparator.<Rule>comparingInt(
                    rule -> rule.matcher().breadth())
            .thenComparing(rule -> rule.matcher() instanceof Matcher.Kind);

    public static final Overrides NONE = new Overrides(List.of());

    /** What matches gets this ruling. */
    public record Rule(Matcher matcher, Ruling ruling) {}

    public Overrides {
        rules = rules.stream().sorted(NARROWEST).toList();
    }

    /** The rule for this failure, if one matches. */
    public Optional<Rule> rulingFor(Failure failure) {
        return rules.stream().filter(rule -> rule.matcher().matches(failure)).findFirst();
    }
}

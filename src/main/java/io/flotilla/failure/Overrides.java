package io.flotilla.failure;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Rules that stand before the table. The narrowest one that matches wins; of equally narrow ones the first. */
public record Overrides(List<Rule> rules) {

    public static final Overrides NONE = new Overrides(List.of());

    /** What matches gets this ruling. */
    public record Rule(Matcher matcher, Ruling ruling) {}

    public Overrides {
        rules = rules.stream()
                .sorted(Comparator.comparingInt(rule -> rule.matcher().breadth()))
                .toList();
    }

    /** The rule for this failure, if one matches. */
    public Optional<Rule> rulingFor(Failure failure) {
        return rules.stream().filter(rule -> rule.matcher().matches(failure)).findFirst();
    }
}

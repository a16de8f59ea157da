package io.flotilla.admin;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Labels;
import io.flotilla.supervision.Glance;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which connections are meant; all of it must hold.
 *
 * @param states one of them; empty: any
 * @param kinds one of them; empty: any
 * @param part of the id, the host or the value of a label, in lower case
 */
record Filter(
        Set<ConnectionState> states,
        Optional<String> host,
        List<Labels> labels,
        Set<FailureKind> kinds,
        Optional<String> part)
        implements Predicate<Glance> {

    static final String[] PARAMETERS = {"state", "host", "label", "kind", "q"};

    private static final int LONGEST = 128;

    static Filter of(Query query) {
        Optional<String> part = query.one("q");
        part.filter(text -> text.length() > LONGEST).ifPresent(text -> {
            throw Query.unexpected("q", text, "at most " + LONGEST + " characters");
        });
        return new Filter(
                query.constants("state", ConnectionState.class),
                query.one("host"),
                query.parsed("label", Labels::parse),
                query.constants("kind", FailureKind.class),
                part.map(text -> text.toLowerCase(Locale.ROOT)));
    }

    /** Whether it lets everything pass. */
    boolean isOpen() {
        return states.isEmpty() && host.isEmpty() && labels.isEmpty() && kinds.isEmpty() && part.isEmpty();
    }

    @Override
    public boolean test(Glance glance) {
        return (states.isEmpty() || states.contains(glance.state()))
                && labels.stream().allMatch(glance.labels()::hasAll)
                && (kinds.isEmpty() || glance.kind().filter(kinds::contains).isPresent())
                && host.map(wanted -> leadsTo(glance.host(), wanted)).orElse(true)
                && part.map(wanted -> says(glance, wanted)).orElse(true);
    }

    private static boolean leadsTo(String host, String wanted) {
        return host.equalsIgnoreCase(wanted)
                || host.substring(0, host.lastIndexOf(':')).equalsIgnoreCase(wanted);
    }

    private static boolean says(Glance glance, String wanted) {
        return contains(glance.id().value(), wanted)
                || contains(glance.host(), wanted)
                || glance.labels().pairs().values().stream().anyMatch(value -> contains(value, wanted));
    }

    private static boolean contains(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }
}

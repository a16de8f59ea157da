package io.flotilla.app;

import io.flotilla.spec.Endpoint;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The hosts of a configuration that an option names: {@code host}, {@code host:port}, or with {@code *} for any characters. */
final class SimulatedHosts {

    private static final int NAMED = 10;

    private final List<Endpoint> all;

    SimulatedHosts(Collection<Endpoint> all) {
        this.all = List.copyOf(all);
    }

    /** Those that are meant; a problem where that is nobody. */
    Predicate<Endpoint> named(Pairs pairs) {
        String name = pairs.required("host").toLowerCase(Locale.ROOT);
        Pattern pattern = Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q"), Pattern.CASE_INSENSITIVE);
        Predicate<Endpoint> meant = endpoint -> pattern.matcher(endpoint.host()).matches()
                || pattern.matcher(endpoint.toString()).matches();
        if (all.stream().noneMatch(meant)) {
            throw pairs.problem("no connection leads to [" + name + "]; there are " + listed());
        }
        return meant;
    }

    private String listed() {
        String names = all.stream().limit(NAMED).map(Endpoint::toString).collect(Collectors.joining(", "));
        return all.size() > NAMED ? names + " and " + (all.size() - NAMED) + " more" : names;
    }
}

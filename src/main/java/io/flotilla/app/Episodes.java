package io.flotilla.app;

import io.flotilla.simulation.Episode;
import io.flotilla.simulation.Manner;
import io.flotilla.spec.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what shall happen in a simulation. */
final class Episodes {

    private static final Duration DROPPED_AFTER = Duration.ofMillis(200);
    private static final int NODES = 1_000;
    private static final int STATUS_LEAST = 400;
    private static final int STATUS_MOST = 599;

    private final SimulatedHosts hosts;
    private final Set<String> credentials;
    private final Duration usual;

    /** @param usual when something happens that does not say when */
    Episodes(SimulatedHosts hosts, Set<String> credentials, Duration usual) {
        this.hosts = hosts;
        this.credentials = credentials;
        this.usual = usual;
    }

    Episode outage(String text) {
        Pairs pairs = Pairs.read(text, "host", "for", "at", "how", "rate", "retry-after", "status");
        Predicate<Endpoint> meant = hosts.named(pairs);
        String name = pairs.required("host");
        Duration length = pairs.requiredDuration("for");
        Duration at = at(pairs);
        String how = pairs.optional("how").orElse("refuse");
        Optional<Duration> retryAfter = pairs.duration("retry-after");
        if (pairs.optional("rate").isPresent() && !how.equals("throttle")) {
            throw pairs.problem("rate belongs to how=throttle");
        }
        if (pairs.optional("status").isPresent() && !how.equals("status")) {
            throw pairs.problem("status belongs to how=status");
        }
        if (retryAfter.isPresent() && !how.equals("throttle") && !how.equals("status")) {
            throw pairs.problem("retry-after belongs to how=throttle and how=status");
        }
        return switch (how) {
            case "refuse" -> Episode.dies(meant, name, at, length);
            case "unreachable" ->
                Episode.behaves(meant, name, "cannot be reached", new Manner.Unroutable(), at, length);
            case "hang" -> Episode.behaves(meant, name, "hangs", new Manner.Hangs(), at, length);
            case "black-hole" -> Episode.behaves(meant, name, "is a black hole", new Manner.Swallows(), at, length);
            case "drop" ->
                Episode.killedAndBehaves(
                        meant,
                        name,
                        "drops everybody after " + Durations.shown(DROPPED_AFTER),
                        new Manner.Drops(DROPPED_AFTER),
                        at,
                        length);
            case "throttle" -> throttled(pairs, meant, name, retryAfter.orElse(Duration.ofSeconds(5)), at, length);
            case "status" -> {
                int status = pairs.number("status", 503, STATUS_LEAST, STATUS_MOST);
                yield Episode.killedAndBehaves(
                        meant, name, "says HTTP " + status, new Manner.Says(status, retryAfter), at, length);
            }
            default ->
                throw pairs.problem("how = [" + how
                        + "]; expected refuse, unreachable, hang, black-hole, drop, throttle or status");
        };
    }

    private static Episode throttled(
            Pairs pairs, Predicate<Endpoint> meant, String name, Duration retryAfter, Duration at, Duration length) {
        int rate = pairs.number("rate", 10, 1, 1_000_000);
        return Episode.killedAndBehaves(
                meant,
                name,
                "lets " + rate + " in a second and says 429 to the rest",
                new Manner.Throttles(rate, retryAfter),
                at,
                length);
    }

    Episode kill(String text) {
        Pairs pairs = Pairs.read(text, "host", "at");
        return Episode.killed(hosts.named(pairs), pairs.required("host"), at(pairs));
    }

    List<Episode> restart(String text) {
        Pairs pairs = Pairs.read(text, "host", "at", "nodes", "every");
        Predicate<Endpoint> meant = hosts.named(pairs);
        int nodes = pairs.number("nodes", 4, 1, NODES);
        Duration every = pairs.duration("every").orElse(Duration.ofMinutes(1));
        List<Episode> restarts = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            restarts.add(Episode.rollsOver(
                    meant, pairs.required("host"), node, nodes, at(pairs).plus(every.multipliedBy(node))));
        }
        return restarts;
    }

    Episode networkDown(String text) {
        Pairs pairs = Pairs.read(text, "for", "at", "how");
        Duration length = pairs.requiredDuration("for");
        String how = pairs.optional("how").orElse("unreachable");
        return switch (how) {
            case "unreachable" -> Episode.cutOff(at(pairs), length);
            case "black-hole" -> Episode.swallowed(at(pairs), length);
            default -> throw pairs.problem("how = [" + how + "]; expected unreachable or black-hole");
        };
    }

    Episode noDescriptors(String text) {
        Pairs pairs = Pairs.read(text, "for", "at");
        return Episode.exhausted(at(pairs), pairs.requiredDuration("for"));
    }

    Episode expire(String text) {
        Pairs pairs = Pairs.read(text, "credential", "for", "at");
        String name = pairs.required("credential");
        if (!credentials.contains(name)) {
            throw pairs.problem("no connection names the credential [" + name + "]; there are " + credentials);
        }
        return Episode.expires(name, at(pairs), pairs.duration("for").orElse(Duration.ZERO));
    }

    private Duration at(Pairs pairs) {
        return pairs.duration("at").orElse(usual);
    }
}

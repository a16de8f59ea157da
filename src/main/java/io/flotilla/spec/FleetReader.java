package io.flotilla.spec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the settings of the fleet as a whole. */
final class FleetReader {

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)\\s*%");
    private static final int DNS = 53;

    private FleetReader() {}

    static FleetSettings read(Block root) {
        FleetSettings under = FleetSettings.DEFAULT;
        try (Block handlers = root.block("handlers");
                Block drain = root.block("drain")) {
            return new FleetSettings(
                    limits(root, under.limits()),
                    (int) handlers.number("threads", under.handlerThreads(), 1, 10_000),
                    drain.duration("deadline", under.drainDeadline()),
                    network(root, under.network()),
                    SightReader.read(root, under.sight()));
        }
    }

    private static FleetSettings.Limits limits(Block root, FleetSettings.Limits under) {
        try (Block limits = root.block("limits");
                Block host = limits.block("per-host");
                Block credential = limits.block("per-credential");
                Block breaker = limits.block("breaker");
                Block pause = limits.block("pause")) {
            return new FleetSettings.Limits(
                    rate(limits, under.dialsPerSecond()),
                    count(limits, "dials-in-flight", under.dialsInFlight()),
                    memory(limits, under.receiveMemory()),
                    rate(host, under.hostDialsPerSecond()),
                    count(host, "connections", under.hostConnections()),
                    rate(credential, under.credentialDialsPerSecond()),
                    new FleetSettings.Breaker(
                            count(breaker, "failures", under.breaker().failures()),
                            breaker.duration("first", under.breaker().first()),
                            cap(
                                    breaker,
                                    under.breaker().cap(),
                                    breaker.duration("first", under.breaker().first()))),
                    new FleetSettings.Pause(
                            pause.duration("first", under.pause().first()),
                            cap(
                                    pause,
                                    under.pause().cap(),
                                    pause.duration("first", under.pause().first()))));
        }
    }

    private static Duration cap(Block block, Duration under, Duration first) {
        Duration cap = block.duration("cap", under);
        if (cap.compareTo(first) < 0) {
            block.complain(
                    "cap", "cap = " + cap.toMillis() + " ms is shorter than first = " + first.toMillis() + " ms");
        }
        return cap;
    }

    private static OptionalDouble rate(Block block, OptionalDouble under) {
        String key = "dials-per-second";
        return !block.has(key)
                ? under
                : unbounded(block, key)
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(block.positive(key, under.orElse(1)));
    }

    private static OptionalInt count(Block block, String key, OptionalInt under) {
        return !block.has(key)
                ? under
                : unbounded(block, key)
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) block.number(key, under.orElse(1), 1, 10_000_000));
    }

    private static boolean unbounded(Block block, String key) {
        return block.is(key, "off") || block.is(key, "unlimited");
    }

    private static long memory(Block limits, long under) {
        String key = "receive-memory";
        Optional<String> text = limits.text(key);
        if (text.isEmpty() || !text.get().contains("%")) {
            return limits.bytes(key, under);
        }
        OptionalDouble share = percent(text.get(), 90);
        if (share.isEmpty()) {
            limits.problem(key, "a size such as 512MiB, or more than 0% and at most 90% of the heap", true);
            return under;
        }
        return (long) (Runtime.getRuntime().maxMemory() * share.getAsDouble() / 100);
    }

    /** Percents, more than zero and at most {@code most}. */
    static OptionalDouble percent(String text, double most) {
        Matcher digits = PERCENT.matcher(text.strip());
        double share = digits.matches() ? Double.parseDouble(digits.group(1)) : 0;
        return share > 0 && share <= most ? OptionalDouble.of(share) : OptionalDouble.empty();
    }

    private static FleetSettings.Network network(Block root, FleetSettings.Network under) {
        try (Block network = root.block("network")) {
            int loops = !network.has("event-loops") || network.is("event-loops", "auto")
                    ? 0
                    : (int) network.number("event-loops", 0, 1, 1024);
            return new FleetSettings.Network(
                    loops,
                    network.flag("native", under.nativeTransport()),
                    network.flag("open-ssl", under.openSsl()),
                    nameServers(network),
                    (int) network.number("tls-contexts", under.tlsContexts(), 1, 100_000),
                    destinations(root, under.destinations()));
        }
    }

    private static Destinations destinations(Block root, Destinations under) {
        String key = "allow-destinations";
        try (Block security = root.block("security")) {
            if (!security.has(key)) {
                return under;
            }
            try {
                return Destinations.of(security.texts(key, under.globs()));
            } catch (IllegalArgumentException wrong) {
                security.complain(key, String.valueOf(wrong.getMessage()));
                return under;
            }
        }
    }

    private static List<String> nameServers(Block network) {
        String key = "name-servers";
        if (!network.has(key) || network.is(key, "system")) {
            return List.of();
        }
        List<String> servers = network.texts(key, List.of());
        if (!servers.stream().allMatch(Literals::isServer)) {
            network.problem(key, "system, or a list of IP addresses, each with or without a port", false);
            return List.of();
        }
        return servers.stream()
                .map(server -> Literals.hostAndPort(server).isPresent() ? server : server + ":" + DNS)
                .toList();
    }
}

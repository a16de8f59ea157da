package io.flotilla.spec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A configuration while it is read, and what came of it: {@link #read} takes the main file, {@link #connections} each file of
 * connections, {@link #sinks} gives the blocks that sinks read, and {@link #check} says everything that was wrong. Knows no file
 * itself. Not thread-safe.
 */
public final class Configuration {

    private static final String ROOT = "flotilla";
    private static final List<String> BUILT_IN_SINKS = List.of("none", "log", "stdout");

    /** A spec, and the file and line that it comes from. */
    public record Sourced(ConnectionSpec spec, Source source) {}

    /** A sink that is defined: its type, and the block that its provider reads. */
    public record SinkBlock(String name, String type, Block block) {}

    /** A credential that is defined: where it comes from. */
    public record CredentialSettings(String name, String variable) {}

    /** The peer in the same process, for a first run; empty when it is off. */
    public record HarbourSettings(String host, int port) {}

    private final Problems problems = new Problems();
    private final @Nullable Consumer<String> asked;
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, ConnectionSpec.Builder> templates = new LinkedHashMap<>();
    private final Map<ConnectionId, Sourced> connections = new LinkedHashMap<>();
    private final Map<String, SinkBlock> sinks = new LinkedHashMap<>();
    private final Map<String, CredentialSettings> credentials = new LinkedHashMap<>();
    private ConnectionSpec.Builder defaults = ConnectionSpec.Builder.blank();
    private FleetSettings settings = FleetSettings.DEFAULT;
    private Optional<HarbourSettings> harbour = Optional.empty();
    private List<String> connectionsFrom = List.of();
    private int mostConnections = 1_000_000;

    public Configuration() {
        this(null);
    }

    /**
     * Tells who asks for what, so that a test can hold the reference to its readers.
     *
     * @param asked hears the path of every key that is asked for
     */
    Configuration(@Nullable Consumer<String> asked) {
        this.asked = asked;
    }

    // Reading.

    /** Reads the main configuration, resolved and over the reference: everything but the files that it names. */
    public Configuration read(Config config) {
        try (Block root = new Block(config.getConfig(ROOT), ROOT, problems, asked)) {
            try (Block block = root.block("defaults")) {
                SpecReader.layer(block, defaults);
            }
            limits(root);
            handlersAndDrain(root);
            credentials(root);
            sinkBlocks(root);
            harbour(root);
            later(root);
            try (Block block = root.block("templates")) {
                block.keys().forEach(name -> template(block, name));
            }
            connectionsFrom = root.texts("connections-from", List.of());
            try (Block block = root.block("connections")) {
                block.keys().forEach(id -> connection(block, id));
            }
        }
        return this;
    }

    /** Reads a file of connections: ids at the top, or within {@code connections} or {@code flotilla.connections}. */
    public void connections(Config file) {
        rows(inner(inner(file, ROOT), "connections"));
    }

    /** Reads ids and their blocks. */
    public void rows(Config rows) {
        Block block = new Block(rows, "connections", problems, asked);
        block.keys().forEach(id -> connection(block, id));
    }

    private static Config inner(Config config, String key) {
        return config.root().size() == 1 && config.hasPath(key) ? config.getConfig(key) : config;
    }

    private void template(Block templates, String name) {
        ConnectionSpec.Builder template = defaults.copy(ConnectionId.of("template"));
        try (Block block = templates.block(name)) {
            SpecReader.layer(block, template);
        }
        this.templates.put(name, template);
    }

    private void connection(Block block, String text) {
        try (Block row = block.block(text)) {
            String where = block.where(text);
            ConnectionId id;
            try {
                id = ConnectionId.of(text);
            } catch (IllegalArgumentException e) {
                row.keys().forEach(row::has);
                problems.add(where, String.valueOf(e.getMessage()));
                return;
            }
            connection(row, id, where);
        }
    }

    private void connection(Block row, ConnectionId id, String where) {
        ConnectionSpec.Builder spec = under(row).copy(id);
        int before = problems.count();
        SpecReader.layer(row, spec);
        if (!spec.hasUri()) {
            if (problems.count() == before) {
                problems.add(where, "Connection [" + id + "] has no uri, nor has its template");
            }
            return;
        }
        Sourced taken = connections.get(id);
        if (taken != null) {
            problems.add(
                    where,
                    "Connection [" + id + "] is there twice; the other one is at "
                            + taken.source().where());
        } else if (connections.size() == mostConnections) {
            problems.add(where, "more than connections-limit = " + mostConnections + " connections");
        } else if (connections.size() < mostConnections) {
            connections.put(id, new Sourced(spec.build(), Source.file(where)));
        }
    }

    private ConnectionSpec.Builder under(Block row) {
        Optional<String> name = row.text("template");
        if (name.isEmpty()) {
            return defaults;
        }
        ConnectionSpec.Builder template = templates.get(name.get());
        if (template == null) {
            row.problem(
                    "template", "one of " + templates.keySet() + Nearest.hint(name.get(), templates.keySet()), true);
            return defaults;
        }
        return template;
    }

    private void limits(Block root) {
        FleetSettings.Limits under = FleetSettings.Limits.DEFAULT;
        try (Block limits = root.block("limits");
                Block host = limits.block("per-host");
                Block credential = limits.block("per-credential");
                Block network = root.block("network")) {
            only(credential, "dials-per-second", "off");
            settings = new FleetSettings(
                    new FleetSettings.Limits(
                            rate(limits, under.dialsPerSecond()),
                            count(limits, "dials-in-flight", under.dialsInFlight()),
                            memory(limits),
                            rate(host, under.hostDialsPerSecond()),
                            count(host, "connections", under.hostConnections())),
                    settings.handlerThreads(),
                    settings.drainDeadline(),
                    new FleetSettings.Network(
                            network.is("event-loops", "auto") ? 0 : (int) network.number("event-loops", 0, 1, 1024),
                            network.flag("native", true),
                            network.flag("open-ssl", true),
                            nameServers(network)));
        }
    }

    private static List<String> nameServers(Block network) {
        if (network.is("name-servers", "system")) {
            return List.of();
        }
        List<String> servers = network.texts("name-servers", List.of());
        if (servers.stream()
                .anyMatch(server -> !server.matches("(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?"))) {
            network.problem("name-servers", "system, or a list of IP addresses with or without a port", false);
        }
        return servers;
    }

    private static OptionalDouble rate(Block block, OptionalDouble under) {
        return block.is("dials-per-second", "off") || block.is("dials-per-second", "unlimited")
                ? OptionalDouble.empty()
                : OptionalDouble.of(block.positive("dials-per-second", under.orElse(1)));
    }

    private static OptionalInt count(Block block, String key, OptionalInt under) {
        return block.is(key, "unlimited") || block.is(key, "off")
                ? OptionalInt.empty()
                : OptionalInt.of((int) block.number(key, under.orElse(1), 1, 10_000_000));
    }

    private static long memory(Block limits) {
        Optional<String> text = limits.text("receive-memory");
        if (text.isEmpty() || !text.get().strip().endsWith("%")) {
            return limits.bytes("receive-memory", FleetSettings.Limits.DEFAULT.receiveMemory());
        }
        OptionalDouble share = percent(text.get());
        if (share.isEmpty()) {
            limits.problem("receive-memory", "a size, or more than 0% and at most 90% of the heap", true);
        }
        return (long) (Runtime.getRuntime().maxMemory() * share.orElse(25) / 100);
    }

    private static OptionalDouble percent(String text) {
        try {
            double share = Double.parseDouble(text.strip().replace("%", ""));
            return share > 0 && share <= 90 ? OptionalDouble.of(share) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private void handlersAndDrain(Block root) {
        mostConnections = (int) root.number("connections-limit", mostConnections, 1, 10_000_000);
        try (Block handlers = root.block("handlers");
                Block drain = root.block("drain")) {
            settings = new FleetSettings(
                    settings.limits(),
                    (int) handlers.number("threads", settings.handlerThreads(), 1, 10_000),
                    drain.duration("deadline", Duration.ofSeconds(20)),
                    settings.network());
        }
    }

    private void credentials(Block root) {
        try (Block block = root.block("credentials")) {
            for (String name : block.keys()) {
                try (Block credential = block.block(name)) {
                    only(credential, "from", "env");
                    Optional<String> variable = credential.text("name");
                    if (variable.isEmpty()) {
                        credential.complain("name", "expected the name of an environment variable");
                    }
                    credentials.put(name, new CredentialSettings(name, variable.orElse("")));
                }
            }
        }
    }

    private void sinkBlocks(Block root) {
        try (Block block = root.block("sinks")) {
            for (String name : block.keys()) {
                if (name.equals("none") || name.equals(ConnectionSpec.SINK_HANDLER)) {
                    block.complain(name, "the name is taken by a sink that is always there");
                }
                Block sink = block.block(name);
                Optional<String> type = sink.text("type");
                if (type.isEmpty()) {
                    sink.complain("type", "expected the type of the sink: file, log, stdout or a plugin's");
                }
                type.ifPresent(named -> sinks.put(name, new SinkBlock(name, named, sink)));
            }
        }
    }

    private void harbour(Block root) {
        try (Block block = root.block("harbour")) {
            boolean on = block.flag("enabled", false);
            String bind = block.text("bind", "127.0.0.1:8765");
            int colon = bind.lastIndexOf(':');
            if (colon < 1 || !bind.substring(colon + 1).matches("\\d{1,5}")) {
                block.problem("bind", "host:port", true);
            } else if (on) {
                harbour = Optional.of(
                        new HarbourSettings(bind.substring(0, colon), Integer.parseInt(bind.substring(colon + 1))));
            }
        }
    }

    /** What comes with later versions. What only adds a view is read and warned of; what would weaken a promise is refused. */
    private void later(Block root) {
        try (Block admin = root.block("admin");
                Block health = root.block("health");
                Block metrics = root.block("metrics");
                Block recorder = root.block("recorder");
                Block security = root.block("security")) {
            if (admin.flag("enabled", false)) {
                warnings.add("admin.enabled = on: this version serves no HTTP API");
            }
            admin.text("bind");
            admin.text("token");
            admin.text("payloads");
            health.text("ready-share");
            metrics.texts("tag-by", List.of());
            metrics.number("max-series", 200, 1, 1_000_000);
            recorder.bytes("memory", 64L * 1024 * 1024);
            if (!security.texts("allow-destinations", List.of("*")).equals(List.of("*"))) {
                security.problem("allow-destinations", "[\"*\"] (more is not available in this version)", false);
            }
        }
    }

    private static void only(Block block, String key, String word) {
        if (block.has(key) && !block.is(key, word)) {
            block.problem(key, word + " (more is not available in this version)", true);
        }
    }

    // What came of it.

    /**
     * Says everything that was wrong, if anything was.
     *
     * @throws InvalidConfig with everything that was wrong
     */
    public Configuration check() {
        sinks.values().forEach(sink -> sink.block().close());
        TreeSet<String> names = new TreeSet<>(BUILT_IN_SINKS);
        names.addAll(sinks.keySet());
        for (Sourced sourced : connections.values()) {
            ConnectionSpec spec = sourced.spec();
            String where = sourced.source().where();
            if (!names.contains(spec.sink())) {
                problems.add(
                        where,
                        "Connection [" + spec.id() + "] names sink [" + spec.sink() + "]; expected one of " + names
                                + Nearest.hint(spec.sink(), names));
            }
            credential(spec, where);
        }
        problems.check();
        return this;
    }

    private void credential(ConnectionSpec spec, String where) {
        Optional<String> name = spec.credential();
        if (name.isPresent() && !credentials.containsKey(name.get())) {
            problems.add(
                    where,
                    "Connection [" + spec.id() + "] names credential [" + name.get() + "]; expected one of "
                            + credentials.keySet() + Nearest.hint(name.get(), credentials.keySet()));
        }
        boolean asks = spec.uri().asksForCredential()
                || spec.headers().stream()
                        .anyMatch(header -> header.value().reveal().contains(WebSocketUri.CREDENTIAL))
                || spec.opening().onOpen().stream()
                        .anyMatch(message -> message.reveal().contains(WebSocketUri.CREDENTIAL));
        if (asks && name.isEmpty()) {
            problems.add(where, "Connection [" + spec.id() + "] uses {credential} and names no credential");
        }
    }

    public Problems problems() {
        return problems;
    }

    public FleetSettings settings() {
        return settings;
    }

    public List<Sourced> connections() {
        return List.copyOf(connections.values());
    }

    /** The globs of {@code connections-from}, for who can read files. */
    public List<String> connectionsFrom() {
        return connectionsFrom;
    }

    public List<SinkBlock> sinks() {
        return List.copyOf(sinks.values());
    }

    /** An empty block, for a sink that is used and not defined. */
    public Block emptyBlock(String path) {
        return new Block(ConfigFactory.empty(), path, problems, asked);
    }

    public List<CredentialSettings> credentials() {
        return List.copyOf(credentials.values());
    }

    public Optional<HarbourSettings> harbour() {
        return harbour;
    }

    /** What is not wrong and yet worth a line. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public void warn(String warning) {
        warnings.add(warning);
    }
}

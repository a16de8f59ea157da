package io.flotilla.spec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.flotilla.spec.tls.ClientKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration while it is read, and what came of it: {@link #read} takes the main file, {@link #connections} each file of
 * connections, {@link #sinks} gives the blocks that sinks read, and {@link #check} says everything that was wrong. Knows no file
 * itself. Not thread-safe.
 */
public final class Configuration {

    private static final String ROOT = "flotilla";
    private static final String STDOUT = "stdout";
    private static final List<String> BUILT_IN_SINKS = List.of("none", "log", STDOUT);

    /** A spec, and the file and line that it comes from. */
    public record Sourced(ConnectionSpec spec, Source source) {}

    /** A sink that is defined: its type, and the block that its provider reads. */
    public record SinkBlock(String name, String type, Block block) {}

    /** How {@code run} writes its log. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /** The peer in the same process, for a first run; empty when it is off. */
    public record HarbourSettings(String host, int port) {}

    private final Problems problems = new Problems();
    private final Shared shared = new Shared();
    private final Block.Reading reading;
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, ConnectionSpec.Builder> templates = new LinkedHashMap<>();
    private final Map<ConnectionId, Sourced> connections = new LinkedHashMap<>();
    private final Map<String, SinkBlock> sinks = new LinkedHashMap<>();
    private final List<String> untyped = new ArrayList<>();
    private final Map<String, CredentialSettings> credentials = new LinkedHashMap<>();
    private final Map<String, CredentialSettings.JavaClass> uriProviders = new LinkedHashMap<>();
    private final Map<String, ClientKey> tlsKeys = new LinkedHashMap<>();
    private ConnectionSpec.Builder defaults = ConnectionSpec.Builder.blank();
    private FleetSettings settings = FleetSettings.DEFAULT;
    private AdminSettings admin = AdminSettings.DEFAULT;
    private Optional<HarbourSettings> harbour = Optional.empty();
    private LogFormat logFormat = LogFormat.TEXT;
    private ConnectionsFrom connectionsFrom = ConnectionsFrom.NONE;
    private Keys keys = Keys.of(ConfigFactory.empty());
    private Block whole = Block.of(ConfigFactory.empty(), "", problems);
    private boolean full;
    private int unreadable;
    private int mostConnections = 1_000_000;

    public Configuration() {
        this(Classes.own());
    }

    /** @param classes finds the classes that it names */
    public Configuration(Classes classes) {
        this(classes, null);
    }

    /**
     * Tells who asks for what, so that a test can hold the reference to its readers.
     *
     * @param asked hears the path of every key that is asked for
     */
    Configuration(Classes classes, @Nullable Consumer<String> asked) {
        this.reading = new Block.Reading(problems, classes, asked);
    }

    // Reading.

    /** Reads the main configuration, resolved and over the reference: everything but the files that it names. */
    public Configuration read(Config config) {
        try (Block top = Block.of(config, "", reading);
                Block root = top.block(ROOT)) {
            top.ignore(); // other libraries have their roots beside ours
            try (Block block = root.block("defaults")) {
                layer(block, defaults);
                keys = Keys.of(block.config());
                whole = block;
            }
            settings = FleetReader.read(root);
            tlsKeys.putAll(TlsReader.keys(root));
            CredentialsReader.read(root).forEach(credential -> credentials.put(credential.name(), credential));
            uriProviders.putAll(CredentialsReader.readUriProviders(root));
            sinkBlocks(root);
            harbour(root);
            admin = AdminReader.read(root);
            log(root);
            try (Block block = root.block("templates")) {
                block.named().forEach(name -> template(block, name));
            }
            files(root);
            try (Block block = root.block("connections")) {
                block.named().forEach(id -> connection(block, id));
            }
        }
        return this;
    }

    private void log(Block root) {
        try (Block log = root.block("log")) {
            logFormat = log.word("format", "text", List.of("text", "json")).equals("json")
                    ? LogFormat.JSON
                    : LogFormat.TEXT;
        }
    }

    private void files(Block root) {
        connectionsFrom = new ConnectionsFrom(
                root.texts("connections-from", List.of()),
                root.where("connections-from"),
                root.bytes("connections-from-limit", connectionsFrom.mostBytes()));
        mostConnections = (int) root.number("connections-limit", mostConnections, 1, 10_000_000);
    }

    private void template(Block templates, String name) {
        ConnectionSpec.Builder template = defaults.copy(ConnectionId.of("template"));
        try (Block block = templates.block(name)) {
            block.like(whole);
            layer(block, template);
        }
        this.templates.put(name, template);
    }

    private static void layer(Block block, ConnectionSpec.Builder under) {
        if (block.has("template")) {
            block.complain("template", "only a connection names a template");
        }
        SpecReader.layer(block, under);
    }

    /** Reads a file of connections: ids at the top, each with its block. */
    public void connections(Config file) {
        Block block = Block.of(file, "connections", reading);
        for (String id : block.named()) {
            if ((id.equals(ROOT) || id.equals("connections")) && block.holdsBlocks(id)) {
                block.complain(id, "a file of connections has ids at the top, without [" + id + "] around them");
            } else {
                connection(block, id);
            }
        }
    }

    /** Looks at a main file by itself, before the reference is put under it. */
    public void lookAt(Config file, String where) {
        Set<String> roots = file.root().keySet();
        if (!roots.contains(ROOT)) {
            problems.add(
                    where,
                    "has no block [" + ROOT + "]"
                            + Nearest.to(ROOT, roots)
                                    .map(near -> "; [" + near + "] is something else")
                                    .orElse(""));
        }
    }

    /**
     * Looks at the columns of a table of connections: each is a key, {@code a.b} for nested ones.
     *
     * @param where file and line of the columns
     * @return those that are no key; they are problems now
     */
    public Set<String> unknownColumns(List<String> columns, String where) {
        Set<String> unknown = new HashSet<>(columns);
        unknown.removeIf(keys::isKey);
        columns.stream()
                .filter(unknown::contains)
                .forEach(column -> problems.add(where, "Column [" + column + "] is not a key" + keys.hint(column)));
        return unknown;
    }

    /**
     * Reads one row of such a table.
     *
     * @param where file and line of the row
     */
    public void row(String id, Config row, String where) {
        connection(Block.of(row, "connections." + ConfigUtil.joinPath(id), reading), id, where);
    }

    private void connection(Block block, String id) {
        Block row = block.block(id);
        if (block.isBlock(id)) {
            connection(row, id, block.where(id));
        }
    }

    private void connection(Block block, String text, String where) {
        try (Block row = block) {
            row.like(whole);
            ConnectionSpec.Builder spec = under(row).copy(id(text, where));
            SpecReader.layer(row, spec);
            if (spec.hasUri() || !dotted(row, text)) {
                add(spec, where);
            }
        }
    }

    private ConnectionId id(String text, String where) {
        try {
            return ConnectionId.of(text);
        } catch (IllegalArgumentException e) {
            problems.add(where, String.valueOf(e.getMessage()));
            return ConnectionId.of("unreadable-" + ++unreadable); // so that the rest of the row is looked at too
        }
    }

    private ConnectionSpec.Builder under(Block row) {
        Optional<String> name = row.text("template");
        ConnectionSpec.Builder template = name.map(templates::get).orElse(null);
        if (name.isEmpty() || template != null) {
            return template == null ? defaults : template;
        }
        row.problem("template", "one of " + templates.keySet() + Nearest.hint(name.get(), templates.keySet()), true);
        return defaults.copy(ConnectionId.of("template")).uri(WebSocketUri.UNREADABLE);
    }

    /** HOCON reads an id with a dot and without quotes as a block in a block. */
    private static boolean dotted(Block row, String id) {
        List<String> inner = row.keys().stream()
                .filter(key -> row.holds(key, "uri") || row.holds(key, "template"))
                .toList();
        inner.forEach(key -> row.complain(
                key, "is an id within an id; one with a dot stands in quotes: \"" + id + "." + key + "\""));
        row.ignore(inner);
        return !inner.isEmpty();
    }

    private void add(ConnectionSpec.Builder spec, String where) {
        Sourced taken = connections.get(spec.id());
        if (taken != null) {
            problems.add(
                    where,
                    "Connection [" + spec.id() + "] is there twice; the other one is at "
                            + taken.source().where());
        } else if (!spec.hasUri()) {
            problems.add(where, "Connection [" + spec.id() + "] has no uri, nor has its template");
        } else if (connections.size() < mostConnections) {
            TlsReader.named(spec, tlsKeys).ifPresent(problem -> problems.add(where, problem));
            connections.put(spec.id(), new Sourced(spec.build(shared), Source.file(where)));
        } else if (!full) {
            full = true;
            problems.add(where, "there are more connections than connections-limit = " + mostConnections);
        }
    }

    private void sinkBlocks(Block root) {
        try (Block block = root.block("sinks")) {
            for (String name : block.named()) {
                if (name.equals("none") || name.equals(ConnectionSpec.SINK_HANDLER)) {
                    block.complain(name, "the name is taken by a sink that is always there");
                }
                Block sink = block.block(name);
                Optional<String> type = sink.text("type");
                if (type.isEmpty()) {
                    untyped.add(name);
                    sink.complain("type", "expected the type of the sink: file, log, stdout or a plugin's");
                }
                type.ifPresent(named -> sinks.put(name, new SinkBlock(name, named, sink)));
            }
        }
    }

    private void harbour(Block root) {
        try (Block block = root.block("harbour")) {
            boolean on = block.flag("enabled", false);
            Optional<String> bind = block.text("bind");
            Optional<Literals.HostAndPort> parts = bind.flatMap(Literals::hostAndPort);
            if (bind.isPresent() && parts.isEmpty()) {
                block.problem("bind", "host:port", true);
            }
            if (on) {
                harbour = parts.map(at -> new HarbourSettings(at.host(), at.port()));
            }
        }
    }

    // What came of it.

    /**
     * Says everything that was wrong, if anything was.
     *
     * @throws InvalidConfig with everything that was wrong
     */
    public Configuration check() {
        shared.clear();
        sinks.values().forEach(sink -> sink.block().close());
        SpecCheck check = specCheck(sinkNames());
        connections
                .values()
                .forEach(sourced -> check.check(sourced.spec(), sourced.source().where(), problems));
        problems.check();
        return this;
    }

    /** Whether standard output may carry messages: a sink of that type is defined, or something names the one that is always there. */
    public boolean speaksOnStdout() {
        return sinks.values().stream().anyMatch(sink -> sink.type().equals(STDOUT))
                || Stream.concat(Stream.of(defaults), templates.values().stream())
                        .anyMatch(under -> under.soFar().sink().equals(STDOUT))
                || connections.values().stream()
                        .anyMatch(sourced -> sourced.spec().sink().equals(STDOUT));
    }

    private Set<String> sinkNames() {
        Set<String> names = new TreeSet<>(BUILT_IN_SINKS);
        names.addAll(sinks.keySet());
        names.addAll(untyped);
        return names;
    }

    private SpecCheck specCheck(Set<String> sinkNames) {
        return new SpecCheck(
                sinkNames,
                credentials.keySet(),
                uriProviders.keySet(),
                settings.network().destinations());
    }

    /** Reads connections that come over the API, once this was checked. Standard output is theirs only where it carries messages anyway. */
    public ApiSpecs apiSpecs() {
        Set<String> names = sinkNames();
        if (!speaksOnStdout()) {
            names.remove(STDOUT);
        }
        return new ApiSpecs(defaults, templates, tlsKeys, Optional.of(specCheck(names)));
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

    /** The files that are named, for who can read files. */
    public ConnectionsFrom connectionsFrom() {
        return connectionsFrom;
    }

    public List<SinkBlock> sinks() {
        return List.copyOf(sinks.values());
    }

    /** An empty block, for a sink that is used and not defined. */
    public Block emptyBlock(String path) {
        return Block.of(ConfigFactory.empty(), path, reading);
    }

    /** Providers of URIs by name. */
    public Map<String, CredentialSettings.JavaClass> uriProviders() {
        return Map.copyOf(uriProviders);
    }

    public List<CredentialSettings> credentials() {
        return List.copyOf(credentials.values());
    }

    public AdminSettings admin() {
        return admin;
    }

    public LogFormat logFormat() {
        return logFormat;
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

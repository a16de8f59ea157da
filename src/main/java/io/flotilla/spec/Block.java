package io.flotilla.spec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One block of configuration while it is read. Every accessor names a key and what stands when the key is not there; a value that
 * cannot be used becomes a problem, with file and line, and the accessor returns what would stand without it, so that reading
 * goes on and all problems come out at once. Keys that nobody asked for become problems in {@link #close}. A key that is set to
 * null is not there. Not thread-safe.
 */
public final class Block implements AutoCloseable {

    /** Keys, and blocks of keys, whose values never stand in a message. */
    private static final Set<String> HIDDEN =
            Set.of("uri", "fail-over", "headers", "on-open", "proxy", "token", "password", "secret", "key", "command");

    private static final Duration MOST = Duration.ofDays(200); // timers know no more than 248
    private static final long MOST_BYTES = 1L << 50;
    private static final int SHOWN = 80;

    /** What the library calls the place of a value that came by {@code ${NAME}}. */
    private static final String ENVIRONMENT = "env variables";

    private final Config config;
    private final ConfigObject object;
    private final String path;
    private final String name;
    private final Problems problems;
    private final Reading reading;
    private final Set<String> known = new HashSet<>();
    private final List<Block> inner = new ArrayList<>(0);
    private Block model = this;

    private Block(ConfigObject object, String path, String name, Reading reading) {
        this.config = object.toConfig();
        this.object = object;
        this.path = path;
        this.name = name;
        this.problems = reading.problems();
        this.reading = reading;
    }

    /**
     * What all blocks of one reading share.
     *
     * @param asked hears the path of every key that is asked for
     */
    record Reading(
            Problems problems, Classes classes, @Nullable Consumer<String> asked) {}

    static Block of(Config config, String path, Reading reading) {
        List<String> keys = path.isEmpty() ? List.of("") : ConfigUtil.splitPath(path);
        return new Block(config.root(), path, keys.get(keys.size() - 1), reading);
    }

    /** A block for readers; {@code path} is what messages call it. */
    public static Block of(Config config, String path, Problems problems) {
        return of(config, path, new Reading(problems, Classes.own(), null));
    }

    /** A block in which nothing is set. */
    public static Block empty(String path, Problems problems) {
        return of(ConfigFactory.empty(), path, problems);
    }

    /** The path of the block, such as {@code flotilla.sinks.quotes-file}. */
    public String path() {
        return path;
    }

    /** The last key of the path, without quotes: what the block is called. */
    public String name() {
        return name;
    }

    /** The one instance of the class that is named; empty when it cannot be used, which is a problem then. */
    <T> Optional<T> shared(String key, Class<T> kind) {
        return parsed(key, name -> reading.classes().shared(kind, name));
    }

    public Problems problems() {
        return problems;
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    /** The keys that are written, also those that are null, in the order of their lines: HOCON forgets it. */
    public List<String> keys() {
        return object.keySet().stream()
                .sorted(Comparator.<String>comparingInt(key -> origin(key).lineNumber())
                        .thenComparing(key -> key))
                .toList();
    }

    /** The keys that are set, in the order of their lines. */
    public List<String> named() {
        return keys().stream().filter(this::has).toList();
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(read(key, "a text", Config::getString));
    }

    public String text(String key, String fallback) {
        return text(key).orElse(fallback);
    }

    /** A text that no message shows. */
    public Optional<Secret> secret(String key) {
        return Optional.ofNullable(read(key, "a text", Config::getString, false))
                .map(Secret::of);
    }

    /** Texts that no message shows, in their order. */
    public Optional<List<Secret>> secrets(String key) {
        return Optional.ofNullable(read(key, "a list of texts", Config::getStringList, false))
                .map(texts -> texts.stream().map(Secret::of).toList());
    }

    public boolean flag(String key, boolean fallback) {
        return or(read(key, "on or off", Config::getBoolean), fallback);
    }

    /** A whole number within {@code [least, most]}. */
    public long number(String key, long fallback, long least, long most) {
        String expected = "a whole number from " + least + " to " + most;
        Long number = read(key, expected, Block::whole);
        if (number != null && (number < least || number > most)) {
            problem(key, expected, true);
            return fallback;
        }
        return or(number, fallback);
    }

    /** Half of a thing is no number of things: the library would cut it off in silence. */
    private static long whole(Config config, String key) {
        return new BigDecimal(config.getString(key).strip()).longValueExact();
    }

    /** A number more than zero, and at most a million. */
    public double positive(String key, double fallback) {
        String expected = "a number more than 0 and at most 1000000";
        Double number = read(key, expected, Config::getDouble);
        if (number != null && !(number > 0 && number <= 1_000_000)) {
            problem(key, expected, true);
            return fallback;
        }
        return or(number, fallback);
    }

    /** A duration in HOCON units, longer than zero and not longer than a year. */
    public Duration duration(String key, Duration fallback) {
        String expected = "a duration such as 500ms, 20s or 5m, more than 0 and at most 200d";
        Duration duration = read(key, expected, Block::duration);
        if (duration != null && (duration.isNegative() || duration.isZero() || duration.compareTo(MOST) > 0)) {
            problem(key, expected, true);
            return fallback;
        }
        return duration == null ? fallback : duration;
    }

    /** A number without a unit would be milliseconds: too easily meant as seconds, so a unit is asked for. */
    private static Duration duration(Config config, String key) {
        if (config.getString(key).strip().matches("[-+]?[0-9.]+")) {
            throw new ConfigException.BadValue(key, "no unit");
        }
        return config.getDuration(key);
    }

    /** A size in bytes in HOCON units, within {@code [1, most]}. */
    public long bytes(String key, long fallback, long most) {
        String expected = "a size such as 256KiB or 4MiB, more than 0 and at most " + spelled(most);
        Long size = read(key, expected, Config::getBytes);
        if (size != null && (size < 1 || size > most)) {
            problem(key, expected, true);
            return fallback;
        }
        return or(size, fallback);
    }

    public long bytes(String key, long fallback) {
        return bytes(key, fallback, MOST_BYTES);
    }

    /** A path; relative ones are relative to the working directory. */
    public Path file(String key, Path fallback) {
        return text(key)
                .flatMap(text -> {
                    try {
                        if (text.isBlank()) {
                            throw new InvalidPathException(text, "nothing is named");
                        }
                        return Optional.of(Path.of(text));
                    } catch (InvalidPathException e) {
                        problem(key, "a path", true);
                        return Optional.empty();
                    }
                })
                .orElse(fallback);
    }

    /** One of these words. A flag in their place counts as {@code on} or {@code off}. */
    public String word(String key, String fallback, List<String> words) {
        ConfigValue value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!scalar(value)) {
            problem(key, "one of " + words, false);
            return fallback;
        }
        String word = spelled(key, value);
        if (!words.contains(word)) {
            problem(key, "one of " + words + Nearest.hint(word, words), true);
            return fallback;
        }
        return word;
    }

    /** Whether the value is this word, such as {@code off}. */
    public boolean is(String key, String word) {
        ConfigValue value = value(key);
        return value != null && scalar(value) && word.equals(spelled(key, value));
    }

    /** Reports any value but this word: others come with later versions. */
    void only(String key, String word) {
        if (has(key) && !is(key, word)) {
            problem(key, word + "; anything else is not available in this version", true);
        }
    }

    /** Texts in their order; {@code fallback} when the key is not there. */
    public List<String> texts(String key, List<String> fallback) {
        List<String> texts = read(key, "a list of texts", Config::getStringList);
        return texts == null ? fallback : List.copyOf(texts);
    }

    /** The blocks of a list; empty when the key is not there. */
    public Optional<List<Block>> blocks(String key) {
        List<? extends Config> items = read(key, "a list of blocks", Config::getConfigList);
        if (items == null) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        for (Config item : items) {
            blocks.add(new Block(item.root(), path(key), key, reading));
        }
        return Optional.of(blocks);
    }

    /** Whether the value is a block and not a word. */
    public boolean isBlock(String key) {
        ConfigValue value = value(key);
        return value != null && value.valueType() == ConfigValueType.OBJECT;
    }

    /** A block within this one; an empty one when the key is not there. Close it. */
    public Block block(String key) {
        ConfigValue value = value(key);
        if (value != null && !(value instanceof ConfigObject)) {
            problem(key, "a block { … }", true);
        }
        ConfigObject content =
                value instanceof ConfigObject set ? set : ConfigFactory.empty().root();
        Block block = new Block(content, path(key), key, reading);
        inner.add(block);
        return block;
    }

    /** Texts by name: every key is one. Nulls are left out. */
    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String key : keys()) {
            text(key).ifPresent(text -> entries.put(key, text));
        }
        return entries;
    }

    /** Reports that a key's value is not what was expected. It is shown unless it may be a secret. */
    public void problem(String key, String expected, boolean show) {
        ConfigValue value = object.get(key);
        boolean may = show && !HIDDEN.contains(key) && !HIDDEN.contains(name);
        String shown = may && value != null && scalar(value) ? " = [" + shorten(spelled(key, value)) + "]" : "";
        problems.add(origin(key), "[" + path(key) + "]" + shown + ": expected " + expected);
    }

    /** Reports what is wrong in words of its own. */
    public void complain(String key, String message) {
        problems.add(origin(key), "[" + path(key) + "]: " + message);
    }

    /** Reports what is wrong with the block as a whole. */
    public void complain(String message) {
        problems.add(object.origin(), "[" + path + "]: " + message);
    }

    /** File and line of a key, or of the block when the key is not there. */
    public String where(String key) {
        return Problems.where(origin(key));
    }

    /** Where a key stands; of the value of an environment variable the place of its block, since nobody knows that of the variable. */
    private ConfigOrigin origin(String key) {
        ConfigValue value = object.get(key);
        return value == null || value.origin().description().equals(ENVIRONMENT) ? object.origin() : value.origin();
    }

    /** Reports the keys that nobody asked for. */
    @Override
    public void close() {
        for (String key : object.keySet()) {
            if (!known.contains(key)) {
                problems.add(origin(key), "[" + path(key) + "] is not a key" + hint(key));
            }
        }
    }

    /** Has the same keys as this one, all of whose blocks were read: a hint may name what is within them. */
    void like(Block whole) {
        model = whole;
    }

    /** What may have been meant: a key of this block, the same key of a block within it, or any of those that there are. */
    private String hint(String written) {
        String near = Nearest.hint(written, known);
        if (!near.isEmpty()) {
            return near;
        }
        return model.within("", written)
                .map(deeper -> "; did you mean [" + deeper + "]?")
                .orElseGet(() -> known.isEmpty() ? "" : "; expected one of " + new TreeSet<>(known));
    }

    private Optional<String> within(String above, String key) {
        return inner.stream()
                .flatMap(block -> {
                    String path = above + block.name + ".";
                    return block.known.contains(key) ? Stream.of(path + key) : block.within(path, key).stream();
                })
                .findFirst();
    }

    /** Takes all keys for known: for a block that nobody can read. */
    public void ignore() {
        known.addAll(object.keySet());
    }

    /** Whether somebody set the key: what stands in the reference, nobody did. */
    boolean overridden(String key) {
        return has(key) && !origin(key).description().contains("reference.conf");
    }

    /** Takes these keys for known: what is wrong with them was said. */
    void ignore(List<String> said) {
        known.addAll(said);
    }

    /** Whether the key is a block that has this key; asks for neither. */
    boolean holds(String key, String inner) {
        return object.get(key) instanceof ConfigObject block && block.containsKey(inner);
    }

    /** Whether the key is a block of blocks and of nothing else; does not ask for it. */
    boolean holdsBlocks(String key) {
        return object.get(key) instanceof ConfigObject block
                && !block.isEmpty()
                && block.values().stream().allMatch(value -> value.valueType() == ConfigValueType.OBJECT);
    }

    Config config() {
        return config;
    }

    private @Nullable ConfigValue value(String key) {
        known.add(key);
        Consumer<String> asked = reading.asked();
        if (asked != null) {
            asked.accept(path(key));
        }
        ConfigValue value = object.get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    private <T> @Nullable T read(String key, String expected, BiFunction<Config, String, T> reader) {
        return read(key, expected, reader, true);
    }

    private <T> @Nullable T read(String key, String expected, BiFunction<Config, String, T> reader, boolean show) {
        if (value(key) == null) {
            return null;
        }
        try {
            return reader.apply(config, ConfigUtil.joinPath(key));
        } catch (ConfigException | IllegalArgumentException | ArithmeticException wrong) {
            problem(key, expected, show);
            return null;
        }
    }

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    private static boolean scalar(ConfigValue value) {
        return value.valueType() != ConfigValueType.OBJECT && value.valueType() != ConfigValueType.LIST;
    }

    /** As it is written: 1.10 stays 1.10. */
    private String spelled(String key, ConfigValue value) {
        return switch (value.valueType()) {
            case BOOLEAN -> Boolean.TRUE.equals(value.unwrapped()) ? "on" : "off";
            case NULL -> "null";
            default -> config.getString(ConfigUtil.joinPath(key));
        };
    }

    private static String spelled(long bytes) {
        return bytes == MOST_BYTES ? "1PiB" : bytes + " bytes";
    }

    private String path(String key) {
        return path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key);
    }

    private static String shorten(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
    }

    /** What {@code read} makes of it, or a problem at the key with the words of what it threw. */
    <T> Optional<T> parsed(String key, Function<String, T> read) {
        return text(key).flatMap(text -> {
            try {
                return Optional.of(read.apply(text));
            } catch (IllegalArgumentException e) {
                complain(key, String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        });
    }
}

package io.flotilla.spec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One block of configuration while it is read. Every accessor names a key and what stands when the key is not there; a value that
 * cannot be used becomes a problem, with file and line, and the accessor returns what would stand without it, so that reading
 * goes on and all problems come out at once. Keys that nobody asked for become problems in {@link #close}. Not thread-safe.
 */
public final class Block implements AutoCloseable {

    private final Config config;
    private final String path;
    private final Problems problems;
    private final @Nullable Consumer<String> asked;
    private final List<String> known = new ArrayList<>();

    Block(Config config, String path, Problems problems, @Nullable Consumer<String> asked) {
        this.config = config;
        this.path = path;
        this.problems = problems;
        this.asked = asked;
    }

    /** A block for readers; {@code path} is what messages call it. */
    public static Block of(Config config, String path, Problems problems) {
        return new Block(config, path, problems, null);
    }

    /** A block in which nothing is set. */
    public static Block empty(String path, Problems problems) {
        return new Block(ConfigFactory.empty(), path, problems, null);
    }

    /** The path of the block, such as {@code flotilla.sinks.quotes-file}. */
    public String path() {
        return path;
    }

    public Problems problems() {
        return problems;
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    /** The keys that are set, in their order. */
    public List<String> keys() {
        return List.copyOf(config.root().keySet());
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(read(key, null, "a text", Config::getString));
    }

    public String text(String key, String fallback) {
        return text(key).orElse(fallback);
    }

    public boolean flag(String key, boolean fallback) {
        return or(read(key, null, "on or off", Config::getBoolean), fallback);
    }

    /** A whole number within {@code [least, most]}. */
    public long number(String key, long fallback, long least, long most) {
        String expected = "a whole number from " + least + " to " + most;
        Long number = read(key, null, expected, Config::getLong);
        if (number != null && (number < least || number > most)) {
            problem(key, expected, true);
            return fallback;
        }
        return or(number, fallback);
    }

    /** A number more than zero. */
    public double positive(String key, double fallback) {
        Double number = read(key, null, "a number more than 0", Config::getDouble);
        if (number != null && !(number > 0 && number <= 1_000_000)) {
            problem(key, "a number more than 0 and at most 1000000", true);
            return fallback;
        }
        return or(number, fallback);
    }

    /** A duration in HOCON units, longer than zero and not longer than a year. */
    public Duration duration(String key, Duration fallback) {
        String expected = "a duration such as 500ms, 20s or 5m, more than 0 and at most 365d";
        Duration duration = read(key, null, expected, Block::duration);
        if (duration != null
                && (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofDays(365)) > 0)) {
            problem(key, expected, true);
            return fallback;
        }
        return duration == null ? fallback : duration;
    }

    /** A number without a unit would be milliseconds: too easily meant as seconds, so a unit is asked for. */
    private static Duration duration(Config config, String key) {
        if (config.getValue(key).unwrapped().toString().strip().matches("[-+]?[0-9.]+")) {
            throw new ConfigException.BadValue(key, "no unit");
        }
        return config.getDuration(key);
    }

    /** A size in bytes in HOCON units, within {@code [1, most]}. */
    public long bytes(String key, long fallback, long most) {
        String expected = "a size such as 256KiB or 4MiB, more than 0 and at most " + most + " bytes";
        Long size = read(key, null, expected, Config::getBytes);
        if (size != null && (size < 1 || size > most)) {
            problem(key, expected, true);
            return fallback;
        }
        return or(size, fallback);
    }

    public long bytes(String key, long fallback) {
        return bytes(key, fallback, Long.MAX_VALUE / 4);
    }

    /** A path; relative ones are relative to the working directory. */
    public Path file(String key, Path fallback) {
        return text(key)
                .flatMap(text -> {
                    try {
                        return Optional.of(Path.of(text));
                    } catch (java.nio.file.InvalidPathException e) {
                        problem(key, "a path", true);
                        return Optional.empty();
                    }
                })
                .orElse(fallback);
    }

    /** One of these words. A flag in their place counts as {@code on} or {@code off}. */
    public String word(String key, String fallback, List<String> words) {
        String word = wordOrText(key);
        if (word == null) {
            return fallback;
        }
        if (!words.contains(word)) {
            problem(key, "one of " + words + Nearest.hint(word, words), true);
            return fallback;
        }
        return word;
    }

    /** Whether the value is this word, such as {@code off}. */
    public boolean is(String key, String word) {
        ConfigValue value = value(key);
        return value != null && word.equals(spelled(value));
    }

    private @Nullable String wordOrText(String key) {
        ConfigValue value = value(key);
        if (value == null) {
            return null;
        }
        if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
            problem(key, "a word", false);
            return null;
        }
        return spelled(value);
    }

    private static String spelled(ConfigValue value) {
        Object unwrapped = value.unwrapped();
        return unwrapped instanceof Boolean flag ? (flag ? "on" : "off") : String.valueOf(unwrapped);
    }

    /** Texts in their order; {@code fallback} when the key is not there. */
    public List<String> texts(String key, List<String> fallback) {
        List<String> texts = read(key, null, "a list of texts", Config::getStringList);
        return texts == null ? fallback : List.copyOf(texts);
    }

    /** The blocks of a list; empty when the key is not there. */
    public Optional<List<Block>> blocks(String key) {
        List<? extends Config> configs = read(key, null, "a list of blocks", Config::getConfigList);
        if (configs == null) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        for (Config item : configs) {
            blocks.add(new Block(item, path(key), problems, asked));
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
        ConfigObject object = read(key, null, "a block { … }", Config::getObject);
        return new Block(object == null ? ConfigFactory.empty() : object.toConfig(), path(key), problems, asked);
    }

    /** Texts by name: every key is one. Nulls are left out. */
    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        config.root().forEach((key, value) -> {
            known.add(key);
            if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
                problem(key, "a text", false);
            } else if (value.valueType() != ConfigValueType.NULL) {
                entries.put(key, String.valueOf(value.unwrapped()));
            }
        });
        return entries;
    }

    /** Reports that a key's value is not what was expected. The value is shown unless it may be a secret. */
    public void problem(String key, String expected, boolean show) {
        ConfigValue value = config.root().get(key);
        String shown = value != null && show ? " = " + shorten(spelled(value)) : "";
        problems.add(
                value == null ? config.origin() : value.origin(),
                "[" + path(key) + "]" + shown + ": expected " + expected);
    }

    /** Reports what is wrong in words of its own. */
    public void complain(String key, String message) {
        ConfigValue value = config.root().get(key);
        problems.add(value == null ? config.origin() : value.origin(), "[" + path(key) + "]: " + message);
    }

    /** File and line of the block. */
    public String where() {
        return Problems.where(config.origin());
    }

    /** File and line of a key. */
    public String where(String key) {
        ConfigValue value = config.root().get(key);
        ConfigOrigin origin = value == null ? config.origin() : value.origin();
        return Problems.where(origin);
    }

    /** Reports the keys that nobody asked for. */
    @Override
    public void close() {
        for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
            if (!known.contains(entry.getKey())) {
                problems.add(
                        entry.getValue().origin(),
                        "[" + path(entry.getKey()) + "] is not a key" + Nearest.hint(entry.getKey(), known));
            }
        }
    }

    private @Nullable ConfigValue value(String key) {
        known.add(key);
        if (asked != null) {
            asked.accept(path(key));
        }
        ConfigValue value = config.root().get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    private <T> @Nullable T read(
            String key,
            @Nullable T fallback,
            String expected,
            java.util.function.BiFunction<Config, String, T> reader) {
        if (value(key) == null) {
            return fallback;
        }
        try {
            return reader.apply(config, ConfigUtil.joinPath(key));
        } catch (ConfigException | ArithmeticException wrong) {
            problem(key, expected, true);
            return fallback;
        }
    }

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    private String path(String key) {
        return path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key);
    }

    private static String shorten(String value) {
        return value.length() <= 80 ? "[" + value + "]" : "[" + value.substring(0, 80) + "…]";
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

package io.flotilla.spec;

import com.typesafe.config.Config;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** The keys that one row of a table may set, as paths: what the reader asks for, and the names that are free. */
final class Keys {

    /** Blocks in which every name is a key. */
    private static final List<String> FREE = List.of("headers", "labels", "classify.overrides", "ready-when.json");

    private static final List<String> BESIDES =
            List.of("uri", "template", "ready-when", "ready-when.text-contains", "ready-when.text-matches");

    private final NavigableSet<String> keys;

    private Keys(NavigableSet<String> keys) {
        this.keys = keys;
    }

    /**
     * Asks the reader.
     *
     * @param defaults has every block, so that the reader looks into all of them
     */
    static Keys of(Config defaults) {
        Set<String> asked = new HashSet<>();
        SpecReader.layer(
                Block.of(defaults, "", new Block.Reading(new Problems(), Classes.own(), asked::add)),
                ConnectionSpec.Builder.blank());
        TreeSet<String> keys = new TreeSet<>(asked);
        keys.removeIf(key -> asked.stream().anyMatch(other -> other.startsWith(key + ".")));
        keys.removeIf(key -> FREE.stream().anyMatch(free -> key.equals(free) || key.startsWith(free + ".")));
        keys.remove("fail-when"); // a list of blocks, which no cell can hold
        keys.addAll(BESIDES);
        return new Keys(keys);
    }

    boolean isKey(String path) {
        return keys.contains(path)
                || FREE.stream().anyMatch(free -> path.startsWith(free + ".") && path.length() > free.length() + 1);
    }

    /** What may have been meant by what is no key. */
    String hint(String path) {
        if (FREE.contains(path)) {
            return "; a column is one name of the block, such as [" + path + ".name]";
        }
        String first = keys.ceiling(path + ".");
        return first != null && first.startsWith(path + ".")
                ? "; a column is one key of the block, such as [" + first + "]"
                : keys.stream()
                        .filter(key -> !path.isEmpty() && key.endsWith("." + path))
                        .findFirst()
                        .map(key -> "; did you mean [" + key + "]?")
                        .orElseGet(() -> Nearest.hint(path, keys));
    }
}

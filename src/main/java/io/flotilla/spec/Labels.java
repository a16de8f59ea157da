package io.flotilla.spec;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What operators group connections by: at most 16 pairs, written {@code k=v}. */
public record Labels(SortedMap<String, String> pairs) {

    public static final int MOST = 16;
    public static final Labels NONE = new Labels(new TreeMap<>());

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Pattern VALUE = Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{1,128}");

    public Labels {
        if (pairs.size() > MOST) {
            throw new IllegalArgumentException("Labels: " + pairs.size() + " pairs; expected at most " + MOST);
        }
        pairs.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException("Label key [" + key + "] must match " + KEY);
            }
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        "Label [" + key + "] has a value that is not 1 to 128 printable characters");
            }
        });
        SortedMap<String, String> sorted = new TreeMap<>();
        sorted.putAll(pairs);
        pairs = Collections.unmodifiableSortedMap(sorted);
    }

    public static Labels of(Map<String, String> pairs) {
        return pairs.isEmpty() ? NONE : new Labels(new TreeMap<>(pairs));
    }

    /**
     * One pair that is written as {@code k=v}.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static Labels parse(String text) {
        int at = text.indexOf('=');
        if (at < 1) {
            throw new IllegalArgumentException("Label [" + text + "]: expected k=v");
        }
        return of(Map.of(text.substring(0, at), text.substring(at + 1)));
    }

    /** Whether these have every pair of the other ones. */
    public boolean hasAll(Labels others) {
        return pairs.entrySet().containsAll(others.pairs.entrySet());
    }

    /** Whether a label may have this key. */
    static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    @Override
    public String toString() {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining(","));
    }
}

package io.flotilla.admin;

import io.flotilla.spec.Nearest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;

/** The parameters of one request. What cannot be used is a {@link Refusal} that says what was expected. */
final class Query {

    private static final int SHOWN = 80;

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @param known the names that may be there */
    static Query of(Uri uri, Set<String> known) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        try {
            uri.query(StandardCharsets.UTF_8, Uri.RELAXED)
                    .toList()
                    .forEach(pair -> values.computeIfAbsent(pair.first(), name -> new ArrayList<>())
                            .add(pair.second()));
        } catch (IllegalUriException e) {
            throw bad("The query of the URI cannot be read; expected name=value, percent-encoded, with & between");
        }
        values.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw bad("Parameter [" + shown(name) + "] is not known here; expected "
                            + (known.isEmpty() ? "none" : "one of " + new TreeSet<>(known))
                            + Nearest.hint(name, known));
                });
        return new Query(values);
    }

    /** The one value of this name. */
    Optional<String> one(String name) {
        List<String> all = all(name);
        if (all.size() > 1) {
            throw bad("Parameter [" + name + "] is there " + all.size() + " times; expected it once");
        }
        return all.stream().findFirst();
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** A whole number within {@code [least, most]}. */
    int number(String name, int fallback, int least, int most) {
        Optional<String> text = one(name);
        if (text.isEmpty()) {
            return fallback;
        }
        int number = text.get().matches("\\d{1,9}") ? Integer.parseInt(text.get()) : -1;
        if (number < least || number > most) {
            throw unexpected(name, text.get(), "a whole number from " + least + " to " + most);
        }
        return number;
    }

    /** One of these words. */
    String word(String name, String fallback, List<String> words) {
        return checked(name, one(name).orElse(fallback), words);
    }

    /** Any of these words, each value of the parameter one. */
    Set<String> words(String name, List<String> words) {
        all(name).forEach(text -> checked(name, text, words));
        return new HashSet<>(all(name));
    }

    private static String checked(String name, String word, List<String> words) {
        if (!words.contains(word)) {
            throw unexpected(name, word, "one of " + words + Nearest.hint(word, words));
        }
        return word;
    }

    /** Constants of an enum, in letters of any case. */
    <E extends Enum<E>> Set<E> constants(String name, Class<E> type) {
        Set<E> found = java.util.EnumSet.noneOf(type);
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        for (String text : all(name)) {
            String constant = text.toUpperCase(Locale.ROOT).replace('-', '_');
            if (!names.contains(constant)) {
                throw unexpected(name, text, "one of " + names + Nearest.hint(constant, names));
            }
            found.add(Enum.valueOf(type, constant));
        }
        return found;
    }

    /** Every value as {@code read} makes it, which throws IllegalArgumentException with what was expected. */
    <T> List<T> parsed(String name, Function<String, T> read) {
        return all(name).stream().map(text -> parsed(name, text, read)).toList();
    }

    static <T> T parsed(String name, String text, Function<String, T> read) {
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            throw bad("Parameter [" + name + "]: " + e.getMessage());
        }
    }

    static Refusal unexpected(String name, String text, String expected) {
        return bad("Parameter [" + name + "] = [" + shown(text) + "]: expected " + expected);
    }

    private static Refusal bad(String detail) {
        return Problem.of(StatusCodes.BAD_REQUEST, detail).refusal();
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}

package io.flotilla.app;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** The value of an option that has several parts: {@code host=a.test,for=10m}. Every problem names the part and what was expected. */
final class Pairs {

    private final String text;
    private final Map<String, String> pairs = new LinkedHashMap<>();

    private Pairs(String text) {
        this.text = text;
    }

    /** Reads it; none but these keys may stand there, each once. */
    static Pairs read(String text, String... keys) {
        Pairs read = new Pairs(text);
        List<String> known = Arrays.asList(keys);
        for (String part : text.split(",", -1)) {
            String[] sides = part.split("=", 2);
            String key = sides[0].strip();
            if (sides.length < 2 || !known.contains(key)) {
                throw read.problem("[" + part + "] is not one of " + String.join("=…, ", keys) + "=…");
            }
            if (read.pairs.put(key, sides[1].strip()) != null) {
                throw read.problem(key + " stands there twice");
            }
        }
        return read;
    }

    String required(String key) {
        return optional(key).orElseThrow(() -> problem(key + "=… is missing"));
    }

    Optional<String> optional(String key) {
        return Optional.ofNullable(pairs.get(key)).filter(value -> !value.isEmpty());
    }

    Optional<Duration> duration(String key) {
        return optional(key).map(this::read);
    }

    /** One that is there, and not zero. */
    Duration requiredDuration(String key) {
        Duration read = read(required(key));
        if (read.isZero()) {
            throw problem(key + " must be longer than 0");
        }
        return read;
    }

    private Duration read(String value) {
        try {
            return new Durations().convert(value);
        } catch (TypeConversionException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    int number(String key, int otherwise, int least, int most) {
        Optional<String> value = optional(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            int read = Integer.parseInt(value.get());
            if (read >= least && read <= most) {
                return read;
            }
        } catch (NumberFormatException e) {
            throw problem(key + " = [" + value.get() + "]; expected a number from " + least + " to " + most);
        }
        throw problem(key + " = " + value.get() + "; expected " + least + " to " + most);
    }

    TypeConversionException problem(String what) {
        return new TypeConversionException("[" + text + "]: " + what);
    }
}

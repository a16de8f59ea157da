package io.flotilla.failure;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which failures a rule is for. Its text is its key in configuration: {@code http:404}, {@code close:4000-4099}. */
public sealed interface Matcher {

    /** How the keys look, for messages. */
    String EXPECTED = "http:404, http:4xx, http:500-504, close:4401, close:4000-4099 or kind:NAME_NOT_FOUND";

    boolean matches(Failure failure);

    /** How many codes it covers: the fewer, the more it knows. */
    int breadth();

    /** Answers to the upgrade request with a status in the range. */
    record Http(int from, int to) implements Matcher {
        @Override
        public boolean matches(Failure failure) {
            return within(failure.evidence().httpStatus(), from, to);
        }

        @Override
        public int breadth() {
            return to - from + 1;
        }

        @Override
        public String toString() {
            return "http:" + (from % 100 == 0 && to == from + 99 ? from / 100 + "xx" : range(from, to));
        }
    }

    /** Close frames received with a code in the range. */
    record Close(int from, int to) implements Matcher {
        @Override
        public boolean matches(Failure failure) {
            return within(failure.evidence().closeCodeReceived(), from, to);
        }

        @Override
        public int breadth() {
            return to - from + 1;
        }

        @Override
        public String toString() {
            return "close:" + range(from, to);
        }
    }

    /** Failures of one row. */
    record Kind(FailureKind kind) implements Matcher {
        @Override
        public boolean matches(Failure failure) {
            return failure.kind() == kind;
        }

        @Override
        public int breadth() {
            return 100_000; // wider than any range of codes: a code says more than the row it falls into
        }

        @Override
        public String toString() {
            return "kind:" + kind;
        }
    }

    /** Reads a key of {@code classify.overrides}; empty when it is none. */
    static Optional<Matcher> parse(String key) {
        var kind = KEY_KIND.matcher(key);
        if (kind.matches()) {
            return Arrays.stream(FailureKind.values())
                    .filter(row -> row.name().equals(kind.group(1)))
                    .findFirst()
                    .map(Kind::new);
        }
        var xx = KEY_CLASS.matcher(key);
        if (xx.matches()) {
            int hundreds = Integer.parseInt(xx.group(1)) * 100;
            return Optional.of(new Http(hundreds, hundreds + 99));
        }
        var codes = KEY_CODES.matcher(key);
        if (!codes.matches()) {
            return Optional.empty();
        }
        int from = Integer.parseInt(codes.group(2));
        int to = codes.group(3) == null ? from : Integer.parseInt(codes.group(3));
        boolean http = codes.group(1).equals("http");
        boolean possible = from <= to && (http ? from >= 100 && to <= 599 : from >= 1000 && to <= 4999);
        if (!possible) {
            return Optional.empty();
        }
        return Optional.of(http ? new Http(from, to) : new Close(from, to));
    }

    Pattern KEY_KIND = Pattern.compile("kind:([A-Z_]+)");
    Pattern KEY_CLASS = Pattern.compile("http:([1-5])xx");
    Pattern KEY_CODES = Pattern.compile("(http|close):(\\d{3,4})(?:-(\\d{3,4}))?");

    private static boolean within(@Nullable Integer code, int from, int to) {
        return code != null && code >= from && code <= to;
    }

    private static String range(int from, int to) {
        return from == to ? Integer.toString(from) : from + "-" + to;
    }
}

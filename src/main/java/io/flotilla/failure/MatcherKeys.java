package io.flotilla.failure;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The syntax of the keys in {@code classify.overrides}. */
final class MatcherKeys {

    static final int LEAST_STATUS = 100;
    static final int MOST_STATUS = 599;
    static final int LEAST_CODE = 1000;
    static final int MOST_CODE = 4999;

    private static final Pattern KIND = Pattern.compile("kind:([A-Z_]+)");
    private static final Pattern STATUS_CLASS = Pattern.compile("http:([1-5])xx");
    private static final Pattern CODES = Pattern.compile("(http|close):([1-9]\\d{2,3})(?:-([1-9]\\d{2,3}))?");

    private MatcherKeys() {}

    static Optional<Matcher> parse(String key) {
        var kind = KIND.matcher(key);
        if (kind.matches()) {
            return kind(kind.group(1));
        }
        var statuses = STATUS_CLASS.matcher(key);
        if (statuses.matches()) {
            int first = Integer.parseInt(statuses.group(1)) * 100;
            return Optional.of(new Matcher.Http(first, first + 99));
        }
        var codes = CODES.matcher(key);
        if (!codes.matches()) {
            return Optional.empty();
        }
        int from = Integer.parseInt(codes.group(2));
        int to = codes.group(3) == null ? from : Integer.parseInt(codes.group(3));
        return codes.group(1).equals("http") ? http(from, to) : close(from, to);
    }

    static String range(int from, int to) {
        return from == to ? Integer.toString(from) : from + "-" + to;
    }

    private static Optional<Matcher> kind(String name) {
        return Arrays.stream(FailureKind.values())
                .filter(row -> row.name().equals(name))
                .findFirst()
                .map(Matcher.Kind::new);
    }

    private static Optional<Matcher> http(int from, int to) {
        boolean possible = LEAST_STATUS <= from && from <= to && to <= MOST_STATUS;
        return possible ? Optional.of(new Matcher.Http(from, to)) : Optional.empty();
    }

    private static Optional<Matcher> close(int from, int to) {
        boolean possible = LEAST_CODE <= from && from <= to && to <= MOST_CODE;
        return possible ? Optional.of(new Matcher.Close(from, to)) : Optional.empty();
    }
}

package io.flotilla.transport.netty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The head of an HTTP answer, read strictly (RFC 9112 4 and 5).
 *
 * @param version the digit after {@code HTTP/1.}
 */
public record AnswerHead(int version, int status, List<Field> fields) {

    private static final int MOST_FIELDS = 200;
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    /** One line of the head. */
    record Field(String name, String value) {}

    /** These bytes are no HTTP answer; the message says why. */
    public static final class NotHttp extends Exception {
        private static final long serialVersionUID = 1L;

        public NotHttp(String message) {
            super(message, null, false, false);
        }
    }

    /** @param head from the status line to the empty line, which ends it */
    static AnswerHead parse(byte[] head, int size) throws NotHttp {
        String[] lines = new String(head, 0, size, StandardCharsets.ISO_8859_1).split("\n", -1);
        String first = withoutReturn(lines[0]);
        if (!first.startsWith("HTTP/1.") || first.length() < STATUS_AT + 3) {
            throw new NotHttp("no status line");
        }
        int version = first.charAt(STATUS_AT - 2) - '0';
        String status = first.substring(STATUS_AT, STATUS_AT + 3);
        boolean ends = first.length() == STATUS_AT + 3 || first.charAt(STATUS_AT + 3) == ' ';
        if (version < 0 || version > 9 || first.charAt(STATUS_AT - 1) != ' ' || !ends || !isNumber(status)) {
            throw new NotHttp("a broken status line");
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            String line = withoutReturn(lines[i]);
            if (line.isEmpty()) {
                break;
            }
            if (fields.size() == MOST_FIELDS) {
                throw new NotHttp("more than " + MOST_FIELDS + " header lines");
            }
            fields.add(field(line));
        }
        return new AnswerHead(version, Integer.parseInt(status), fields);
    }

    /** Every line of this name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The elements of a comma-separated header, all its lines together, in lower case. */
    Stream<String> tokens(String name) {
        return all(name).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .filter(token -> !token.isEmpty());
    }

    private static Field field(String line) throws NotHttp {
        int colon = line.indexOf(':');
        if (colon < 1 || !line.chars().limit(colon).allMatch(AnswerHead::mayBeInName)) {
            throw new NotHttp("a broken header line");
        }
        String value = line.substring(colon + 1).strip();
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7F))) {
            throw new NotHttp("a header value with control characters");
        }
        return new Field(line.substring(0, colon), value);
    }

    private static boolean mayBeInName(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}

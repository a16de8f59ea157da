package io.flotilla.spec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a message must be to count: {@code ready-when} and {@code fail-when} speak of messages in these terms. */
public sealed interface MessagePattern {

    /** Whether this text message is one. Binary messages match {@link Any} only. */
    boolean matches(String text);

    /** The first message, whatever it is. */
    enum Any implements MessagePattern {
        INSTANCE;

        @Override
        public boolean matches(String text) {
            return true;
        }
    }

    record TextContains(String part) implements MessagePattern {
        @Override
        public boolean matches(String text) {
            return text.contains(part);
        }
    }

    /** A regular expression that is found somewhere in the text; equal to another with the same text. */
    final class TextMatches implements MessagePattern {
        private final Pattern pattern;

        /** Throws a {@link java.util.regex.PatternSyntaxException} when it is none. */
        public TextMatches(String regex) {
            pattern = Pattern.compile(regex);
        }

        /** For who bounds what a search may cost. */
        public Pattern pattern() {
            return pattern;
        }

        /** {@inheritDoc} It may backtrack for long: whoever runs it on an event loop bounds it. */
        @Override
        public boolean matches(String text) {
            return pattern.matcher(text).find();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof TextMatches same && pattern.pattern().equals(same.pattern.pattern());
        }

        @Override
        public int hashCode() {
            return pattern.pattern().hashCode();
        }

        @Override
        public String toString() {
            return "TextMatches[" + pattern + "]";
        }
    }

    /** JSON in which each pointer (RFC 6901) leads to this string, number, boolean or null, compared as text. */
    record Json(Map<JsonPointer, String> values) implements MessagePattern {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        public Json {
            if (values.isEmpty()) {
                throw new IllegalArgumentException("A JSON pattern has at least one pointer");
            }
            values = Map.copyOf(values);
        }

        /** Throws an {@link IllegalArgumentException} when a key is no pointer, or there is none. */
        public static Json of(Map<String, String> values) {
            return new Json(values.entrySet().stream()
                    .collect(Collectors.toMap(entry -> JsonPointer.compile(entry.getKey()), Map.Entry::getValue)));
        }

        @Override
        public boolean matches(String text) {
            JsonNode root;
            try {
                root = MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                return false; // a message that is no JSON is simply not the one we wait for
            }
            return values.entrySet().stream().allMatch(wanted -> isValue(root.at(wanted.getKey()), wanted.getValue()));
        }

        private static boolean isValue(JsonNode node, String wanted) {
            return node.isValueNode() && node.asText().equals(wanted);
        }
    }
}

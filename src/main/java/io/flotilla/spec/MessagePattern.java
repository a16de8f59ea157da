package io.flotilla.spec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.regex.Pattern;

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

    /** A regular expression that is found somewhere in the text. */
    record TextMatches(String regex) implements MessagePattern {
        public TextMatches {
            Pattern.compile(regex);
        }

        @Override
        public boolean matches(String text) {
            return Pattern.compile(regex).matcher(text).find();
        }
    }

    /** JSON in which each pointer (RFC 6901) leads to this value, compared as text. */
    record Json(Map<String, String> values) implements MessagePattern {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        public Json {
            values.keySet().forEach(JsonPointer::compile);
            values = Map.copyOf(values);
        }

        @Override
        public boolean matches(String text) {
            JsonNode root;
            try {
                root = MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                return false; // a message that is no JSON is simply not the one we wait for
            }
            return root != null
                    && values.entrySet().stream()
                            .allMatch(wanted ->
                                    root.at(wanted.getKey()).asText("").equals(wanted.getValue())
                                            && !root.at(wanted.getKey()).isMissingNode());
        }
    }
}

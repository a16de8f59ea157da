package io.flotilla.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a server told, as a terminal may show it: a peer may have had its hand in every text. */
record Told(JsonNode json) {

    static final JsonMapper MAPPER = new JsonMapper();

    /** Whatever is no plain ASCII is written as an escape: JSON stays the same, and no terminal obeys it. */
    private static final ObjectWriter LINE = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private static final ObjectWriter PRETTY = LINE.withDefaultPrettyPrinter();

    /** Empty where the key is not there. */
    String text(String key) {
        return some(key).orElse("");
    }

    Optional<String> some(String key) {
        JsonNode value = json.path(key);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(Printable.line(value.asText()));
    }

    long number(String key) {
        return json.path(key).asLong();
    }

    boolean is(String key) {
        return json.path(key).asBoolean();
    }

    Told in(String key) {
        return new Told(json.path(key));
    }

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    Stream<Told> all(String key) {
        return StreamSupport.stream(json.path(key).spliterator(), false).map(Told::new);
    }

    /** Of an array of texts. */
    Stream<String> texts(String key) {
        return StreamSupport.stream(json.path(key).spliterator(), false).map(value -> Printable.line(value.asText()));
    }

    /** {@code k=v} for each label. */
    String labels() {
        return json.path("labels").properties().stream()
                .map(label ->
                        Printable.line(label.getKey() + "=" + label.getValue().asText()))
                .collect(Collectors.joining(" "));
    }

    Optional<Instant> time(String key) {
        try {
            return some(key).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty(); // a server of another kind: shown as nothing
        }
    }

    /** How long ago, as people say it. */
    String since(String key, Instant now) {
        return time(key).map(then -> ago(Duration.between(then, now))).orElse("");
    }

    static String ago(Duration passed) {
        Duration whole = passed.isNegative() ? Duration.ZERO : passed;
        return whole.toSeconds() < 1 ? "0 s" : Durations.shown(Duration.ofSeconds(whole.toSeconds()));
    }

    String line() {
        return written(LINE);
    }

    String pretty() {
        return written(PRETTY);
    }

    private String written(ObjectWriter writer) {
        try {
            return writer.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A tree of JSON can always be written", e);
        }
    }
}

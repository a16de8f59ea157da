package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** JSON as everybody here writes and reads it. */
final class Json {

    /** Strict: a key stands in an object once, and nothing stands behind the value. */
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Json() {}

    /** Writes one value. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    static ByteString of(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory takes what is written to it", e);
        }
        return ByteString.fromArrayUnsafe(bytes.toByteArray());
    }

    /** The same within braces. */
    static ByteString object(Body fields) {
        return of(json -> {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        });
    }

    static String time(Instant at) {
        return TIME.format(at);
    }

    static void time(JsonGenerator json, String key, Optional<Instant> at) throws IOException {
        text(json, key, at.map(Json::time));
    }

    /** The text, or null. */
    static void text(JsonGenerator json, String key, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.writeStringField(key, text.get());
        } else {
            json.writeNullField(key);
        }
    }

    /** The word of an enum, or null. */
    static void word(JsonGenerator json, String key, Optional<? extends Enum<?>> word) throws IOException {
        text(json, key, word.map(Enum::name));
    }
}

package io.flotilla.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes messages as lines of JSON: {@code {"id","generation","at","text"}}, or {@code "base64"} for bytes. */
final class Ndjson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter AT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Ndjson() {}

    /** RFC 3339 in UTC with milliseconds. */
    static String at(Instant instant) {
        return AT.format(instant);
    }

    static void append(Inbound message, ByteArrayOutputStream lines) {
        try {
            JsonGenerator json = JSON.createGenerator(lines);
            json.writeStartObject();
            json.writeStringField("id", message.id().value());
            json.writeNumberField("generation", message.generation());
            json.writeStringField("at", at(message.receivedAt()));
            if (message.isText()) {
                json.writeFieldName("text");
                json.writeUTF8String(message.bytes(), 0, message.size());
            } else {
                json.writeBinaryField("base64", message.bytes());
            }
            json.writeEndObject();
            json.close();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        lines.write('\n');
    }
}

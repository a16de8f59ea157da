package io.flotilla.sink;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes messages as lines of JSON: {@code {"id","generation","at","text"}}, or {@code "base64"} for bytes. One generator for all
 * lines; confined to a writer's thread.
 */
final class Ndjson {

    private static final JsonFactory JSON = ((JsonFactoryBuilder) JsonFactory.builder())
            .rootValueSeparator((String) null)
            .build();
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString GENERATION = new SerializedString("generation");
    private static final SerializedString AT = new SerializedString("at");
    private static final SerializedString TEXT = new SerializedString("text");
    private static final SerializedString BASE64 = new SerializedString("base64");

    private final Lines lines;
    private final Timestamp at = new Timestamp();
    private JsonGenerator json;

    Ndjson(Lines lines) {
        this.lines = lines;
        this.json = generator();
    }

    private JsonGenerator generator() {
        try {
            return JSON.createGenerator(lines, JsonEncoding.UTF8);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
    }

    /** Appends one line, or nothing when it throws. */
    void append(Inbound message) {
        boolean whole = false;
        try {
            json.writeStartObject();
            json.writeFieldName(ID);
            json.writeString(message.id().value());
            json.writeFieldName(GENERATION);
            json.writeNumber(message.generation());
            json.writeFieldName(AT);
            json.writeRawUTF8String(at.of(message.receivedAtMillis()), 0, Timestamp.LENGTH);
            if (message.isText()) {
                json.writeFieldName(TEXT);
                json.writeUTF8String(message.bytes(), 0, message.size());
            } else {
                json.writeFieldName(BASE64);
                json.writeBinary(message.bytes());
            }
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
            lines.endLine();
            whole = true;
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        } finally {
            if (!whole) {
                lines.dropUnended();
                json = generator(); // the old one is within a line that is not there any more
            }
        }
    }
}

package io.flotilla.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * A line of JSON for each entry of the log, with the names of the Elastic Common Schema; key-values such as {@code id} and
 * {@code generation} are fields of their own.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator out = json.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("@timestamp", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
            out.writeStringField("log.level", event.getLevel().toString());
            out.writeStringField("log.logger", event.getLoggerName());
            out.writeStringField("process.thread.name", event.getThreadName());
            out.writeStringField("message", event.getFormattedMessage());
            keyValues(out, event.getKeyValuePairs());
            thrown(out, event.getThrowableProxy());
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing is written to but memory", e);
        }
        return line.toByteArray();
    }

    private static void keyValues(JsonGenerator out, List<KeyValuePair> pairs) throws IOException {
        if (pairs == null) {
            return;
        }
        for (KeyValuePair pair : pairs) {
            if (pair.value instanceof Long number) {
                out.writeNumberField(pair.key, number);
            } else if (pair.value instanceof Integer number) {
                out.writeNumberField(pair.key, number);
            } else {
                out.writeStringField(pair.key, String.valueOf(pair.value));
            }
        }
    }

    private static void thrown(JsonGenerator out, IThrowableProxy thrown) throws IOException {
        if (thrown != null) {
            out.writeStringField("error.type", thrown.getClassName());
            out.writeStringField("error.message", thrown.getMessage());
            out.writeStringField("error.stack_trace", ThrowableProxyUtil.asString(thrown));
        }
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}

package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON: a key for each component. Events and explanations are written this way, so that what a new one says is said here
 * too. What is no record, number or text prints as it does everywhere else, with secrets masked.
 */
final class Records {

    private static final ClassValue<List<RecordComponent>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
            return List.copyOf(Arrays.asList(type.getRecordComponents()));
        }
    };

    private Records() {}

    /** The components of a record, within an object that is open. */
    static void fields(JsonGenerator json, Record record) throws IOException {
        for (RecordComponent component : COMPONENTS.get(record.getClass())) {
            json.writeFieldName(component.getName());
            Object value = read(component, record);
            if (value instanceof Failure failure && record instanceof ConnectionEvent event) {
                StatusJson.failure(json, failure, Optional.of(event.at()));
            } else {
                value(json, value);
            }
        }
    }

    static void value(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Optional<?> optional) {
            value(json, optional.orElse(null));
        } else if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Integer || value instanceof Long) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof Number number) {
            json.writeNumber(number.doubleValue());
        } else if (value instanceof Instant at) {
            json.writeString(Json.time(at));
        } else if (value instanceof Duration duration) {
            json.writeString(duration.toString());
        } else if (value instanceof HeldBy held) {
            json.writeString(held.word());
        } else if (value instanceof Failure failure) {
            StatusJson.failure(json, failure, Optional.empty());
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                value(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                value(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Record record && !isWord(record)) {
            json.writeStartObject();
            fields(json, record);
            json.writeEndObject();
        } else {
            json.writeString(String.valueOf(value));
        }
    }

    /** Records of the values floor print as what they are: an id, an endpoint. */
    private static boolean isWord(Record record) {
        return record.getClass().getPackageName().equals("io.flotilla.spec");
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("A component of a public record can be read: " + component, e);
        }
    }
}

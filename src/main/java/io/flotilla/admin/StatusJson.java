package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.spec.Labels;
import io.flotilla.spec.Source;
import io.flotilla.supervision.Glance;
import io.flotilla.supervision.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a connection is doing, as JSON. */
final class StatusJson {

    private static final double NANOS_PER_MILLI = 1e6;

    private StatusJson() {}

    static void status(JsonGenerator json, Status status) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", status.id().value());
        json.writeStringField("state", status.state().name());
        json.writeStringField("desired", status.desired().name());
        json.writeStringField("source", status.source().word());
        boolean ofFile = status.source().kind() == Source.Kind.FILE;
        Json.text(json, "where", Optional.of(status.source().where()).filter(where -> ofFile));
        json.writeStringField("kept", ofFile ? "file" : "memory");
        json.writeStringField("revision", status.revision());
        json.writeNumberField("generation", status.generation());
        json.writeStringField("uri", status.uri());
        json.writeStringField("host", status.host());
        labels(json, status.labels());
        Json.time(json, "since", Optional.of(status.since()));
        Json.time(json, "readyAt", status.readyAt());
        json.writeNumberField("failuresInARow", status.failuresInARow());
        Json.time(json, "nextDialAt", status.nextDialAt());
        Json.text(json, "heldBy", status.heldBy().map(HeldBy::word));
        json.writeObjectField("degraded", status.degraded());
        json.writeBooleanField("rotating", false);
        json.writeStringField("because", status.because());
        json.writeFieldName("lastFailure");
        if (status.lastFailure().isPresent()) {
            failure(json, status.lastFailure().get(), status.lastFailureAt());
        } else {
            json.writeNull();
        }
        json.writeObjectFieldStart("counters");
        Records.fields(json, status.counters());
        json.writeEndObject();
        if (status.roundTrip().isPresent()) {
            json.writeNumberField("rttMillis", status.roundTrip().get().toNanos() / NANOS_PER_MILLI);
        } else {
            json.writeNullField("rttMillis");
        }
        json.writeEndObject();
    }

    /** Enough for a cell in a field of them. */
    static void brief(JsonGenerator json, Glance glance) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", glance.id().value());
        json.writeStringField("state", glance.state().name());
        json.writeStringField("host", glance.host());
        labels(json, glance.labels());
        Json.text(json, "heldBy", glance.heldBy().map(HeldBy::word));
        Json.word(json, "kind", glance.kind());
        Json.word(json, "verdict", glance.verdict());
        json.writeEndObject();
    }

    static void failure(JsonGenerator json, Failure failure, Optional<Instant> at) throws IOException {
        Evidence seen = failure.evidence();
        json.writeStartObject();
        json.writeStringField("kind", failure.kind().name());
        json.writeStringField("verdict", failure.verdict().name());
        json.writeStringField("phase", failure.phase().name());
        json.writeStringField("origin", failure.origin().name());
        json.writeStringField("scope", failure.scope().name());
        json.writeStringField("detail", failure.detail());
        json.writeStringField("rule", failure.rule());
        number(json, "httpStatus", seen.httpStatus());
        number(json, "closeCode", seen.closeCodeReceived());
        Json.text(json, "closeReason", Optional.ofNullable(seen.closeReason()));
        Json.text(json, "retryAfter", failure.hint().map(Duration::toString));
        json.writeNumberField("generation", seen.generation());
        Json.time(json, "at", at);
        json.writeEndObject();
    }

    private static void labels(JsonGenerator json, Labels labels) throws IOException {
        json.writeObjectFieldStart("labels");
        for (Map.Entry<String, String> pair : labels.pairs().entrySet()) {
            json.writeStringField(pair.getKey(), pair.getValue());
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String key, @Nullable Integer number) throws IOException {
        if (number == null) {
            json.writeNullField(key);
        } else {
            json.writeNumberField(key, number);
        }
    }
}

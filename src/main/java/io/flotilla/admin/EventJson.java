package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.supervision.FleetEvent;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Events as JSON: the name, and a key for each thing that the event tells. */
final class EventJson {

    /** Every kind that there is, in alphabetical order. */
    static final List<String> KINDS = Stream.of(ConnectionEvent.class, FleetEvent.class)
            .flatMap(told -> Arrays.stream(told.getPermittedSubclasses()))
            .filter(type -> type != FleetEvent.OfConnection.class)
            .map(EventJson::kebab)
            .sorted()
            .toList();

    private EventJson() {}

    /**
     * One event.
     *
     * @param seq its number in a stream
     * @param state of its connection after it
     */
    static void write(JsonGenerator json, FleetEvent event, OptionalLong seq, Optional<ConnectionState> state)
            throws IOException {
        json.writeStartObject();
        if (seq.isPresent()) {
            json.writeNumberField("seq", seq.getAsLong());
        }
        if (event instanceof FleetEvent.OfConnection of) {
            json.writeStringField("event", of.event().getClass().getSimpleName());
            Json.word(json, "state", state);
            Records.fields(json, (Record) of.event());
        } else {
            json.writeStringField("event", event.getClass().getSimpleName());
            Records.fields(json, (Record) event);
        }
        json.writeEndObject();
    }

    /** The kind of an event, such as {@code link-ended}. */
    static String kind(FleetEvent event) {
        Object told = event instanceof FleetEvent.OfConnection of ? of.event() : event;
        return kebab(told.getClass());
    }

    static String kebab(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** The state that an event leads to, where it says that by itself. */
    static Optional<ConnectionState> led(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Held || event instanceof ConnectionEvent.RetryScheduled) {
            return Optional.of(ConnectionState.WAITING);
        }
        if (event instanceof ConnectionEvent.DialStarted) {
            return Optional.of(ConnectionState.DIALING);
        }
        if (event instanceof ConnectionEvent.HandshakeDone) {
            return Optional.of(ConnectionState.OPEN);
        }
        if (event instanceof ConnectionEvent.Ready || event instanceof ConnectionEvent.Settled) {
            return Optional.of(ConnectionState.READY);
        }
        if (event instanceof ConnectionEvent.Closing) {
            return Optional.of(ConnectionState.CLOSING);
        }
        if (event instanceof ConnectionEvent.GaveUp) {
            return Optional.of(ConnectionState.GIVEN_UP);
        }
        return event instanceof ConnectionEvent.Finished ? Optional.of(ConnectionState.STOPPED) : Optional.empty();
    }
}

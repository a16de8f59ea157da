package io.flotilla.supervision;

import io.flotilla.connection.ConnectionEvent;
import java.time.Instant;

/** What happened in a fleet. */
public sealed interface FleetEvent {

    Instant at();

    /** Something happened to one connection. */
    record OfConnection(ConnectionEvent event) implements FleetEvent {
        @Override
        public Instant at() {
            return event.at();
        }
    }

    /** A sink cannot take messages for now; its connections are held back, not ended. */
    record SinkDegraded(Instant at, String sink, String reason) implements FleetEvent {}

    /** A sink can take messages again. */
    record SinkHealed(Instant at, String sink) implements FleetEvent {}

    /** All {@code threads} of the handlers are busy in user code, and work has waited for one for longer than a second. */
    record HandlersSaturated(Instant at, int threads) implements FleetEvent {}

    /** Work of the handlers gets its thread in time again. */
    record HandlersRelieved(Instant at) implements FleetEvent {}

    /** The fleet closes: every connection gets its 1001, nothing new is dialled. */
    record DrainStarted(Instant at, int alive) implements FleetEvent {}
}

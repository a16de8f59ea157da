package io.flotilla;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.Surroundings;
import io.flotilla.credential.Credentials;
import io.flotilla.sink.HandlerErrors;
import io.flotilla.sink.Handlers;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.NoneSink;
import io.flotilla.sink.Readers;
import io.flotilla.sink.Recorder;
import io.flotilla.sink.Recorders;
import io.flotilla.sink.Sink;
import io.flotilla.sink.Sinks;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.supervision.FleetSupervisor;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.RecordingTransport;
import io.flotilla.transport.Transport;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What one connection gets of its fleet.
 *
 * @param stopped a connection of which user code threw, and whose spec says that it stops then
 */
record ConnectionWiring(
        FleetParts parts,
        Credentials credentials,
        Sinks sinks,
        Handlers handlers,
        Readers along,
        Recorders recorders,
        RandomGenerator random,
        Consumer<ConnectionId> stopped) {

    /** What a spec names and the fleet does not have, as a sentence; empty when it has it all. */
    Optional<String> missing(ConnectionSpec spec) {
        if (!parts.transports().containsKey(spec.transport())) {
            return Optional.of("Connection [" + spec.id() + "] names transport [" + spec.transport() + "]; there are "
                    + parts.transports().keySet());
        }
        if (!spec.sink().equals(ConnectionSpec.SINK_HANDLER)
                && sinks.find(spec.sink()).isEmpty()) {
            return Optional.of("Connection [" + spec.id() + "] names sink [" + spec.sink() + "]; there are "
                    + sinks.names() + " and handler");
        }
        if (spec.uriFrom().filter(name -> !credentials.knowsUris(name)).isPresent()) {
            return Optional.of("Connection [" + spec.id() + "] names uri provider ["
                    + spec.uriFrom().get() + "], which is not there");
        }
        return spec.credential()
                .filter(name -> !credentials.knows(name))
                .map(name -> "Connection [" + spec.id() + "] names credential [" + name + "], which is not there");
    }

    Surroundings around(FleetSupervisor.Parts made) {
        ConnectionSpec spec = made.spec();
        Optional<Recorder> recorder = recorders.of(spec);
        Transport transport = parts.transport(spec.transport());
        Consumer<ConnectionEvent> events = event -> {
            if (event instanceof ConnectionEvent.LinkEnded ended) {
                recorder.ifPresent(frames -> frames.ended(ended.at(), ended.generation(), ended.failure()));
            }
            made.events().accept(masked(spec, event));
        };
        return new Surroundings(
                recorder.<Transport>map(frames -> new RecordingTransport(transport, frames))
                        .orElse(transport),
                made.permits(),
                credentials::prepare,
                new OwnRepairs(parts, credentials),
                along.around(sinkFor(spec, events)),
                events,
                made.gone(),
                parts.clock(),
                random);
    }

    /** What user code throws may have a secret of its connection in its message, which goes to logs. */
    private ConnectionEvent masked(ConnectionSpec spec, ConnectionEvent event) {
        return event instanceof ConnectionEvent.HandlerFailed failed
                ? new ConnectionEvent.HandlerFailed(
                        failed.id(),
                        failed.at(),
                        failed.generation(),
                        secrets(spec).mask(failed.thrown()))
                : event;
    }

    /** What is known as a secret of a connection now. */
    KnownSecrets secrets(ConnectionSpec spec) {
        return KnownSecrets.of(spec, credentials.latest(spec));
    }

    private Sink sinkFor(ConnectionSpec spec, Consumer<ConnectionEvent> events) {
        if (spec.sink().equals(ConnectionSpec.SINK_HANDLER) && parts.handler().isPresent()) {
            return handlers.sinkFor(spec, parts.handler().get(), new Reported(spec, events));
        }
        return sinks.find(spec.sink()).orElse(NoneSink.INSTANCE);
    }

    /** Reports what user code did wrong, and stops the connection where its spec says so. */
    private final class Reported implements HandlerErrors {
        private final ConnectionSpec spec;
        private final Consumer<ConnectionEvent> events;

        Reported(ConnectionSpec spec, Consumer<ConnectionEvent> events) {
            this.spec = spec;
            this.events = events;
        }

        @Override
        public void failed(Inbound message, Throwable thrown) {
            events.accept(new ConnectionEvent.HandlerFailed(
                    spec.id(), parts.clock().instant(), message.generation(), thrown));
            if (spec.onHandlerError() == Settings.OnHandlerError.STOP) {
                stopped.accept(spec.id());
            }
        }

        @Override
        public void dropped(Inbound message) {
            events.accept(new ConnectionEvent.MessageDropped(
                    spec.id(), parts.clock().instant(), message.generation(), message.size()));
        }
    }
}

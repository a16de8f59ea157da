package io.flotilla;

import io.flotilla.credential.CredentialProvider;
import io.flotilla.credential.UriProvider;
import io.flotilla.sink.MessageHandler;
import io.flotilla.sink.SinkProvider;
import io.flotilla.spec.FleetSettings;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.transport.Transport;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;

/** What the builder put together. */
record FleetParts(
        FleetSettings settings,
        Map<String, Transport> transports,
        Map<String, SinkProvider.Opener> sinks,
        Map<String, CredentialProvider> credentials,
        Map<String, UriProvider> uriProviders,
        List<Consumer<FleetEvent>> readers,
        Optional<MessageHandler> handler,
        Optional<ActorSystem<?>> system,
        Clock clock) {

    /** Of a spec that was taken, which names one that is there. */
    Transport transport(String name) {
        return Objects.requireNonNull(transports.get(name));
    }
}

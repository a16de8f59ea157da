package io.flotilla;

import io.flotilla.credential.CredentialProvider;
import io.flotilla.credential.UriProvider;
import io.flotilla.sink.MessageHandler;
import io.flotilla.sink.Sink;
import io.flotilla.sink.SinkProvider;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.netty.NettyTransport;
import io.flotilla.transport.pekkohttp.PekkoHttpTransport;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorSystem;

/** Builds a fleet. Every part has a default; not thread-safe. */
public final class FleetBuilder {

    private FleetSettings settings = FleetSettings.DEFAULT;
    private final Map<String, Transport> transports = new HashMap<>();
    private final Map<String, UnaryOperator<Transport>> wrappers = new HashMap<>();
    private final Map<String, SinkProvider.Opener> sinks = new HashMap<>();
    private final Map<String, CredentialProvider> credentials = new HashMap<>();
    private final Map<String, UriProvider> uriProviders = new HashMap<>();
    private final List<Consumer<FleetEvent>> readers = new ArrayList<>();
    private Optional<MessageHandler> handler = Optional.empty();
    private Optional<ActorSystem<?>> system = Optional.empty();
    private Clock clock = Clock.systemUTC();

    FleetBuilder() {}

    public FleetBuilder settings(FleetSettings changed) {
        this.settings = Objects.requireNonNull(changed, "settings");
        return this;
    }

    /** Takes the messages of every connection whose sink is {@code handler}, which is the default for specs made in code. */
    public FleetBuilder onMessage(MessageHandler taker) {
        this.handler = Optional.of(Objects.requireNonNull(taker, "handler of messages"));
        return this;
    }

    /** Hears every event from the first on. */
    public FleetBuilder onEvent(Consumer<FleetEvent> reader) {
        this.readers.add(Objects.requireNonNull(reader, "reader of events"));
        return this;
    }

    /** Both of the above. */
    public FleetBuilder listener(FleetListener listener) {
        return onMessage(listener).onEvent(listener::onEvent);
    }

    /** A sink that specs may name; the fleet closes it. */
    public FleetBuilder sink(String name, Sink sink) {
        Objects.requireNonNull(sink, "sink");
        return sinkFrom(name, context -> sink);
    }

    /**
     * A sink that is opened when the fleet starts, tells how it is doing, and is closed with the fleet.
     *
     * @throws IllegalArgumentException when the name is {@code none} or {@code handler}, which are always there
     */
    public FleetBuilder sinkFrom(String name, SinkProvider.Opener opener) {
        if (name.equals(ConnectionSpec.SINK_NONE) || name.equals(ConnectionSpec.SINK_HANDLER)) {
            throw new IllegalArgumentException("Sink [" + name + "] is always there; expected another name");
        }
        this.sinks.put(name, Objects.requireNonNull(opener, "opener of the sink"));
        return this;
    }

    /** A credential that specs may name; {@code () -> CompletableFuture.completedStage(Secret.of(…))} will do. The fleet closes it. */
    public FleetBuilder credential(String name, CredentialProvider provider) {
        this.credentials.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(provider, "provider"));
        return this;
    }

    /** A provider of URIs that specs may name ({@code uri-from}). The fleet closes it. */
    public FleetBuilder uriProvider(String name, UriProvider provider) {
        this.uriProviders.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(provider, "provider"));
        return this;
    }

    /** Another transport that specs may name, or one in the place of {@code netty}; the fleet closes it. */
    public FleetBuilder transport(String name, Transport transport) {
        this.transports.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(transport, "transport"));
        return this;
    }

    /** Runs in this actor system, which the fleet does not end; without one it has its own. */
    public FleetBuilder actorSystem(ActorSystem<?> existing) {
        this.system = Optional.of(Objects.requireNonNull(existing, "actor system"));
        return this;
    }

    /** Puts something around the transport of this name, such as what observes its dials; it closes the one that it is put around. */
    public FleetBuilder around(String name, UnaryOperator<Transport> wrapper) {
        wrappers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(wrapper, "wrapper"));
        return this;
    }

    /** The clock of events and decisions. */
    public FleetBuilder clock(Clock other) {
        this.clock = Objects.requireNonNull(other, "clock");
        return this;
    }

    /**
     * Starts a fleet without connections.
     *
     * @throws java.io.UncheckedIOException when a sink cannot be opened; says which one, and nothing is left running
     */
    public Fleet start() {
        Map<String, Transport> dialers = new HashMap<>(transports);
        ReceiveMemory memory = new ReceiveMemory(settings.limits().receiveMemory());
        dialers.computeIfAbsent("netty", name -> NettyTransport.start(settings.network(), memory));
        if (PekkoHttpTransport.isAvailable()) {
            dialers.computeIfAbsent(
                    PekkoHttpTransport.NAME,
                    name -> PekkoHttpTransport.start(
                            settings.network(),
                            memory,
                            () -> org.apache.pekko.actor.ActorSystem.create(
                                    "flotilla-pekko-http", OwnSystem.config())));
        }
        wrappers.forEach((name, wrapper) -> dialers.computeIfPresent(name, (same, dialer) -> wrapper.apply(dialer)));
        FleetParts parts = new FleetParts(
                settings,
                dialers,
                Map.copyOf(sinks),
                Map.copyOf(credentials),
                Map.copyOf(uriProviders),
                List.copyOf(readers),
                handler,
                system,
                clock);
        try {
            return new Fleet(new FleetWiring(parts));
        } catch (RuntimeException e) { // a sink that cannot open must not leave threads behind
            dialers.values().forEach(Transport::close);
            throw e;
        }
    }
}

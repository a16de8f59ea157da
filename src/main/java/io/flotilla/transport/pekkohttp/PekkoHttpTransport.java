package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.netty.Engine;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Opens sockets with Pekko: its TCP, its TLS on the engine of the JDK, and Pekko HTTP's frames. For those who want the bytes of their
 * fleet to go the way of their other streams; it takes many times the memory and the time of the first transport, and knows neither
 * proxies nor compression.
 */
public final class PekkoHttpTransport implements Transport {

    /** Its name in configurations. */
    public static final String NAME = "pekko-http";

    private static final long CLOSE_SECONDS = 5;
    private static final int LOOPS = 2;

    /** What runs from the first dial on. */
    private record Running(Engine engine, ActorSystem system) {}

    private final FleetSettings.Network network;
    private final ReceiveMemory memory;
    private final Supplier<ActorSystem> systems;
    private @Nullable Running running;

    private PekkoHttpTransport(FleetSettings.Network network, ReceiveMemory memory, Supplier<ActorSystem> systems) {
        this.systems = systems;
        this.network = network;
        this.memory = memory;
    }

    /**
     * Starts nothing: its threads and its actor system come with the first dial.
     *
     * @param memory what all links together may read ahead
     * @param systems makes the actor system, which ends with the transport
     */
    public static PekkoHttpTransport start(
            FleetSettings.Network network, ReceiveMemory memory, Supplier<ActorSystem> systems) {
        return new PekkoHttpTransport(network, memory, systems);
    }

    /** Whether what it needs is there: Pekko HTTP is an optional dependency. */
    public static boolean isAvailable() {
        try {
            Class.forName("org.apache.pekko.http.javadsl.Http", false, PekkoHttpTransport.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    private synchronized Running running() {
        if (running == null) {
            FleetSettings.Network plain = new FleetSettings.Network(
                    LOOPS, false, false, network.nameServers(), network.tlsContexts(), network.destinations());
            running = new Running(Engine.start(plain, memory), systems.get());
        }
        return running;
    }

    @Override
    public Link dial(Dial dial) {
        Running parts = running();
        return parts.engine()
                .dial(dial, (loop, link) -> new Dialing(parts.engine(), parts.system(), loop, dial, link).start());
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return running().engine().renewKey(spec, rejected);
    }

    @Override
    public void close() {
        Running parts;
        synchronized (this) {
            parts = running;
        }
        if (parts == null) {
            return;
        }
        parts.engine().close();
        parts.system().terminate();
        parts.system()
                .getWhenTerminated()
                .toCompletableFuture()
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}

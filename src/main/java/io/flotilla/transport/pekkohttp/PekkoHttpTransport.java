package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.netty.LoopLink;
import io.flotilla.transport.netty.Loops;
import io.flotilla.transport.netty.Names;
import io.flotilla.transport.netty.TlsContexts;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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

    private static final int CLOSE_SECONDS = 5;
    private static final int LOOPS = 2;

    /** What runs from the first dial on. */
    private record Running(Loops loops, Names names, TlsContexts tls, ActorSystem system) {}

    private final FleetSettings.Network network;
    private final ReceiveMemory memory;
    private final Supplier<ActorSystem> systems;
    private final Set<LoopLink> links = ConcurrentHashMap.newKeySet();
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

    private synchronized Optional<Running> running() {
        if (running == null) {
            FleetSettings.Network plain = new FleetSettings.Network(LOOPS, false, false, network.nameServers());
            Loops loops = Loops.start(plain);
            running = new Running(
                    loops, new Names(loops, plain), new TlsContexts(false, network.tlsContexts()), systems.get());
        }
        return Optional.ofNullable(running);
    }

    @Override
    public Link dial(Dial dial) {
        EventLoop loop = running().orElseThrow().loops().group().next();
        LoopLink link = new LoopLink(loop, dial, links::remove);
        links.add(link);
        link.start(() -> new Dialing(this, loop, dial, link).start());
        return link;
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return tls().renewed(spec.tls(), rejected.evidence().ownCertificate());
    }

    Names names() {
        return running().orElseThrow().names();
    }

    TlsContexts tls() {
        return running().orElseThrow().tls();
    }

    ActorSystem system() {
        return running().orElseThrow().system();
    }

    Destinations destinations() {
        return network.destinations();
    }

    ReceiveMemory memory() {
        return memory;
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
        links.forEach(link -> link.abort(FailureKind.DRAINED));
        parts.names().close();
        parts.loops()
                .group()
                .shutdownGracefully(0, CLOSE_SECONDS - 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        parts.tls().close();
        links.forEach(LoopLink::orphaned);
        parts.system().terminate();
        parts.system()
                .getWhenTerminated()
                .toCompletableFuture()
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}

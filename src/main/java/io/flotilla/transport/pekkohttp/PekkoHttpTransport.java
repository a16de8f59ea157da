package io.flotilla.transport.pekkohttp;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.netty.Loops;
import io.flotilla.transport.netty.Names;
import io.flotilla.transport.netty.TlsContexts;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;

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

    private final Loops loops;
    private final Names names;
    private final TlsContexts tls;
    private final Destinations destinations;
    private final ReceiveMemory memory;
    private final ActorSystem system;
    private final Set<PekkoHttpLink> links = ConcurrentHashMap.newKeySet();

    private PekkoHttpTransport(FleetSettings.Network network, ReceiveMemory memory) {
        FleetSettings.Network plain =
                new FleetSettings.Network(LOOPS, false, false, network.nameServers()).within(network.destinations());
        this.loops = Loops.start(plain);
        this.names = new Names(loops, plain);
        this.tls = new TlsContexts(false, network.tlsContexts());
        this.destinations = network.destinations();
        this.memory = memory;
        this.system = ActorSystem.create("flotilla-pekko-http", quiet());
    }

    /**
     * Starts its threads; nothing else happens before the first dial.
     *
     * @param memory what all links together may read ahead
     * @throws IllegalArgumentException when a name server is no address
     */
    public static PekkoHttpTransport start(FleetSettings.Network network, ReceiveMemory memory) {
        return new PekkoHttpTransport(network, memory);
    }

    /** Never ends the process it lives in, and says nothing about peers: that is said as failures. */
    private static Config quiet() {
        ClassLoader classes = PekkoHttpTransport.class.getClassLoader();
        return ConfigFactory.parseString("""
                        pekko {
                          jvm-exit-on-fatal-error = off
                          jvm-shutdown-hooks = off
                          coordinated-shutdown.run-by-jvm-shutdown-hook = off
                          loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
                          logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
                          loglevel = OFF
                          stdout-loglevel = OFF
                          log-dead-letters = off
                          log-dead-letters-during-shutdown = off
                          daemonic = on
                        }
                        """)
                .withFallback(ConfigFactory.defaultReference(classes))
                .resolve();
    }

    @Override
    public Link dial(Dial dial) {
        PekkoHttpLink link = new PekkoHttpLink(this, loops.group().next(), dial);
        links.add(link);
        link.start();
        return link;
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return tls.renewed(spec.tls(), rejected.evidence().ownCertificate());
    }

    Names names() {
        return names;
    }

    TlsContexts tls() {
        return tls;
    }

    Destinations destinations() {
        return destinations;
    }

    ReceiveMemory memory() {
        return memory;
    }

    ActorSystem system() {
        return system;
    }

    void gone(PekkoHttpLink link) {
        links.remove(link);
    }

    @Override
    public void close() {
        links.forEach(link -> link.abort(FailureKind.DRAINED));
        names.close();
        loops.group()
                .shutdownGracefully(0, CLOSE_SECONDS - 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        tls.close();
        links.forEach(PekkoHttpLink::orphaned);
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}

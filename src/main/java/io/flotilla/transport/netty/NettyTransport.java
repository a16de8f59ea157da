package io.flotilla.transport.netty;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The transport on Netty: native epoll and OpenSSL where they load, NIO and the JDK's TLS where they do not. */
public final class NettyTransport implements Transport {

    private static final long CLOSE_SECONDS = 5;

    private final Loops loops;
    private final Names names;
    private final TlsContexts tls;
    private final ReceiveMemory memory;
    private final Destinations destinations;
    private final Set<LoopLink> links = ConcurrentHashMap.newKeySet();

    private NettyTransport(FleetSettings.Network network, ReceiveMemory memory) {
        this.loops = Loops.start(network);
        this.names = new Names(loops, network);
        this.tls = new TlsContexts(network.openSsl(), network.tlsContexts());
        this.memory = memory;
        this.destinations = network.destinations();
    }

    /**
     * Starts its threads; nothing else happens before the first dial.
     *
     * @param memory what all links together may read ahead
     * @throws IllegalArgumentException when a name server is no address
     */
    public static NettyTransport start(FleetSettings.Network network, ReceiveMemory memory) {
        return new NettyTransport(network, memory);
    }

    /** What it runs on, for people: {@code Netty on epoll, OpenSSL …}. */
    public String describe() {
        return "Netty on " + (loops.epoll() ? "epoll" : "NIO") + ", " + tls.describe();
    }

    @Override
    public Link dial(Dial dial) {
        EventLoop loop = loops.group().next();
        LoopLink link = new LoopLink(loop, dial, links::remove);
        links.add(link);
        link.start(() -> new Dialing(this, loop, dial, link).start());
        return link;
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return tls.renewed(spec.tls(), rejected.evidence().ownCertificate());
    }

    Loops loops() {
        return loops;
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

    @Override
    public void close() {
        links.forEach(link -> link.abort(FailureKind.DRAINED));
        names.close();
        loops.group()
                .shutdownGracefully(0, CLOSE_SECONDS - 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        tls.close();
        links.forEach(LoopLink::orphaned); // dialed while this ran, or not ended within the bound
    }
}

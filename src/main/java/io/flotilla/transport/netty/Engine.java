package io.flotilla.transport.netty;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What a transport runs on: the threads, and what its dials share on them.
 *
 * @param destinations where dials may go
 * @param memory what all links together may read ahead
 * @param links that have not ended
 */
public record Engine(
        Loops loops,
        Names names,
        TlsContexts tls,
        Destinations destinations,
        ReceiveMemory memory,
        Set<LoopLink> links) {

    private static final long CLOSE_SECONDS = 5;

    /**
     * Starts its threads; nothing else happens before the first dial.
     *
     * @throws IllegalArgumentException when a name server is no address
     */
    public static Engine start(FleetSettings.Network network, ReceiveMemory memory) {
        Loops loops = Loops.start(network);
        return new Engine(
                loops,
                new Names(loops, network),
                new TlsContexts(network.openSsl(), network.tlsContexts()),
                network.destinations(),
                memory,
                ConcurrentHashMap.newKeySet());
    }

    /**
     * A link of its own for one dial.
     *
     * @param begin enters the first stage of the link, on its event loop
     */
    public Link dial(Dial dial, BiConsumer<EventLoop, LoopLink> begin) {
        EventLoop loop = loops.group().next();
        LoopLink link = new LoopLink(loop, dial, links::remove);
        links.add(link);
        link.start(() -> begin.accept(loop, link));
        return link;
    }

    /** The same as {@link io.flotilla.transport.Transport#renewKey}. */
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return tls.renewed(spec.tls(), rejected.evidence().ownCertificate());
    }

    /** Ends every link and the threads; blocks, for a bounded time. */
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

package io.flotilla.transport.netty;

import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import java.util.concurrent.CompletionStage;

/** The transport on Netty: native epoll and OpenSSL where they load, NIO and the JDK's TLS where they do not. */
public final class NettyTransport implements Transport {

    private final Engine engine;

    private NettyTransport(Engine engine) {
        this.engine = engine;
    }

    /**
     * Starts its threads; nothing else happens before the first dial.
     *
     * @param memory what all links together may read ahead
     * @throws IllegalArgumentException when a name server is no address
     */
    public static NettyTransport start(FleetSettings.Network network, ReceiveMemory memory) {
        return new NettyTransport(Engine.start(network, memory));
    }

    /** What it runs on, for people: {@code Netty on epoll, OpenSSL …}. */
    public String describe() {
        return "Netty on " + (engine.loops().epoll() ? "epoll" : "NIO") + ", "
                + engine.tls().describe();
    }

    @Override
    public Link dial(Dial dial) {
        return engine.dial(dial, (loop, link) -> new Dialing(engine, loop, dial, link).start());
    }

    @Override
    public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return engine.renewKey(spec, rejected);
    }

    @Override
    public void close() {
        engine.close();
    }
}

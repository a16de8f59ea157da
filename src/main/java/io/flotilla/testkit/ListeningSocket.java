package io.flotilla.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a harbour listens, and the one thread that all its connections live on. Safe from any thread. */
final class ListeningSocket {

    private final String host;
    private final int port;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("harbour", true), NioIoHandler.newFactory());
    private final ServerBootstrap bootstrap;

    /** Guarded by this, and held while the event loop is waited for: who is on it must not ask. */
    private @Nullable Channel listening;

    /**
     * Begins to listen.
     *
     * @param port 0 for a free one
     * @param receiveBuffer SO_RCVBUF; 0: what the kernel gives
     * @param accepted furnishes the channel of each connection, on the thread
     * @throws UncheckedIOException when the address cannot be listened at; its message names the address
     */
    ListeningSocket(String host, int port, int receiveBuffer, Consumer<Channel> accepted) {
        this.host = host;
        this.bootstrap = bootstrap(receiveBuffer, accepted);
        try {
            listening = port == 0 ? bindSomewhere() : bind(port);
        } catch (RuntimeException e) {
            endThread();
            throw e;
        }
        this.port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private ServerBootstrap bootstrap(int receiveBuffer, Consumer<Channel> accepted) {
        ServerBootstrap made = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.accept(channel);
                    }
                });
        if (receiveBuffer > 0) {
            // On the listening socket: the window is agreed on before the connection is accepted.
            made.option(ChannelOption.SO_RCVBUF, receiveBuffer);
        }
        return made;
    }

    private Channel bind(int wanted) {
        var bound = bootstrap.bind(host, wanted).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new UncheckedIOException(
                    "Harbour address [" + host + ":" + wanted + "] must be free: " + cause.getMessage(),
                    cause instanceof IOException io ? io : new IOException(cause));
        }
        return bound.channel();
    }

    /**
     * Below the ports that the kernel gives to clients: while the harbour does not listen no client of this machine can be given
     * its port, which would take it away, or even connect to itself.
     */
    private Channel bindSomewhere() {
        for (int attempt = 0; attempt < 50; attempt++) {
            var bound = bootstrap
                    .bind(host, ThreadLocalRandom.current().nextInt(15_000, 32_000))
                    .awaitUninterruptibly();
            if (bound.isSuccess()) {
                return bound.channel();
            }
        }
        return bind(0);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** New dials are refused; connections stay. */
    synchronized void stop() {
        if (listening != null) {
            listening.close().awaitUninterruptibly();
            listening = null;
        }
    }

    /** On the same port. */
    synchronized void listenAgain() {
        if (listening == null) {
            listening = bind(port);
        }
    }

    /** Ends it for good, and with the thread every connection that is left. */
    void endThread() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}

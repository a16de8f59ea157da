package io.flotilla.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tries the addresses of one name: each a quarter of a second after the one before it, or at once when that failed (RFC 8305 5);
 * the first to connect wins, the others are closed. Confined to one event loop.
 */
final class Connector {

    private static final long STAGGER_MILLIS = 250;

    /** Hears once how it went. */
    interface Outcome {
        void connected(Channel channel);

        /** Every address failed, in this order. */
        void failed(List<Throwable> reasons);

        /** An address is being tried. */
        void trying(InetSocketAddress address);

        /** An address answered, or failed; not told of those that were overtaken. */
        void tried(InetSocketAddress address, @Nullable Throwable thrown);
    }

    /** The dial adds its handlers to the channel that wins. */
    private static final ChannelHandler NOTHING_YET = new NothingYet();

    @ChannelHandler.Sharable
    private static final class NothingYet extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {}
    }

    private final EventLoop loop;
    private final Class<? extends SocketChannel> type;
    private final Optional<InetAddress> from;
    private final List<InetSocketAddress> addresses;
    private final Outcome outcome;
    private final Set<Channel> trying = new HashSet<>();
    private final List<Throwable> reasons = new ArrayList<>();
    private int next;
    private boolean over;
    private @Nullable ScheduledFuture<?> stagger;

    Connector(
            EventLoop loop,
            Class<? extends SocketChannel> type,
            Optional<InetAddress> from,
            List<InetSocketAddress> addresses,
            Outcome outcome) {
        this.loop = loop;
        this.type = type;
        this.from = from;
        this.addresses = addresses;
        this.outcome = outcome;
    }

    /** The addresses tried so far, in order. */
    List<InetSocketAddress> tried() {
        return List.copyOf(addresses.subList(0, next));
    }

    void start() {
        tryNext();
    }

    /** Nobody waits any more. */
    void cancel() {
        over = true;
        stopTimer();
        trying.stream().filter(Channel::isRegistered).forEach(Channel::close); // one that could not be made is none
        trying.clear();
    }

    private void tryNext() {
        stopTimer();
        if (over || next == addresses.size()) {
            return;
        }
        InetSocketAddress address = addresses.get(next++);
        outcome.trying(address);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(type)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(
                        ChannelOption.AUTO_CLOSE,
                        false) // a failed write must not hide the close frame that explains it
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the dial has a deadline of its own
                .handler(NOTHING_YET);
        ChannelFuture connecting = from.isPresent()
                ? bootstrap.connect(address, new InetSocketAddress(from.get(), 0))
                : bootstrap.connect(address);
        Channel channel = connecting.channel();
        trying.add(channel);
        connecting.addListener(done -> loop.execute(() -> onDone(channel, address, done.cause())));
        if (next < addresses.size()) {
            stagger = loop.schedule(this::tryNext, STAGGER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void onDone(Channel channel, InetSocketAddress address, @Nullable Throwable thrown) {
        trying.remove(channel);
        if (!over) {
            outcome.tried(address, thrown);
        }
        if (over) {
            if (thrown == null) {
                channel.close();
            }
        } else if (thrown == null) {
            cancel();
            outcome.connected(channel);
        } else {
            failed(thrown);
        }
    }

    private void failed(Throwable thrown) {
        reasons.add(thrown);
        if (next < addresses.size()) {
            tryNext();
        } else if (trying.isEmpty()) {
            over = true;
            outcome.failed(reasons);
        }
    }

    private void stopTimer() {
        if (stagger != null) {
            stagger.cancel(false);
            stagger = null;
        }
    }

    static String shown(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}

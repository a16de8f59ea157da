package io.flotilla.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ways to end a socket. */
final class Sockets {

    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    private Sockets() {}

    /**
     * Ends it with a reset: neither we nor the kernel wait for a peer that may not be there. Goes past the handlers, of which that of
     * TLS would wait to say goodbye.
     */
    static void abort(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException gone) {
            LOG.trace("The peer was first: the socket takes no options any more", gone);
        }
        drop(channel);
    }

    /** Ends it as the kernel ends a socket, without a word of TLS. */
    static void drop(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }
}

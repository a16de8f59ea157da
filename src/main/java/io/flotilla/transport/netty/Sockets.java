package io.flotilla.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

/** Ways to end a socket. */
final class Sockets {

    private Sockets() {}

    /**
     * Ends it with a reset: neither we nor the kernel wait for a peer that may not be there. Goes past the handlers, of which that of
     * TLS would wait to say goodbye.
     */
    static void abort(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
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

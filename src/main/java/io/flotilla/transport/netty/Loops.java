package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The threads that move bytes: epoll where it loads, NIO where it does not. */
public record Loops(
        EventLoopGroup group,
        Class<? extends SocketChannel> sockets,
        Class<? extends DatagramChannel> datagrams,
        boolean epoll) {

    public static Loops start(FleetSettings.Network network) {
        int threads = network.eventLoops() > 0
                ? network.eventLoops()
                : 2 * Runtime.getRuntime().availableProcessors();
        DefaultThreadFactory named = new DefaultThreadFactory("flotilla-io", true);
        boolean epoll = network.nativeTransport() && epollLoads();
        return epoll
                ? new Loops(
                        new MultiThreadIoEventLoopGroup(threads, named, EpollIoHandler.newFactory()),
                        EpollSocketChannel.class,
                        EpollDatagramChannel.class,
                        true)
                : new Loops(
                        new MultiThreadIoEventLoopGroup(threads, named, NioIoHandler.newFactory()),
                        NioSocketChannel.class,
                        NioDatagramChannel.class,
                        false);
    }

    private static boolean epollLoads() {
        return Epoll.isAvailable();
    }
}

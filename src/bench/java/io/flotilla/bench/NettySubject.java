package io.flotilla.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.URI;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Netty's own WebSocket client as its documentation has it: its codec, its UTF-8 check, and a handler that counts and releases. */
final class NettySubject implements Client.Subject {

    private static final int MOST_DIALING = 1024;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final LongAdder messages = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final Semaphore dialing = new Semaphore(MOST_DIALING);
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private int wanted;

    @Override
    public void open(int connections, int port, String path) throws InterruptedException {
        wanted += connections;
        URI uri = URI.create("ws://127.0.0.1:" + port + path);
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(8192),
                                        new WebSocketClientProtocolHandler(
                                                WebSocketClientHandshakerFactory.newHandshaker(
                                                        uri,
                                                        WebSocketVersion.V13,
                                                        null,
                                                        false,
                                                        new DefaultHttpHeaders())),
                                        new Count());
                    }
                });
        for (int i = 0; i < connections; i++) {
            dialing.acquire();
            ChannelFuture connecting = bootstrap.connect(uri.getHost(), uri.getPort());
            connecting.addListener(done -> {
                if (!done.isSuccess()) {
                    throw new IllegalStateException("the server of the benchmark refused", done.cause());
                }
            });
        }
        while (open.get() < wanted) {
            Thread.sleep(5);
        }
    }

    @Override
    public void closeAll() throws InterruptedException {
        channels.close().sync();
        wanted = 0;
        open.set(0);
    }

    @Override
    public long messages() {
        return messages.sum();
    }

    @Override
    public void close() {
        group.shutdownGracefully();
    }

    private final class Count extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                channels.add(context.channel());
                open.incrementAndGet();
                dialing.release();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof WebSocketFrame) {
                messages.increment();
            }
            ReferenceCountUtil.release(message);
        }
    }
}

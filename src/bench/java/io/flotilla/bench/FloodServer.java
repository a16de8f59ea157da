package io.flotilla.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;

/** The peer of the benchmark: {@code /flood} sends 128-byte texts as fast as they are read, any other path is silent. */
public final class FloodServer {

    private static final int PAYLOAD = 128;
    private static final int FRAMES = 256;

    private FloodServer() {}

    public static void main(String[] arguments) throws Exception {
        boolean epoll = Epoll.isAvailable();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(
                        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()))
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(65536),
                                        new WebSocketServerProtocolHandler("/", null, false, 65536, false, true),
                                        new Flood());
                    }
                });
        Channel listening = bootstrap.bind("127.0.0.1", 0).sync().channel();
        System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
        listening.closeFuture().sync();
    }

    private static ByteBuf frames() {
        ByteBuf frames = Unpooled.directBuffer(FRAMES * (PAYLOAD + 4));
        for (int i = 0; i < FRAMES; i++) {
            frames.writeByte(0x81).writeByte(126).writeShort(PAYLOAD);
            for (int j = 0; j < PAYLOAD; j++) {
                frames.writeByte('a' + j % 26);
            }
        }
        return Unpooled.unreleasableBuffer(frames);
    }

    private static final class Flood extends ChannelInboundHandlerAdapter {
        private static final ByteBuf MANY = frames();
        private boolean flooding;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete done
                    && done.requestUri().startsWith("/flood")) {
                flooding = true;
                send(context);
            }
        }

        private void send(ChannelHandlerContext context) {
            if (flooding && context.channel().isActive()) {
                // Past the codec, which would take frames for messages of its own.
                context.channel()
                        .pipeline()
                        .firstContext()
                        .writeAndFlush(MANY.duplicate())
                        .addListener(sent -> context.channel().eventLoop().execute(() -> send(context)));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
            context.close();
        }
    }
}

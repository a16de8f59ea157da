package io.flotilla.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Talks to a proxy until the socket is a tunnel, then leaves the pipeline and hands what follows to whoever is there then. */
final class Tunnelling extends ChannelInboundHandlerAdapter {

    /** Hears once how it went, on the event loop. */
    interface Listener {
        /** The socket is a tunnel; this handler is gone. */
        void through(String answer);

        void refused(ProxyTalk.Refused why);

        /** The socket ended, cleanly where nothing was thrown. */
        void broken(@Nullable Throwable thrown);
    }

    private final ProxyTalk talk;
    private final Listener listener;
    private ByteBuf heard = Unpooled.EMPTY_BUFFER;
    private boolean over;

    Tunnelling(ProxyTalk talk, Listener listener) {
        this.talk = talk;
        this.listener = listener;
    }

    /** Nothing of this socket is heard any more. */
    void stop() {
        over = true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        say(context, talk.begin());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        heard.release();
        heard = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        heard = heard.isReadable() ? Unpooled.wrappedBuffer(heard, bytes) : replaced(bytes);
        try {
            go(context);
        } catch (ProxyTalk.Refused why) {
            over = true;
            listener.refused(why);
        }
    }

    private ByteBuf replaced(ByteBuf bytes) {
        heard.release();
        return bytes;
    }

    private void go(ChannelHandlerContext context) throws ProxyTalk.Refused {
        while (true) {
            ProxyTalk.Next next = talk.hear(heard);
            if (next instanceof ProxyTalk.Next.Say say) {
                say(context, say.words());
            } else if (next instanceof ProxyTalk.Next.Through through) {
                leave(context, through.answer());
                return;
            } else {
                return;
            }
        }
    }

    /** What the destination said already belongs to those who come after us. */
    private void leave(ChannelHandlerContext context, String answer) {
        over = true;
        ByteBuf rest = heard.retain();
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(this);
        listener.through(answer);
        if (rest.isReadable()) {
            pipeline.fireChannelRead(rest);
            pipeline.fireChannelReadComplete();
        } else {
            rest.release();
        }
    }

    private static void say(ChannelHandlerContext context, byte[] words) {
        context.writeAndFlush(Unpooled.wrappedBuffer(words));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!over) {
            over = true;
            listener.broken(null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable caught) {
        if (!over) {
            over = true;
            listener.broken(caught);
        }
    }
}

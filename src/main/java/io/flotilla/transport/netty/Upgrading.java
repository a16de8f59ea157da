package io.flotilla.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Hears the socket of a dial until the upgrade is answered; hands what follows the answer to the handler that takes its place. */
final class Upgrading extends ChannelInboundHandlerAdapter {

    /** Hears how it goes, on the event loop. */
    interface Listener {
        /** The answer that counts. To go on, replace this handler by the next one. */
        void answered(AnswerHead answer);

        void notHttp(AnswerHead.NotHttp why);

        /** The socket ended, cleanly where nothing was thrown. */
        void broken(@Nullable Throwable thrown);
    }

    private final Listener listener;
    private final AnswerReader reader = new AnswerReader();
    private boolean over;

    Upgrading(Listener listener) {
        this.listener = listener;
    }

    /** Nothing of this socket is heard any more. */
    void stop() {
        over = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            AnswerHead answer = over ? null : reader.read(bytes);
            if (answer != null) {
                over = true;
                listener.answered(answer);
                if (context.isRemoved() && bytes.isReadable()) {
                    context.fireChannelRead(bytes.retain());
                }
            }
        } catch (AnswerHead.NotHttp why) {
            over = true;
            listener.notHttp(why);
        } finally {
            bytes.release();
        }
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

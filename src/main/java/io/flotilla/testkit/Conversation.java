package io.flotilla.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One connection at work: its scripts, its reactions, its manners. Lives on its event loop; {@link Peer} is its outside. */
final class Conversation extends ChannelInboundHandlerAdapter {

    /** What a peer does unasked. */
    enum Manner {
        ANSWER_PINGS,
        ANSWER_CLOSE,
        ANSWER_FIN
    }

    /** Hears each frame. */
    interface Reaction {
        void on(Conversation conversation, ClientFrame frame);
    }

    private record Waiting(BooleanSupplier condition, Strand strand) {}

    /** How inbound bytes are taken. */
    private enum Taking {
        AS_THEY_COME,
        AS_REQUEST,
        AS_FRAMES,
        NOT
    }

    /** Bytes that are kept though nobody reads them yet; further ones are dropped. */
    private static final int MAX_KEPT = 1 << 20;

    private static final int MAX_HEAD = 64 * 1024;

    private final Harbour harbour;
    private final Peer peer;
    private final Channel channel;
    private final Wire wire = new Wire(this::wake);
    private final ClientRules rules;
    private final Set<Manner> manners = EnumSet.allOf(Manner.class);
    private final List<Reaction> reactions = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf kept;
    private @Nullable SslHandler tls;
    private @Nullable UpgradeRequest request;
    private Taking taking = Taking.AS_THEY_COME;
    private boolean upgraded;
    private boolean extensionsAgreed;
    private boolean corked;
    private boolean wantsReading = true;
    private boolean closeSent;
    private boolean closeReceived;
    private boolean inputEnded;
    private boolean over;
    private long numbers;

    Conversation(Harbour harbour, Channel channel, int number) {
        this.harbour = harbour;
        this.channel = channel;
        this.peer = new Peer(this, number, harbour.remembered());
        this.rules = new ClientRules(peer::violated);
    }

    Harbour harbour() {
        return harbour;
    }

    Peer peer() {
        return peer;
    }

    Wire wire() {
        return wire;
    }

    Channel channel() {
        return channel;
    }

    EventExecutor executor() {
        return channel.eventLoop();
    }

    void execute(Runnable task) {
        executor().execute(task);
    }

    boolean isOver() {
        return over;
    }

    @Nullable
    UpgradeRequest request() {
        return request;
    }

    /** What attempts are counted by: the request target, or nothing before there is a request. */
    String target() {
        return request == null ? "" : request.target();
    }

    long nextNumber() {
        return ++numbers;
    }

    // The course of a connection.

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        harbour.accepted(this);
        List<Step> course = new ArrayList<>(harbour.arrival().steps());
        course.add(new Step("secure", this::secure));
        course.add(new Step("read request", this::readRequest));
        course.add(new Step("route", this::route));
        new Strand(this, course, this::courseIsOver).run();
    }

    private boolean secure(Strand strand) {
        HarbourTls configured = harbour.tls();
        return configured == null || tls != null || startTls(configured, strand);
    }

    private boolean readRequest(Strand strand) {
        if (upgraded || taking != Taking.AS_THEY_COME) {
            return true;
        }
        taking = Taking.AS_REQUEST;
        take();
        return strand.awaitUntil(() -> request != null);
    }

    private boolean route(Strand strand) {
        if (request != null) {
            strand.insert(harbour.route(request.path()).steps());
        }
        return true;
    }

    private void courseIsOver() {
        if (!upgraded && !wire.isOutputEnded()) {
            perform(Script.empty().fin().steps());
        }
    }

    /** Performs these steps besides what is going on. */
    void perform(List<Step> steps) {
        new Strand(this, steps, () -> {}).run();
    }

    void perform(List<Step> steps, Runnable whenOver) {
        new Strand(this, steps, whenOver).run();
    }

    void react(Reaction reaction) {
        reactions.add(reaction);
    }

    void lose(Manner manner) {
        manners.remove(manner);
    }

    void wakeWhen(BooleanSupplier condition, Strand strand) {
        waiting.add(new Waiting(condition, strand));
    }

    private void wake() {
        for (int i = 0; i < waiting.size(); ) {
            Waiting candidate = waiting.get(i);
            if (candidate.condition().getAsBoolean()) {
                waiting.remove(i);
                // Not from here: a strand may end the connection, and somebody is in the middle of a read.
                execute(candidate.strand()::run);
            } else {
                i++;
            }
        }
    }

    // Inbound.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf bytes = (ByteBuf) msg;
        if (taking == Taking.NOT
                || (taking == Taking.AS_THEY_COME && kept != null && kept.readableBytes() > MAX_KEPT)) {
            bytes.release();
            return;
        }
        if (kept == null) {
            kept = bytes;
        } else {
            kept = append(kept, bytes);
        }
        take();
        if (taking == Taking.AS_THEY_COME) {
            wake();
        }
    }

    private ByteBuf append(ByteBuf first, ByteBuf more) {
        if (first.refCnt() == 1 && !first.isReadOnly() && first.maxWritableBytes() >= more.readableBytes()) {
            first.discardSomeReadBytes().writeBytes(more);
            more.release();
            return first;
        }
        ByteBuf both = channel.alloc().buffer(first.readableBytes() + more.readableBytes());
        both.writeBytes(first).writeBytes(more);
        first.release();
        more.release();
        return both;
    }

    private void take() {
        if (taking == Taking.AS_REQUEST) {
            takeRequest();
        }
        if (taking == Taking.AS_FRAMES) {
            takeFrames();
        }
        if (kept != null && !kept.isReadable()) {
            kept.release();
            kept = null;
        }
    }

    /** Takes so many bytes off what came, if they are there; they are no part of a request. */
    boolean takeOff(int bytes) {
        if (taking != Taking.AS_THEY_COME || kept == null || kept.readableBytes() < bytes) {
            return false;
        }
        peer.took(kept.readCharSequence(bytes, StandardCharsets.ISO_8859_1).toString());
        take();
        return true;
    }

    /** Takes a head off what came, up to its empty line, if it is there; it is no request. */
    boolean takeHeadOff() {
        int end = kept == null ? -1 : endOfHead(kept);
        return end >= 0 && takeOff(end);
    }

    private void takeRequest() {
        if (kept == null) {
            return;
        }
        int end = endOfHead(kept);
        if (end < 0) {
            if (kept.readableBytes() > MAX_HEAD) {
                peer.violated("request head must be at most " + MAX_HEAD + " bytes");
                taking = Taking.NOT;
            }
            return;
        }
        String raw = kept.readCharSequence(end, StandardCharsets.ISO_8859_1).toString();
        request = UpgradeRequest.parse(raw, Instant.now());
        taking = Taking.AS_THEY_COME;
        rules.check(request);
        peer.requested(request);
        harbour.changed();
        wake();
    }

    private static int endOfHead(ByteBuf bytes) {
        int from = bytes.readerIndex();
        for (int i = from; i + 3 < bytes.writerIndex(); i++) {
            if (bytes.getInt(i) == 0x0d0a0d0a) {
                return i + 4 - from;
            }
        }
        return -1;
    }

    private void takeFrames() {
        try {
            while (kept != null && taking == Taking.AS_FRAMES) {
                ClientFrame frame = FrameReader.read(kept);
                if (frame == null) {
                    return;
                }
                onFrame(frame);
            }
        } catch (FrameReader.TooBig e) {
            peer.violated(String.valueOf(e.getMessage()));
            taking = Taking.NOT;
        }
    }

    private void onFrame(ClientFrame frame) {
        rules.check(frame, extensionsAgreed);
        peer.received(frame);
        for (Reaction reaction : List.copyOf(reactions)) {
            reaction.on(this, frame);
        }
        if (frame.isPing() && manners.contains(Manner.ANSWER_PINGS) && !closeSent) {
            echoAs(WireFrame.pong(frame.payload()));
        }
        if (frame.isClose()) {
            closeReceived = true;
            if (manners.contains(Manner.ANSWER_CLOSE)) {
                answerClose(frame);
            }
        }
        wake();
    }

    private void answerClose(ClientFrame frame) {
        Script answer = Script.empty();
        if (!closeSent) {
            closeSent = true;
            answer = answer.sendRaw(WireFrame.close(frame.payload()).bytes());
        }
        if (!wire.isOutputEnded()) {
            perform(answer.fin().steps());
        }
    }

    void echo(ClientFrame frame) {
        if (!closeSent && !closeReceived) {
            echoAs(frame.echoed());
        }
    }

    private void echoAs(WireFrame frame) {
        write(frame.bytes());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!corked) {
            ctx.flush();
        }
    }

    /** From here on the client speaks frames. */
    void upgraded(boolean extensions) {
        upgraded = true;
        extensionsAgreed = extensions;
        taking = Taking.AS_FRAMES;
        peer.wasUpgraded();
        take();
    }

    // Outbound.

    private ChannelFuture write(byte[] bytes) {
        return context().write(Unpooled.wrappedBuffer(bytes));
    }

    /** Sends bytes for a strand; while corked it does not wait for them. */
    boolean send(byte[] bytes, Strand strand) {
        ChannelFuture written = write(bytes);
        if (corked) {
            return true;
        }
        context().flush();
        return strand.awaitWritten(written);
    }

    void cork() {
        corked = true;
    }

    void uncork() {
        if (corked) {
            corked = false;
            context().flush();
        }
    }

    void closeSent() {
        closeSent = true;
    }

    void reading(boolean wanted) {
        wantsReading = wanted;
        channel.config().setAutoRead(wanted && channel.isWritable());
    }

    /** A client that does not read what it is sent is not read either. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        channel.config().setAutoRead(wantsReading && channel.isWritable());
    }

    // TLS.

    boolean startTls(HarbourTls settings, Strand strand) {
        SslHandler handler = settings.newHandler(channel.alloc());
        tls = handler;
        channel.pipeline().addAfter(wire.context().name(), null, handler);
        ByteBuf early = kept;
        if (early != null) {
            kept = null;
            wire.context().fireChannelRead(early);
            wire.context().fireChannelReadComplete();
        }
        return strand.awaitUntil(() -> handler.handshakeFuture().isSuccess() || wire.isCut());
    }

    private void handshakeEnded(SslHandshakeCompletionEvent event) {
        if (tls != null && event.isSuccess()) {
            peer.secured(TlsSeen.of(tls.engine()));
        } else if (!event.isSuccess()) {
            peer.tlsFailed(event.cause());
        }
        harbour.changed();
        wake();
    }

    // The end.

    boolean isInputEnded() {
        return inputEnded;
    }

    /** See {@link Wire#endOutput}; {@code notify}: whether TLS says close_notify. */
    boolean endOutput(boolean notify, Duration linger, Strand strand) {
        uncork();
        context().flush();
        if (tls != null && notify) {
            tls.closeOutbound();
        }
        ChannelFuture ended = wire.endOutput(linger);
        ended.addListener(done -> closeWhenBothEnded());
        return strand.awaitWritten(ended);
    }

    private void closeWhenBothEnded() {
        if (inputEnded && wire.isOutputEnded()) {
            wire.closeNow();
        }
    }

    void reset() {
        wire.reset();
    }

    void scriptFailed(Throwable cause) {
        peer.scriptFailed(cause);
        wire.closeNow();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            handshakeEnded(handshake);
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            peer.ended(Ending.How.FIN);
            wake();
            // Whatever a script was about to do at the end of input comes first.
            execute(() -> {
                if (manners.contains(Manner.ANSWER_FIN)) {
                    wire.closeNow();
                } else {
                    closeWhenBothEnded();
                }
            });
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException || cause instanceof SSLException) {
            // TLS has sent its alert: it must be heard.
            wire.endOutput(Wire.LINGER);
        } else if (cause instanceof IOException) {
            peer.ended(Ending.How.RESET);
            wire.closeNow();
        } else {
            scriptFailed(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        over = true;
        // Gone, and neither did we end it nor was its end heard: a write met a socket that was no more.
        peer.ended(wire.isClosedHere() ? Ending.How.OURS : Ending.How.RESET);
        waiting.clear();
        if (kept != null) {
            kept.release();
            kept = null;
        }
        peer.closed();
        harbour.left(this);
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("Conversation must be in a pipeline");
        }
        return context;
    }
}

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One connection at work: its scripts, its reactions, its manners. Lives on its event loop; {@link Peer} is its outside. */
final class Conversation extends ChannelInboundHandlerAdapter implements Intake.Listener {

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

    private final Harbour harbour;
    private final Peer peer;
    private final Channel channel;
    private final Wire wire = new Wire(this::wake);
    private final ClientRules rules;
    private final Intake intake;
    private final Set<Manner> manners = EnumSet.allOf(Manner.class);
    private final List<Reaction> reactions = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable SslHandler tls;
    private @Nullable UpgradeRequest request;
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
        this.intake = new Intake(channel.alloc(), this);
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

    Intake intake() {
        return intake;
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
        if (upgraded || !intake.isIdle()) {
            return true;
        }
        intake.readRequest();
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
        if (intake.add((ByteBuf) msg)) {
            wake();
        }
    }

    @Override
    public void took(String bytes) {
        peer.took(bytes);
    }

    @Override
    public void violated(String rule) {
        peer.violated(rule);
    }

    @Override
    public void requested(UpgradeRequest asked) {
        request = asked;
        rules.check(asked);
        peer.requested(asked);
        harbour.changed();
        wake();
    }

    @Override
    public void received(ClientFrame frame) {
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
        peer.wasUpgraded();
        intake.readFrames();
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
        intake.handOut().ifPresent(early -> {
            wire.context().fireChannelRead(early);
            wire.context().fireChannelReadComplete();
        });
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
        intake.drop();
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

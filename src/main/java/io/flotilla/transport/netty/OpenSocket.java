package io.flotilla.transport.netty;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Traffic;
import io.flotilla.transport.WithoutRow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A socket after its upgrade: frames both ways, until its {@link ClosingHandshake} is over. The only handler of its channel but that of
 * TLS. Confined to the channel's event loop.
 */
final class OpenSocket extends ChannelInboundHandlerAdapter
        implements LoopLink.Stage, FrameReader.Receiver, ClosingHandshake.Socket, Liveness.Owner, ReadAhead.Owner {

    /** Bytes of a peer that go unread after the last close frame before its socket is closed all the same. */
    private static final long MOST_DISCARDED = 16 * 1024 * 1024;

    /** Bytes that may still come after reading was stopped: what TLS had decrypted, or what the kernel hands over before a FIN. */
    private static final long MOST_AFTER_STOP = 256 * 1024;

    private final Channel channel;
    private final Dial dial;
    private final FrameReader reader;
    private final ReadAhead ahead;
    private final Outflow out;
    private final Liveness liveness;
    private final SessionEvidence evidence;
    private final ClosingHandshake closing;

    private long bytesAfterStop;
    private long receivedAtMillis;

    /** @param ended hears once that the socket is gone and that all was handed over that will be */
    OpenSocket(
            Channel channel,
            Dial dial,
            DeflateOffer.Agreed deflate,
            ReceiveMemory memory,
            InetSocketAddress remote,
            Consumer<Failure> ended) {
        this.channel = channel;
        this.dial = dial;
        ConnectionSpec spec = dial.spec();
        Traffic traffic = dial.traffic();
        this.reader = new FrameReader(
                this,
                spec.receive().maxMessage(),
                memory,
                deflate == DeflateOffer.Agreed.NOTHING
                        ? null
                        : new Inflation(deflate == DeflateOffer.Agreed.WITH_CONTEXT));
        this.ahead =
                new ReadAhead(channel.eventLoop(), dial.sink(), dial.listener(), traffic, memory, spec.receive(), this);
        this.out = new Outflow(
                channel,
                traffic,
                deflate != DeflateOffer.Agreed.NOTHING,
                spec.send().timeout(),
                this::onSendStalled,
                this::onAnsweredAll);
        this.liveness = new Liveness(channel.eventLoop(), dial, this);
        this.evidence = new SessionEvidence(dial, remote, out.lastSent());
        this.closing = new ClosingHandshake(channel.eventLoop(), dial, this, liveness, ahead, evidence, ended);
    }

    void start(Opened how) {
        liveness.start();
        dial.listener().opened(how);
    }

    // Bytes and frames in.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof ByteBuf bytes && !closing.isEnded()) {
                onBytes(bytes);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onBytes(ByteBuf bytes) {
        out.readBegins();
        liveness.heard();
        if (closing.isLeaving()) {
            discard(bytes.readableBytes());
            return;
        }
        if (!reading()) {
            bytesAfterStop += bytes.readableBytes();
        }
        receivedAtMillis = System.currentTimeMillis();
        reader.feed(bytes);
        if (ahead.full() && closing.hears()) {
            stopReading();
        }
    }

    private void stopReading() {
        if (reading()) {
            bytesAfterStop = 0;
            channel.config().setAutoRead(false);
            ahead.readingStops();
        } else if (bytesAfterStop > MOST_AFTER_STOP && ahead.crowded()) {
            closing.abort(Failure.of(
                    FailureKind.SLOW_CONSUMER,
                    "the peer ended the connection while our consumer stalled, and the rest found no room"));
        }
    }

    private void discard(int bytes) {
        bytesAfterStop += bytes;
        if (bytesAfterStop > MOST_DISCARDED) {
            closing.leave();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        out.readDone();
    }

    @Override
    public void message(boolean isText, byte[] payload) {
        dial.traffic().received(payload.length);
        Inbound message = new Inbound(dial.spec().id(), dial.generation(), receivedAtMillis, isText, payload);
        liveness.message(message); // not behind what a stalled sink has not taken
        ahead.take(message);
    }

    @Override
    public void ping(byte[] payload) {
        if (closing.mayWrite()) {
            out.pong(payload);
        }
    }

    @Override
    public void pong(byte[] payload) {
        liveness.pong(payload);
    }

    @Override
    public void close(CloseFrame frame) {
        closing.peerClosed(frame);
    }

    @Override
    public void violation(FailureKind kind, int code, String detail) {
        closing.violation(kind, code, detail);
    }

    @Override
    public void roomier() {
        if (closing.isEnded()) {
            closing.tellWhenAllIsDone();
        } else if (ahead.roomy() && !reading()) {
            liveness.resumed();
            ahead.readingGoesOn();
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void stalledFor(Duration stall) {
        closing.consumerStalled(stall);
    }

    @Override
    public boolean reading() {
        return channel.config().isAutoRead();
    }

    // Frames out, and liveness.

    @Override
    public void send(Frame frame, Link.Written outcome) {
        if (closing.mayWrite()) {
            out.message(frame, outcome);
            liveness.sent();
        } else {
            outcome.done(false);
        }
    }

    @Override
    public void sendPing(byte[] payload) {
        out.ping(payload);
    }

    @Override
    public void say(Frame message) {
        if (closing.mayWrite()) {
            out.message(message, written -> {}); // what is not written ends with the link
        }
    }

    /** What is dead is not waited for. */
    @Override
    public void dead(Failure failure) {
        closing.abort(failure);
    }

    private void onSendStalled() {
        closing.sendStalled();
    }

    private void onAnsweredAll() {
        closing.tellWhenAllIsDone();
    }

    // The end, by us.

    @Override
    public void close(FailureKind why, int code, String reason, Duration flush) {
        closing.close(why, code, reason, flush);
    }

    @Override
    public void abort(FailureKind why) {
        closing.abort(why);
    }

    @Override
    public void sayClose(int code, String reason, Runnable said) {
        out.close(code, reason).addListener(written -> said.run());
    }

    @Override
    public void answerClose(int code, boolean atFault) {
        out.close(code, "").addListener(written -> {
            if (atFault && written.isSuccess()) {
                shutdownOutput();
            }
        });
    }

    private void shutdownOutput() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(said -> halfClose());
        } else {
            halfClose();
        }
    }

    private void halfClose() {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
        }
    }

    @Override
    public void leaving() {
        bytesAfterStop = 0;
        channel.config().setAutoRead(true);
    }

    @Override
    public void answered() {
        leaving();
    }

    @Override
    public void concluded() {
        out.stop();
        reader.stop();
    }

    /** Netty answers a little later when sends are nested deeply. */
    @Override
    public boolean answeredAll() {
        return out.answeredAll();
    }

    @Override
    public void finish() {
        channel.close();
    }

    @Override
    public void reset() {
        Sockets.abort(channel);
    }

    // The end, by the peer or the network.

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing.inputOver();
        closing.gone();
    }

    /** A write failed, and the output is shut for it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelOutputShutdownEvent && closing.outputBroke()) {
            out.stop();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (closing.isEnded()) {
            return;
        }
        Throwable cause = NettyFailures.unwrapped(thrown);
        evidence.broken(cause);
        if (NettyFailures.isBroken(thrown)) {
            channel.close();
        } else {
            WithoutRow.say(cause);
            closing.abort(Failure.of(
                    FailureKind.UNKNOWN, "unexpected " + cause.getClass().getSimpleName()));
        }
    }
}

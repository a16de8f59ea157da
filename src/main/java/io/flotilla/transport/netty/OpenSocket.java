package io.flotilla.transport.netty;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.KnownSecrets;
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
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket after its upgrade: frames both ways, and how it ends (RFC 6455 5.5.1 and 7). The only handler of its channel but that of
 * TLS. Confined to the channel's event loop.
 *
 * <pre>
 * OPEN --our close--> CLOSING --their close--> LEAVING --socket gone--> ENDED
 *  |--their close, echoed---------------------> LEAVING
 *  |--violation, answered---------------------> LEAVING
 *  +--FIN, RST, silence, stall, abort---------------------------------> ENDED
 * </pre>
 */
final class OpenSocket extends ChannelInboundHandlerAdapter
        implements FrameReader.Receiver, Liveness.Owner, ReadAhead.Owner {

    /** Bytes of a peer that go unread after the last close frame before its socket is closed all the same. */
    private static final long MOST_DISCARDED = 16 * 1024 * 1024;

    /** Bytes that may still come after reading was stopped: what TLS had decrypted, or what the kernel hands over before a FIN. */
    private static final long MOST_AFTER_STOP = 256 * 1024;

    /** Stands for a close frame that was not seen; no code is negative. */
    private static final int NONE = -1;

    private enum State {
        OPEN,
        CLOSING,
        LEAVING,
        ENDED
    }

    private final Channel channel;
    private final Dial dial;
    private final Consumer<Failure> ended;
    private final FrameReader reader;
    private final ReadAhead ahead;
    private final Outflow out;
    private final Liveness liveness;
    private final long openedAt = System.nanoTime();

    // The traffic of the connection before this socket.
    private final long bytesInBefore;
    private final long bytesOutBefore;
    private final long messagesInBefore;
    private final long messagesOutBefore;

    private State state = State.OPEN;
    private boolean outputBroken;
    private boolean gone;
    private int closeReceived = NONE;
    private int closeSent = NONE;
    private String closeReason = "";
    private long bytesAfterStop;
    private long receivedAtMillis;
    private @Nullable Failure end;
    private @Nullable Throwable broken;
    private @Nullable ScheduledFuture<?> deadline;

    /** @param ended hears once that the socket is gone and that all was handed over that will be */
    OpenSocket(Channel channel, Dial dial, DeflateOffer.Agreed deflate, ReceiveMemory memory, Consumer<Failure> ended) {
        this.channel = channel;
        this.dial = dial;
        this.ended = ended;
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
                this::tellWhenAllIsDone);
        this.liveness = new Liveness(channel.eventLoop(), dial, this);
        this.bytesInBefore = traffic.bytesIn();
        this.bytesOutBefore = traffic.bytesOut();
        this.messagesInBefore = traffic.messagesIn();
        this.messagesOutBefore = traffic.messagesOut();
    }

    void start(Opened opened) {
        liveness.start();
        dial.listener().opened(opened);
    }

    // Bytes and frames in.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof ByteBuf bytes && state != State.ENDED) {
                onBytes(bytes);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onBytes(ByteBuf bytes) {
        out.readBegins();
        liveness.heard();
        if (state == State.LEAVING) {
            discard(bytes.readableBytes());
            return;
        }
        if (!reading()) {
            bytesAfterStop += bytes.readableBytes();
        }
        receivedAtMillis = System.currentTimeMillis();
        reader.feed(bytes);
        if (ahead.full() && state != State.LEAVING && state != State.ENDED) {
            stopReading();
        }
    }

    private void stopReading() {
        if (reading()) {
            bytesAfterStop = 0;
            channel.config().setAutoRead(false);
            ahead.readingStops();
        } else if (bytesAfterStop > MOST_AFTER_STOP && ahead.crowded()) {
            abortWith(Failure.of(
                    FailureKind.SLOW_CONSUMER,
                    "the peer ended the connection while our consumer stalled, and the rest found no room"));
        }
    }

    private void discard(int bytes) {
        bytesAfterStop += bytes;
        if (bytesAfterStop > MOST_DISCARDED) {
            leave();
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
        if (state == State.OPEN && !outputBroken) {
            out.pong(payload);
        }
    }

    @Override
    public void pong(byte[] payload) {
        liveness.pong(payload);
    }

    /** The peer's close frame: answered with its own code, then the socket is the peer's to end (RFC 6455 7.1.1). */
    @Override
    public void close(int code, String reason) {
        boolean none = code == FrameReader.NO_CODE;
        closeReceived = none ? CloseCode.NO_STATUS : code;
        closeReason = KnownSecrets.of(dial).mask(reason);
        if (state == State.OPEN) {
            if (none) {
                leaveAfter(
                        Failure.of(FailureKind.CLOSED_NO_STATUS, "the peer closed without a code"),
                        CloseCode.NO_STATUS,
                        false);
            } else {
                boolean proper = CloseCode.mayBeOnTheWire(code);
                leaveAfter(
                        Failure.of(
                                kindOf(code),
                                "the peer closed with " + code + out.lastSent().suspected(code)),
                        proper ? code : CloseCode.PROTOCOL_ERROR,
                        !proper);
            }
        } else {
            state = State.LEAVING; // the deadline of our own close goes on
            bytesAfterStop = 0;
            channel.config().setAutoRead(true);
        }
    }

    /** 1005 and 1006 stand for something else in the table; on the wire they break the protocol. */
    private static FailureKind kindOf(int code) {
        return code == CloseCode.NO_STATUS || code == CloseCode.ABNORMAL
                ? FailureKind.CLOSED_PROTOCOL_ERROR
                : Failures.ofCloseCode(code);
    }

    @Override
    public void violation(FailureKind kind, int code, String detail) {
        if (state == State.OPEN) {
            leaveAfter(Failure.of(kind, detail), code, true);
        } else {
            leave();
        }
    }

    /**
     * Says goodbye, and gives the peer a bounded time to end the socket, so that no reset overtakes the close frame.
     *
     * @param atFault the peer broke the protocol: our side of the socket is shut at once, it may not know what to do
     */
    private void leaveAfter(Failure failure, int code, boolean atFault) {
        end = failure;
        state = State.LEAVING;
        liveness.stop();
        bytesAfterStop = 0;
        armDeadline(this::leave);
        if (!outputBroken) {
            closeSent = code;
            out.close(code, "").addListener(written -> {
                if (atFault && written.isSuccess()) {
                    shutdownOutput();
                }
            });
        }
        channel.config().setAutoRead(true);
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

    private void leave() {
        if (end != null) {
            end(end);
        }
    }

    @Override
    public void roomier() {
        if (state == State.ENDED) {
            tellWhenAllIsDone();
        } else if (ahead.roomy() && !reading()) {
            liveness.resumed();
            ahead.readingGoesOn();
            channel.config().setAutoRead(true);
        }
    }

    /** The peer did nothing wrong: it is told goodbye, and what it sent is still handed over. */
    @Override
    public void stalledFor(Duration stall) {
        if (state == State.OPEN) {
            leaveAfter(
                    Failure.of(
                            FailureKind.SLOW_CONSUMER, "our consumer stalled for longer than receive.stall = " + stall),
                    dial.spec().classify().dialect().leaveCode(),
                    false);
        }
    }

    @Override
    public boolean reading() {
        return channel.config().isAutoRead();
    }

    // Frames out, and liveness.

    void send(Frame frame, Link.Written outcome) {
        if (state == State.OPEN && !outputBroken) {
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
        if (state == State.OPEN && !outputBroken) {
            out.message(message, written -> {}); // what is not written ends with the link
        }
    }

    /** What is dead is not waited for: no close frame, and not a byte more. */
    @Override
    public void dead(Failure failure) {
        abortWith(failure);
    }

    private void onSendStalled() {
        Duration timeout = dial.spec().send().timeout();
        if (state == State.OPEN) {
            abortWith(Failure.of(FailureKind.SEND_STALLED, "not a byte written within send.timeout = " + timeout));
        }
    }

    // The end.

    void close(FailureKind why, int code, String reason, Duration flush) {
        if (state != State.OPEN) {
            return;
        }
        end = Failure.of(why, "closed with " + code);
        liveness.stop();
        if (outputBroken) {
            leave();
            return;
        }
        state = State.CLOSING;
        closeSent = code;
        armDeadline(flush.plus(dial.spec().timeouts().close()), this::onCloseOverdue);
        out.close(code, reason).addListener(said -> {
            if (!flush.isZero() && state == State.CLOSING) {
                armDeadline(this::onCloseOverdue);
            }
        });
    }

    private void onCloseOverdue() {
        if (state == State.CLOSING) {
            Duration timeout = dial.spec().timeouts().close();
            abortWith(Failure.of(FailureKind.CLOSE_TIMEOUT, "no close frame within timeouts.close = " + timeout));
        } else {
            leave();
        }
    }

    /** Ends it at once; what was read and not taken is dropped. */
    void abort(FailureKind why) {
        ahead.drop();
        abortWith(Failure.of(why, "aborted"));
        tellWhenAllIsDone();
    }

    private void abortWith(Failure failure) {
        if (state != State.ENDED) {
            conclude(failure);
            Sockets.abort(channel);
        }
    }

    private void end(Failure failure) {
        if (state != State.ENDED) {
            conclude(failure);
            channel.close();
        }
    }

    private void conclude(Failure failure) {
        Phase phase = failure.kind().phase() == Phase.CLOSING ? Phase.CLOSING : Phase.OPEN;
        end = failure.in(phase).with(evidence());
        state = State.ENDED;
        stopDeadline();
        liveness.stop();
        ahead.readingGoesOn();
        out.stop();
        reader.stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (state == State.OPEN) {
            conclude(Failure.of(
                    FailureKind.LOST,
                    broken == null
                            ? "the peer ended the stream (FIN) without a close frame"
                            : "the connection was reset or broke: "
                                    + broken.getClass().getSimpleName()));
        } else if (end != null && state != State.ENDED) {
            conclude(end);
        }
        gone = true;
        if (!allIsDone()) {
            armDeadline(() -> {
                ahead.drop();
                tell();
            });
        }
        tellWhenAllIsDone();
    }

    /**
     * The socket is gone; what was read and not taken is still handed over, and sends that were not written are answered, which Netty
     * does a little later when they are nested deeply.
     */
    private boolean allIsDone() {
        return gone && ahead.empty() && out.answeredAll();
    }

    private void tellWhenAllIsDone() {
        if (allIsDone()) {
            tell();
        }
    }

    private void tell() {
        Failure told = end;
        if (told != null) {
            end = null;
            stopDeadline();
            ended.accept(told);
        }
    }

    /**
     * A write failed, and the output is shut for it. The peer has closed its socket, and may have said why: what it sent before is
     * still read, for a bounded time.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelOutputShutdownEvent && state == State.OPEN && !outputBroken) {
            outputBroken = true;
            liveness.stop();
            out.stop();
            Failure lost = Failure.of(FailureKind.LOST, "the connection was reset or broke: a write failed");
            armDeadline(() -> end(lost));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (state == State.ENDED) {
            return;
        }
        broken = NettyFailures.unwrapped(thrown);
        if (NettyFailures.isBroken(thrown)) {
            channel.close();
        } else {
            WithoutRow.say(broken);
            abortWith(Failure.of(
                    FailureKind.UNKNOWN, "unexpected " + broken.getClass().getSimpleName()));
        }
    }

    private Evidence evidence() {
        Traffic traffic = dial.traffic();
        Evidence.Builder seen = new Evidence.Builder()
                .generation(dial.generation())
                .uptime(Duration.ofNanos(System.nanoTime() - openedAt))
                .lastSent(out.lastSent().seen())
                .traffic(
                        traffic.bytesIn() - bytesInBefore,
                        traffic.bytesOut() - bytesOutBefore,
                        traffic.messagesIn() - messagesInBefore,
                        traffic.messagesOut() - messagesOutBefore);
        if (channel.remoteAddress() instanceof InetSocketAddress remote) {
            seen.addresses(List.of(Connector.shown(remote)));
        }
        if (broken != null) {
            seen.thrown(broken);
        }
        if (closeReceived != NONE) {
            seen.closeReceived(closeReceived, closeReason);
        }
        if (closeSent != NONE) {
            seen.closeSent(closeSent);
        }
        return seen.build();
    }

    private void armDeadline(Runnable task) {
        armDeadline(dial.spec().timeouts().close(), task);
    }

    private void armDeadline(Duration length, Runnable task) {
        stopDeadline();
        deadline = channel.eventLoop().schedule(task, length.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

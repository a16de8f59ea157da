package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.LastSent;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.netty.CloseFrame;
import io.flotilla.transport.netty.ClosingHandshake;
import io.flotilla.transport.netty.FrameWriter;
import io.flotilla.transport.netty.Liveness;
import io.flotilla.transport.netty.LoopLink;
import io.flotilla.transport.netty.OneTimer;
import io.flotilla.transport.netty.ReadAhead;
import io.flotilla.transport.netty.SessionEvidence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A socket after its upgrade, with the frames of Pekko HTTP, until its {@link ClosingHandshake} is over. Confined to the link's event
 * loop.
 */
final class OpenSocket
        implements LoopLink.Stage, Stream.Frames, ClosingHandshake.Socket, Liveness.Owner, ReadAhead.Owner {

    /** Bytes of a peer that go unread after the last close frame before its socket is closed all the same. */
    private static final long MOST_DISCARDED = 16 * 1024 * 1024;

    /** How often within the timeout it is looked whether bytes leave. */
    private static final int LOOKS = 4;

    private record Leaving(int size, int checksum, Link.Written outcome) {}

    private record Goodbye(int code, String reason, Runnable said) {}

    private final Stream stream;
    private final Dial dial;
    private final ReadAhead ahead;
    private final Liveness liveness;
    private final SessionEvidence evidence;
    private final ClosingHandshake closing;
    private final OneTimer watch;
    private final Deque<Leaving> leaving = new ArrayDeque<>();
    private final LastSent lastSent = new LastSent();
    private final AfterMessages afterMessages;

    private boolean wanted;
    private boolean violated;
    private boolean inputOver;
    private long discarded;
    private @Nullable Goodbye goodbye;

    /** @param ended hears once that the socket is gone and that all was handed over that will be */
    OpenSocket(
            Stream stream,
            EventLoop loop,
            Dial dial,
            ReceiveMemory memory,
            InetSocketAddress remote,
            Consumer<Failure> ended) {
        this.stream = stream;
        this.dial = dial;
        this.ahead = new ReadAhead(
                loop,
                dial.sink(),
                dial.listener(),
                dial.traffic(),
                memory,
                dial.spec().receive(),
                this);
        this.liveness = new Liveness(loop, dial, this);
        this.evidence = new SessionEvidence(dial, remote, lastSent);
        this.closing = new ClosingHandshake(loop, dial, this, liveness, ahead, evidence, failure -> {
            stream.hush(); // a message that comes later would be nobody's
            ended.accept(failure);
        });
        this.watch = new OneTimer(loop);
        this.afterMessages = new AfterMessages(loop, dial.spec().timeouts().close());
    }

    void start(Opened how, ByteString answer, ByteString rest) {
        liveness.start();
        look();
        dial.listener().opened(how);
        stream.upgraded(answer, rest, this);
        want();
    }

    // What comes.

    private void want() {
        wanted = true;
        stream.more();
    }

    @Override
    public boolean reading() {
        return wanted && !inputOver;
    }

    @Override
    public void heard(int bytes) {
        liveness.heard();
        if (closing.isLeaving()) {
            discarded += bytes;
            if (discarded > MOST_DISCARDED) {
                closing.leave();
            }
        }
    }

    @Override
    public void message(boolean isText, byte[] payload) {
        wanted = false;
        if (!violated) {
            take(new Inbound(dial.spec().id(), dial.generation(), System.currentTimeMillis(), isText, payload));
        }
        afterMessages.handedOver();
    }

    private void take(Inbound message) {
        dial.traffic().received(message.size());
        liveness.message(message); // not behind what a stalled sink has not taken
        ahead.take(message);
        if (ahead.full()) {
            ahead.readingStops();
        } else {
            want();
        }
    }

    @Override
    public void messageEnded() {
        afterMessages.expectOneMore();
    }

    @Override
    public void roomier() {
        if (closing.isEnded()) {
            closing.tellWhenAllIsDone();
        } else if (ahead.roomy() && !wanted) {
            liveness.resumed();
            ahead.readingGoesOn();
            want();
        }
    }

    @Override
    public void stalledFor(Duration stall) {
        closing.consumerStalled(stall);
    }

    @Override
    public void pong(byte[] payload) {
        liveness.pong(payload);
    }

    @Override
    public void closed(byte[] payload) {
        afterMessages.then(() -> {
            try {
                closing.peerClosed(CloseFrame.of(payload));
            } catch (CloseFrame.Malformed why) {
                violation(why.kind(), why.code(), why.detail());
            }
        });
    }

    @Override
    public void broken(FailureKind kind, int code, String detail) {
        afterMessages.then(() -> violation(kind, code, detail));
    }

    /** Pekko HTTP found something that was not seen as it went by, and does not say what. */
    @Override
    public void leaves(int code) {
        if (code == CloseCode.BAD_DATA) {
            violation(FailureKind.BAD_TEXT, CloseCode.BAD_DATA, "a text message is not UTF-8");
        } else {
            violation(FailureKind.BAD_FRAME, CloseCode.PROTOCOL_ERROR, "a frame breaks RFC 6455");
        }
    }

    private void violation(FailureKind kind, int code, String detail) {
        violated = true;
        afterMessages.expectNone();
        closing.violation(kind, code, detail);
    }

    // What leaves.

    @Override
    public void send(Frame frame, Link.Written outcome) {
        if (closing.mayWrite()) {
            leave(frame, outcome);
            liveness.sent();
        } else {
            outcome.done(false);
        }
    }

    @Override
    public void say(Frame message) {
        if (closing.mayWrite()) {
            leave(message, written -> {}); // what is not written ends with the link
        }
    }

    private void leave(Frame frame, Link.Written outcome) {
        leaving.add(new Leaving(frame.size(), LastSent.checksum(frame), outcome));
        stream.say(frame);
    }

    @Override
    public void taken(boolean message) {
        Leaving left = message ? leaving.poll() : null;
        if (left != null) {
            dial.traffic().written(left.size());
            lastSent.was(left.size(), left.checksum());
            left.outcome().done(true);
        }
        sayGoodbye();
        closing.tellWhenAllIsDone();
    }

    /** Looks from time to time whether what is to leave does. */
    private void look() {
        Duration timeout = dial.spec().send().timeout();
        long since = stream.waitsSince();
        if (since != 0 && System.nanoTime() - since >= timeout.toNanos()) {
            closing.sendStalled();
        } else {
            watch.set(timeout.dividedBy(LOOKS), this::look);
        }
    }

    @Override
    public void sendPing(byte[] payload) {
        stream.send(frame(FrameWriter.frame(UnpooledByteBufAllocator.DEFAULT, FrameWriter.PING, payload)));
    }

    private static ByteString frame(ByteBuf buffer) {
        try {
            return ByteString.fromArray(ByteBufUtil.getBytes(buffer));
        } finally {
            buffer.release();
        }
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

    /** What is dead is not waited for. */
    @Override
    public void dead(Failure failure) {
        closing.abort(failure);
    }

    @Override
    public void sayClose(int code, String reason, Runnable said) {
        goodbye = new Goodbye(code, reason, said);
        sayGoodbye();
    }

    /** After the messages that were sent before. */
    private void sayGoodbye() {
        Goodbye last = goodbye;
        if (last != null && leaving.isEmpty()) {
            goodbye = null;
            sendClose(last.code(), last.reason());
            last.said().run();
        }
    }

    @Override
    public void answerClose(int code, boolean atFault) {
        sendClose(code, "");
        if (atFault) {
            stream.finishOutput();
        }
    }

    private void sendClose(int code, String reason) {
        stream.send(frame(FrameWriter.close(UnpooledByteBufAllocator.DEFAULT, code, reason)));
    }

    /** What Pekko HTTP has not handed over is read no more. */
    @Override
    public void leaving() {
        watch.stop();
        afterMessages.expectNone();
        stream.mute();
    }

    @Override
    public void answered() {
        // what was sent before our close may still leave
    }

    @Override
    public void concluded() {
        watch.stop();
        afterMessages.stop();
        goodbye = null;
    }

    @Override
    public boolean answeredAll() {
        return leaving.isEmpty();
    }

    @Override
    public void finish() {
        stream.finish();
        gone();
    }

    @Override
    public void reset() {
        stream.reset();
        gone();
    }

    /** What has not left will not. */
    private void gone() {
        Leaving unsent;
        while ((unsent = leaving.poll()) != null) {
            unsent.outcome().done(false);
        }
        closing.gone();
    }

    // The end, by the peer or the network.

    @Override
    public void outputBroken() {
        if (closing.outputBroke()) {
            watch.stop();
        }
    }

    @Override
    public void over(@Nullable Throwable thrown) {
        inputOver = true;
        afterMessages.then(() -> {
            if (thrown != null) {
                evidence.broken(ConnectFailures.cause(thrown));
            }
            closing.inputOver();
            finish();
        });
    }
}

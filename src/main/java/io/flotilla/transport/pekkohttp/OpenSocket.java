package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.sink.Inbound;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.LastSent;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Traffic;
import io.flotilla.transport.netty.FrameWriter;
import io.flotilla.transport.netty.Liveness;
import io.flotilla.transport.netty.ReadAhead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A socket after its upgrade: how it ends (RFC 6455 5.5.1 and 7), with the frames of Pekko HTTP. Confined to the link's event loop.
 *
 * <pre>
 * OPEN --our close--> CLOSING --their close--> LEAVING --socket gone--> ENDED
 *  |--their close, echoed---------------------> LEAVING
 *  |--violation, answered---------------------> LEAVING
 *  +--FIN, RST, silence, stall, abort---------------------------------> ENDED
 * </pre>
 */
final class OpenSocket implements Stream.Listener, Liveness.Owner, ReadAhead.Owner {

    private static final int NONE = -1;

    /** Bytes of a peer that go unread after the last close frame before its socket is closed all the same. */
    private static final long MOST_DISCARDED = 16 * 1024 * 1024;

    private enum State {
        OPEN,
        CLOSING,
        LEAVING,
        ENDED
    }

    private record Leaving(int size, int checksum, Link.Written outcome) {}

    private final Stream stream;
    private final EventLoop loop;
    private final Dial dial;
    private final Opened how;
    private final Consumer<Failure> ended;
    private final ReadAhead ahead;
    private final Liveness liveness;
    private final Deque<Leaving> leaving = new ArrayDeque<>();
    private final long openedAt = System.nanoTime();
    private final long bytesInBefore;
    private final long bytesOutBefore;
    private final long messagesInBefore;
    private final long messagesOutBefore;

    private State state = State.OPEN;
    private boolean wanted;
    private boolean violated;
    private boolean inputOver;
    private long expected;
    private final Deque<Runnable> endings = new ArrayDeque<>();
    private boolean gone;
    private boolean outputBroken;
    private long discarded;
    private final LastSent lastSent = new LastSent();
    private int closeReceived = NONE;
    private int closeSent = NONE;
    private String closeReason = "";
    private @Nullable ByteBuf goodbye;
    private Duration flush = Duration.ZERO;
    private @Nullable Failure end;
    private @Nullable Throwable broken;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> watch;

    /** @param ended hears once that the socket is gone and that all was handed over that will be */
    OpenSocket(Stream stream, EventLoop loop, Dial dial, ReceiveMemory memory, Opened how, Consumer<Failure> ended) {
        this.stream = stream;
        this.loop = loop;
        this.dial = dial;
        this.how = how;
        this.ended = ended;
        Traffic traffic = dial.traffic();
        this.ahead = new ReadAhead(
                loop, dial.sink(), dial.listener(), traffic, memory, dial.spec().receive(), this);
        this.liveness = new Liveness(loop, dial, this);
        this.bytesInBefore = traffic.bytesIn();
        this.bytesOutBefore = traffic.bytesOut();
        this.messagesInBefore = traffic.messagesIn();
        this.messagesOutBefore = traffic.messagesOut();
    }

    void start(ByteString answer, ByteString rest) {
        stream.heardBy(this);
        liveness.start();
        look();
        dial.listener().opened(how);
        stream.upgraded(answer, rest);
        want();
    }

    // What comes.

    private void want() {
        wanted = true;
        stream.more();
    }

    @Override
    public void message(boolean isText, byte[] payload) {
        wanted = false;
        expected--;
        if (violated) {
            return;
        }
        dial.traffic().received(payload.length);
        Inbound message = new Inbound(dial.spec().id(), dial.generation(), System.currentTimeMillis(), isText, payload);
        liveness.message(message); // not behind what a stalled sink has not taken
        ahead.take(message);
        if (!ahead.full()) {
            want();
        } else {
            ahead.readingStops();
        }
        goOn();
    }

    @Override
    public void messageEnded() {
        expected++;
    }

    /** What ends the link comes after the messages that came before it, which Pekko HTTP may not have handed over yet. */
    private void afterMessages(Runnable ending) {
        endings.add(ending);
        if (expected > 0 && deadline == null) {
            armDeadline(() -> {
                expected = 0;
                goOn();
            });
        }
        goOn();
    }

    private void goOn() {
        while (expected <= 0 && !endings.isEmpty()) {
            endings.remove().run();
        }
    }

    @Override
    public void roomier() {
        if (state == State.ENDED) {
            tellWhenAllIsDone();
        } else if (ahead.roomy() && !wanted) {
            liveness.resumed();
            ahead.readingGoesOn();
            want();
        }
    }

    /** The peer did nothing wrong: it is told goodbye. What Pekko HTTP had not handed over is read no more. */
    @Override
    public void stalledFor(Duration stall) {
        if (state == State.OPEN) {
            expected = 0;
            leaveAfter(
                    Failure.of(
                            FailureKind.SLOW_CONSUMER, "our consumer stalled for longer than receive.stall = " + stall),
                    dial.spec().classify().dialect().leaveCode(),
                    false);
        }
    }

    @Override
    public void heard(int bytes) {
        liveness.heard();
        if (state == State.LEAVING) {
            discarded += bytes;
            if (discarded > MOST_DISCARDED) {
                leave();
            }
        }
    }

    @Override
    public void pong(byte[] payload) {
        liveness.pong(payload);
    }

    @Override
    public void closed(byte[] payload) {
        afterMessages(() -> onClosed(payload));
    }

    private void onClosed(byte[] payload) {
        if (payload.length == 1) {
            violation(FailureKind.BAD_FRAME, CloseCode.PROTOCOL_ERROR, "a close frame has half a code");
            return;
        }
        int code = payload.length == 0 ? CloseCode.NO_STATUS : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        String reason;
        try {
            reason = payload.length <= 2
                    ? ""
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload, 2, payload.length - 2))
                            .toString();
        } catch (CharacterCodingException e) {
            violation(FailureKind.BAD_TEXT, CloseCode.BAD_DATA, "the reason of a close frame is not UTF-8");
            return;
        }
        closeReceived = code;
        closeReason = KnownSecrets.of(dial).mask(reason);
        if (state != State.OPEN) {
            state = state == State.ENDED ? state : State.LEAVING; // the deadline of our own close goes on
            return;
        }
        if (payload.length == 0) {
            leaveAfter(
                    Failure.of(FailureKind.CLOSED_NO_STATUS, "the peer closed without a code"),
                    CloseCode.NO_STATUS,
                    false);
            return;
        }
        boolean proper = CloseCode.mayBeOnTheWire(code);
        leaveAfter(
                Failure.of(kindOf(code), "the peer closed with " + code + lastSent.suspected(code)),
                proper ? code : CloseCode.PROTOCOL_ERROR,
                !proper);
    }

    /** 1005 and 1006 stand for something else in the table; on the wire they break the protocol. */
    private static FailureKind kindOf(int code) {
        return code == CloseCode.NO_STATUS || code == CloseCode.ABNORMAL
                ? FailureKind.CLOSED_PROTOCOL_ERROR
                : Failures.ofCloseCode(code);
    }

    @Override
    public void broken(int code, String detail) {
        violation(code == CloseCode.TOO_BIG ? FailureKind.MESSAGE_TOO_BIG : FailureKind.BAD_FRAME, code, detail);
    }

    /** Pekko HTTP does not say what it found. */
    @Override
    public void leaves(int code) {
        violation(
                code == CloseCode.BAD_DATA ? FailureKind.BAD_TEXT : FailureKind.BAD_FRAME,
                code == CloseCode.BAD_DATA ? CloseCode.BAD_DATA : CloseCode.PROTOCOL_ERROR,
                code == CloseCode.BAD_DATA ? "a text message is not UTF-8" : "a frame breaks RFC 6455");
    }

    private void violation(FailureKind kind, int code, String detail) {
        violated = true;
        expected = 0;
        if (state == State.OPEN) {
            leaveAfter(Failure.of(kind, detail), code, true);
        } else {
            leave();
        }
    }

    private void leaveAfter(Failure failure, int code, boolean atFault) {
        end = failure;
        state = State.LEAVING;
        liveness.stop();
        stopWatch();
        armDeadline(this::leave);
        stream.mute();
        if (!outputBroken) {
            closeSent = code;
            stream.send(frame(FrameWriter.close(UnpooledByteBufAllocator.DEFAULT, code, "")));
            if (atFault) {
                stream.finishOutput();
            }
        }
    }

    // What leaves.

    void send(Frame frame, Link.Written outcome) {
        if (state != State.OPEN || outputBroken) {
            outcome.done(false);
            return;
        }
        leaving.add(new Leaving(frame.size(), LastSent.checksum(frame), outcome));
        stream.say(frame);
        liveness.sent();
    }

    @Override
    public void say(Frame message) {
        if (state == State.OPEN && !outputBroken) {
            leaving.add(new Leaving(
                    message.size(),
                    LastSent.checksum(message),
                    written -> {})); // what is not written ends with the link
            stream.say(message);
        }
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
        tellWhenAllIsDone();
    }

    /** Looks from time to time whether what is to leave does. */
    private void look() {
        watch = null;
        Duration timeout = dial.spec().send().timeout();
        long since = stream.waitsSince();
        if (since != 0 && System.nanoTime() - since >= timeout.toNanos()) {
            if (state == State.OPEN) {
                abortWith(Failure.of(FailureKind.SEND_STALLED, "not a byte written within send.timeout = " + timeout));
            }
            return;
        }
        watch = loop.schedule(this::look, Math.max(1, timeout.toNanos() / 4), TimeUnit.NANOSECONDS);
    }

    private void stopWatch() {
        if (watch != null) {
            watch.cancel(false);
            watch = null;
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

    /** What is dead is not waited for: no close frame, and not a byte more. */
    @Override
    public void dead(Failure failure) {
        abortWith(failure);
    }

    @Override
    public boolean reading() {
        return wanted && !inputOver;
    }

    @Override
    public void outputBroken() {
        if (state == State.OPEN && !outputBroken) {
            outputBroken = true;
            liveness.stop();
            stopWatch();
            Failure lost = Failure.of(FailureKind.LOST, "the connection was reset or broke: a write failed");
            armDeadline(() -> end(lost));
        }
    }

    // The end.

    void close(FailureKind why, int code, String reason, Duration longer) {
        if (state != State.OPEN) {
            return;
        }
        flush = longer;
        end = Failure.of(why, "closed with " + code);
        liveness.stop();
        if (outputBroken) {
            leave();
            return;
        }
        state = State.CLOSING;
        closeSent = code;
        armDeadline(flush.plus(dial.spec().timeouts().close()), this::onCloseOverdue);
        goodbye = FrameWriter.close(UnpooledByteBufAllocator.DEFAULT, code, reason);
        sayGoodbye();
    }

    /** After the messages that were sent before. */
    private void sayGoodbye() {
        ByteBuf last = goodbye;
        if (last != null && leaving.isEmpty()) {
            goodbye = null;
            stream.send(frame(last));
            if (!flush.isZero()) {
                armDeadline(this::onCloseOverdue);
            }
        }
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

    private void leave() {
        if (end != null) {
            end(end);
        }
    }

    private void abortWith(Failure failure) {
        if (state != State.ENDED) {
            conclude(failure);
            stream.reset();
            onGone();
        }
    }

    private void end(Failure failure) {
        if (state != State.ENDED) {
            conclude(failure);
            stream.finish();
            onGone();
        }
    }

    private void conclude(Failure failure) {
        Phase phase = failure.kind().phase() == Phase.CLOSING ? Phase.CLOSING : Phase.OPEN;
        end = failure.in(phase).with(evidence());
        state = State.ENDED;
        stopDeadline();
        stopWatch();
        liveness.stop();
        ahead.readingGoesOn();
        if (goodbye != null) {
            goodbye.release();
            goodbye = null;
        }
    }

    @Override
    public void over(@Nullable Throwable thrown) {
        inputOver = true;
        afterMessages(() -> onOver(thrown));
    }

    private void onOver(@Nullable Throwable thrown) {
        broken = thrown == null ? null : ConnectFailures.cause(thrown);
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
        stream.finish();
        onGone();
    }

    /** The socket is gone: what has not left will not, and what came and was not taken is still handed over. */
    private void onGone() {
        gone = true;
        Leaving unsent;
        while ((unsent = leaving.poll()) != null) {
            unsent.outcome().done(false);
        }
        if (!ahead.empty()) {
            armDeadline(() -> {
                ahead.drop();
                tell();
            });
        }
        tellWhenAllIsDone();
    }

    private void tellWhenAllIsDone() {
        if (gone && ahead.empty()) {
            tell();
        }
    }

    private void tell() {
        Failure told = end;
        if (told != null) {
            end = null;
            stream.hush(); // a message that comes later would be nobody's
            ahead.drop();
            stopDeadline();
            ended.accept(told);
        }
    }

    private Evidence evidence() {
        Traffic traffic = dial.traffic();
        Evidence.Builder seen = new Evidence.Builder()
                .generation(dial.generation())
                .uptime(Duration.ofNanos(System.nanoTime() - openedAt))
                .lastSent(lastSent.seen())
                .traffic(
                        traffic.bytesIn() - bytesInBefore,
                        traffic.bytesOut() - bytesOutBefore,
                        traffic.messagesIn() - messagesInBefore,
                        traffic.messagesOut() - messagesOutBefore)
                .addresses(List.of(Dialing.shown(how.remote())));
        if (closeReceived != NONE) {
            seen.closeReceived(closeReceived, closeReason);
        }
        if (closeSent != NONE) {
            seen.closeSent(closeSent);
        }
        if (broken != null) {
            seen.thrown(broken);
        }
        return seen.build();
    }

    private void armDeadline(Runnable then) {
        armDeadline(dial.spec().timeouts().close(), then);
    }

    private void armDeadline(Duration length, Runnable then) {
        stopDeadline();
        deadline = loop.schedule(then, length.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    // What belongs to the dial.

    @Override
    public void connected() {
        // long since
    }

    @Override
    public void unconnected(Throwable thrown) {
        // it was connected
    }

    @Override
    public void secured(SSLSession session) {
        // a key update
    }

    @Override
    public void asked(String key) {
        // once only
    }

    @Override
    public void answer(ByteString bytes) {
        throw new IllegalStateException("an answer after the upgrade");
    }
}

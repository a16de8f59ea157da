package io.flotilla.transport.netty;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.transport.Dial;
import io.flotilla.transport.KnownSecrets;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an open socket ends (RFC 6455 5.5.1 and 7), whichever transport it is of: never without a deadline, and told once, when all is
 * handed over that will be.
 *
 * <pre>
 * OPEN --our close--> CLOSING --their close--> LEAVING --socket gone--> ENDED
 *  |--their close, echoed---------------------> LEAVING
 *  |--violation, answered---------------------> LEAVING
 *  +--FIN, RST, silence, stall, abort---------------------------------> ENDED
 * </pre>
 *
 * Confined to the link's event loop.
 */
public final class ClosingHandshake {

    /** The socket that ends: what a transport does its own way. */
    public interface Socket {
        /**
         * Sends a close frame behind all that was sent before.
         *
         * @param said runs when it has left
         */
        void sayClose(int code, String reason, Runnable said);

        /**
         * Sends a close frame and nothing after it.
         *
         * @param atFault the peer broke the protocol: our side of the socket is shut at once, it may not know what to do
         */
        void answerClose(int code, boolean atFault);

        /** What comes from here on is read and thrown away. */
        void leaving();

        /** The peer answered our close. */
        void answered();

        /** It has ended for us: nothing of it is looked at any more. */
        void concluded();

        /** Whether every message that was sent has its answer. */
        boolean answeredAll();

        void finish();

        /** Ends it at once: neither we nor the kernel wait for a peer that may not be there. */
        void reset();
    }

    private enum State {
        OPEN,
        CLOSING,
        LEAVING,
        ENDED
    }

    private final Dial dial;
    private final Socket socket;
    private final Liveness liveness;
    private final ReadAhead ahead;
    private final SessionEvidence evidence;
    private final Consumer<Failure> ended;
    private final OneTimer deadline;

    private State state = State.OPEN;
    private boolean outputBroken;
    private boolean gone;
    private @Nullable Failure end;

    /** @param ended hears once that the socket is gone and that all was handed over that will be */
    public ClosingHandshake(
            EventLoop loop,
            Dial dial,
            Socket socket,
            Liveness liveness,
            ReadAhead ahead,
            SessionEvidence evidence,
            Consumer<Failure> ended) {
        this.dial = dial;
        this.socket = socket;
        this.liveness = liveness;
        this.ahead = ahead;
        this.evidence = evidence;
        this.ended = ended;
        this.deadline = new OneTimer(loop);
    }

    /** Whether frames may leave. */
    public boolean mayWrite() {
        return state == State.OPEN && !outputBroken;
    }

    /** Whether what comes is looked at: until a last close frame came, or left. */
    public boolean hears() {
        return state == State.OPEN || state == State.CLOSING;
    }

    public boolean isLeaving() {
        return state == State.LEAVING;
    }

    public boolean isEnded() {
        return state == State.ENDED;
    }

    // By us.

    /**
     * Says goodbye once what was sent has left.
     *
     * @param flush how much longer than usual that may take
     */
    public void close(FailureKind why, int code, String reason, Duration flush) {
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
        evidence.closeSent(code);
        deadline.set(flush.plus(patience()), this::onOverdue);
        socket.sayClose(code, reason, () -> {
            if (!flush.isZero() && state == State.CLOSING) {
                deadline.set(patience(), this::onOverdue);
            }
        });
    }

    private void onOverdue() {
        if (state == State.CLOSING) {
            abort(Failure.of(FailureKind.CLOSE_TIMEOUT, "no close frame within timeouts.close = " + patience()));
        } else {
            leave();
        }
    }

    /** Ends it at once; what was read and not taken is dropped. */
    public void abort(FailureKind why) {
        ahead.drop();
        abort(Failure.of(why, "aborted"));
        tellWhenAllIsDone();
    }

    /** Ends it at once: no close frame, and not a byte more. */
    public void abort(Failure failure) {
        if (state != State.ENDED) {
            conclude(failure);
            socket.reset();
        }
    }

    /** The peer did nothing wrong: it is told goodbye, and what it sent is still handed over. */
    public void consumerStalled(Duration stall) {
        if (state == State.OPEN) {
            leaveAfter(
                    Failure.of(
                            FailureKind.SLOW_CONSUMER, "our consumer stalled for longer than receive.stall = " + stall),
                    dial.spec().classify().dialect().leaveCode(),
                    false);
        }
    }

    public void sendStalled() {
        if (state == State.OPEN) {
            Duration timeout = dial.spec().send().timeout();
            abort(Failure.of(FailureKind.SEND_STALLED, "not a byte written within send.timeout = " + timeout));
        }
    }

    // By the peer.

    /** Answered with its own code, then the socket is the peer's to end (RFC 6455 7.1.1). */
    public void peerClosed(CloseFrame frame) {
        int code = frame.code().orElse(CloseCode.NO_STATUS);
        evidence.closeReceived(code, KnownSecrets.of(dial).mask(frame.reason()));
        if (state == State.OPEN) {
            boolean proper = frame.code().isEmpty() || CloseCode.mayBeOnTheWire(code);
            leaveAfter(why(frame), proper ? code : CloseCode.PROTOCOL_ERROR, !proper);
        } else if (state != State.ENDED) {
            state = State.LEAVING; // the deadline of our own close goes on
            socket.answered();
        }
    }

    private Failure why(CloseFrame frame) {
        if (frame.code().isEmpty()) {
            return Failure.of(FailureKind.CLOSED_NO_STATUS, "the peer closed without a code");
        }
        int code = frame.code().getAsInt();
        return Failure.of(
                kindOf(code),
                "the peer closed with " + code + evidence.lastSent().suspected(code));
    }

    /** 1005 and 1006 stand for something else in the table; on the wire they break the protocol. */
    private static FailureKind kindOf(int code) {
        return code == CloseCode.NO_STATUS || code == CloseCode.ABNORMAL
                ? FailureKind.CLOSED_PROTOCOL_ERROR
                : Failures.ofCloseCode(code);
    }

    /**
     * The peer broke the protocol.
     *
     * @param code what it is told of it
     */
    public void violation(FailureKind kind, int code, String detail) {
        if (state == State.OPEN) {
            leaveAfter(Failure.of(kind, detail), code, true);
        } else {
            leave();
        }
    }

    /** Says goodbye, and gives the peer a bounded time to end the socket, so that no reset overtakes the close frame. */
    private void leaveAfter(Failure failure, int code, boolean atFault) {
        end = failure;
        state = State.LEAVING;
        liveness.stop();
        deadline.set(patience(), this::leave);
        socket.leaving();
        if (!outputBroken) {
            evidence.closeSent(code);
            socket.answerClose(code, atFault);
        }
    }

    /** Ends the socket without waiting for the peer any more. */
    public void leave() {
        if (end != null) {
            end(end);
        }
    }

    private void end(Failure failure) {
        if (state != State.ENDED) {
            conclude(failure);
            socket.finish();
        }
    }

    // By the network.

    /**
     * A write failed. The peer has closed its socket, and may have said why: what it sent before is still read, for a bounded time.
     *
     * @return whether that is news, and nothing leaves any more
     */
    public boolean outputBroke() {
        boolean news = mayWrite();
        if (news) {
            outputBroken = true;
            liveness.stop();
            Failure lost = Failure.of(FailureKind.LOST, "the connection was reset or broke: a write failed");
            deadline.set(patience(), () -> end(lost));
        }
        return news;
    }

    /** Nothing comes any more, and who hears this closes the socket. */
    public void inputOver() {
        Throwable broken = evidence.broken();
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
    }

    // What comes of it.

    private void conclude(Failure failure) {
        Phase phase = failure.kind().phase() == Phase.CLOSING ? Phase.CLOSING : Phase.OPEN;
        end = failure.in(phase).with(evidence.now());
        state = State.ENDED;
        deadline.stop();
        liveness.stop();
        ahead.readingGoesOn();
        socket.concluded();
    }

    /** The socket is gone: what was read and not taken is still handed over, for a bounded time. */
    public void gone() {
        gone = true;
        if (!allIsDone()) {
            deadline.set(patience(), () -> {
                ahead.drop();
                tell();
            });
        }
        tellWhenAllIsDone();
    }

    private boolean allIsDone() {
        return gone && ahead.empty() && socket.answeredAll();
    }

    /** Something is done that its end may have waited for. */
    public void tellWhenAllIsDone() {
        if (allIsDone()) {
            tell();
        }
    }

    private void tell() {
        Failure told = end;
        if (told != null) {
            end = null;
            deadline.stop();
            ended.accept(told);
        }
    }

    private Duration patience() {
        return dial.spec().timeouts().close();
    }
}

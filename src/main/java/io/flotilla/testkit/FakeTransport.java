package io.flotilla.testkit;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import io.flotilla.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A transport whose links do what a test says, when it says so; no socket anywhere. Safe from any thread. */
public final class FakeTransport implements Transport {

    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<FakeLink> untaken = new LinkedBlockingQueue<>();
    private final List<FakeLink> all = new ArrayList<>();

    @Override
    public Link dial(Dial dial) {
        FakeLink link = new FakeLink(dial);
        synchronized (all) {
            all.add(link);
        }
        untaken.add(link);
        return link;
    }

    /** The oldest dial that was not taken by this method before; waits for it. */
    public FakeLink nextDial() {
        try {
            FakeLink link = untaken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (link == null) {
                throw new AssertionError("Awaited a dial for " + PATIENCE_SECONDS + " s in vain");
            }
            return link;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted awaiting a dial", e);
        }
    }

    /** How many dials were begun. */
    public int dials() {
        synchronized (all) {
            return all.size();
        }
    }

    /** The links that have not ended. */
    public List<FakeLink> alive() {
        synchronized (all) {
            return all.stream().filter(FakeLink::isAlive).toList();
        }
    }

    @Override
    public void close() {
        alive().forEach(link -> link.end(FailureKind.DRAINED));
    }

    /** One dial, in the hands of a test. */
    public static final class FakeLink implements Link {

        /** A close that was asked for. */
        public record Closed(FailureKind why, int code, String reason) {}

        private final Dial dial;
        private final List<Frame> sent = new ArrayList<>();
        private final List<Written> unanswered = new ArrayList<>();
        private @Nullable Closed closed;
        private boolean aborted;
        private boolean ended;
        private boolean answersCloses = true;
        private boolean writes = true;

        private FakeLink(Dial dial) {
            this.dial = dial;
        }

        public Dial dial() {
            return dial;
        }

        /** The handshake is done. */
        public FakeLink open() {
            dial.listener()
                    .opened(new Opened(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Duration.ofMillis(1)));
            return this;
        }

        /** A text message arrives. */
        public FakeLink receive(String text) {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            dial.traffic().received(payload.length);
            dial.sink()
                    .accept(new Inbound(
                            dial.spec().id(), dial.generation(), Instant.now().toEpochMilli(), true, payload));
            return this;
        }

        /** No data came for {@code liveness.silence}; {@code again}: not since the last time that this was called. */
        public FakeLink silent(boolean again) {
            dial.listener().silent(again);
            return this;
        }

        /** Data came after a silence. */
        public FakeLink dataAgain() {
            dial.listener().dataAgain();
            return this;
        }

        /** The link ends like this; once. */
        public void end(Failure failure) {
            List<Written> lost;
            synchronized (this) {
                if (ended) {
                    return;
                }
                ended = true;
                lost = List.copyOf(unanswered);
                unanswered.clear();
            }
            lost.forEach(outcome -> outcome.done(false));
            dial.listener().ended(failure);
        }

        public void end(FailureKind kind) {
            end(Failure.of(kind, "as the test says"));
        }

        /** From now on a close is not answered: the link ends when the test says so. */
        public synchronized FakeLink ignoreCloses() {
            answersCloses = false;
            return this;
        }

        /** From now on nothing is written: what is sent waits until it {@link #flow flows} again. */
        public synchronized FakeLink stall() {
            writes = false;
            return this;
        }

        /** What waits is written, and so is everything from now on. */
        public FakeLink flow() {
            List<Written> waiting;
            synchronized (this) {
                writes = true;
                waiting = List.copyOf(unanswered);
                unanswered.clear();
            }
            waiting.forEach(outcome -> outcome.done(true));
            return this;
        }

        @Override
        public long generation() {
            return dial.generation();
        }

        @Override
        public void send(Frame frame, Written outcome) {
            boolean over;
            boolean now;
            synchronized (this) {
                over = ended;
                now = writes;
                if (!over) {
                    sent.add(frame);
                    if (!now) {
                        unanswered.add(outcome);
                    }
                }
            }
            if (over || now) {
                outcome.done(!over);
            }
        }

        @Override
        public void close(FailureKind why, int code, String reason, Duration flush) {
            boolean answered;
            synchronized (this) {
                closed = new Closed(why, code, reason);
                answered = answersCloses;
            }
            if (answered) {
                end(why);
            }
        }

        @Override
        public void abort(FailureKind why) {
            synchronized (this) {
                aborted = true;
            }
            end(why);
        }

        public synchronized Optional<Closed> closed() {
            return Optional.ofNullable(closed);
        }

        public synchronized boolean isAborted() {
            return aborted;
        }

        public synchronized boolean isAlive() {
            return !ended;
        }

        /** The messages that were sent, as text. */
        public synchronized List<String> sent() {
            return sent.stream()
                    .map(frame -> new String(frame.payload(), StandardCharsets.UTF_8))
                    .toList();
        }
    }
}

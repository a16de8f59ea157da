package io.flotilla.connection;

import io.flotilla.connection.SendOutcome.Reason;
import io.flotilla.policy.TokenBucket;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their turn in front of the link: for its room, so that the oldest can still be dropped; for a token of the rate;
 * for the next READY. Three queues: what the connection says itself, control messages, all others; each in its order. Safe from any
 * thread: its lock is held for arithmetic alone, links and callers are called outside of it, by one thread at a time.
 */
final class Backlog {

    /** Bytes that the link may have at once, and one message in any case; no more than a quarter of the outbox. */
    private static final long WINDOW = 64 * 1024;

    private static final long NEVER = Long.MAX_VALUE;

    private final Outbox outbox;
    private final Settings.Send settings;
    private final Alarm alarm;
    private final @Nullable TokenBucket bucket;
    private final long window;
    private final int windowMessages;

    // Guarded by this.
    private final Queues queues;
    private final List<Ended> ended = new ArrayList<>(2);
    private @Nullable Link ready;
    private long generation;
    private @Nullable Runnable closing;

    /** When {@link #closing} runs although messages wait for their token. */
    private long closeBy;

    private boolean closed;
    private boolean pumping;
    private long handed;
    private int handedMessages;
    private @Nullable Ring ring;

    Backlog(Outbox outbox, Settings.Send settings, Alarm alarm) {
        this.outbox = outbox;
        this.settings = settings;
        this.queues = new Queues(settings);
        this.alarm = alarm;
        this.window = Math.min(WINDOW, settings.outbox() / 4);
        this.windowMessages = Math.max(1, settings.outboxMessages() / 4);
        this.bucket = settings.rate().isPresent()
                ? new TokenBucket(settings.rate().getAsDouble(), settings.mostAtOnce())
                : null;
    }

    /** A message that will not leave, and is yet to hear of it. */
    private record Ended(Queued message, boolean expired, long generation, String detail) {}

    boolean paces() {
        return bucket != null;
    }

    synchronized long bytes() {
        return queues.bytes();
    }

    // What comes.

    void offer(Frame frame, Consumer<SendOutcome> told) {
        Queued message = new Queued(this, frame, told, alarm.nanos());
        Reason refusal;
        long bytesThen;
        long messagesThen;
        synchronized (this) {
            bytesThen = queues.bytes();
            messagesThen = queues.messages();
            refusal = refusal(message);
            if (refusal == null) {
                queues.add(message);
            }
        }
        if (refusal == Reason.TOO_BIG) {
            outbox.refuseTooBig(frame, told);
        } else if (refusal == Reason.OUTBOX_FULL) {
            outbox.refuseFull(bytesThen, messagesThen, told);
        } else if (refusal != null) {
            outbox.refuse(
                    told, refusal, refusal == Reason.CLOSED ? "the connection is over" : "the connection is not ready");
        } else {
            pump();
        }
    }

    private @Nullable Reason refusal(Queued message) {
        if (closed) {
            return Reason.CLOSED;
        }
        if (settings.keep().isEmpty() && (ready == null || closing != null)) {
            return Reason.NOT_READY;
        }
        if (message.frame.size() > settings.outbox()) {
            return Reason.TOO_BIG;
        }
        return makeRoom(message.cost()) ? null : Reason.OUTBOX_FULL;
    }

    /** Drops what must be dropped, and nothing if that would not be enough. */
    private boolean makeRoom(long cost) {
        Queued oldest;
        while (settings.overflow() == Settings.Overflow.DROP_OLDEST && (oldest = queues.dropFor(cost)) != null) {
            end(oldest, "a newer one took its place (send.overflow = drop-oldest)");
        }
        return queues.hasRoom(cost);
    }

    /** For one link alone, and not counted: what is not written ends with it. */
    void say(Link link, Frame frame) {
        synchronized (this) {
            if (!closed) {
                queues.said.add(new Queued(frame, link));
            }
        }
        pump();
    }

    // The link comes and goes.

    void attach(Link link) {
        Runnable late;
        synchronized (this) {
            ready = closed ? null : link;
            generation = link.generation();
            late = closing; // of the link before it
            closing = null;
        }
        if (late != null) {
            late.run();
        }
        pump();
    }

    void detach() {
        synchronized (this) {
            unlink();
        }
        pump();
    }

    private void unlink() {
        queues.said.clear();
        if (settings.keep().isEmpty()) {
            endAll("the socket ended before its turn");
        }
        ready = null;
        generation = 0;
    }

    /** Whoever hands messages over runs {@code close} behind them. */
    void detach(Duration flush, Runnable close) {
        synchronized (this) {
            closeBy = alarm.nanos() + flush.toNanos();
            Runnable before = closing;
            closing = before == null
                    ? close
                    : () -> {
                        before.run();
                        close.run();
                    };
        }
        pump();
    }

    void close() {
        synchronized (this) {
            closed = true;
            unlink();
            endAll("the connection is over");
        }
        pump();
    }

    // What leaves.

    /** Hands over whatever may leave now. One thread does it at a time, in the order of the queues; what others bring meanwhile it takes along. */
    private void pump() {
        synchronized (this) {
            if (pumping) {
                return;
            }
            pumping = true;
        }
        boolean done = false;
        try {
            while (!done) {
                done = !step();
            }
        } finally {
            if (!done) { // a link or a caller threw, which they must not; whoever comes next goes on
                synchronized (this) {
                    pumping = false;
                }
            }
        }
    }

    /** Does one thing; false when there was nothing to do, and nobody pumps any more. */
    private boolean step() {
        Queued next;
        List<Ended> toTell;
        Runnable close = null;
        synchronized (this) {
            long now = alarm.nanos();
            expire(queues.control, now);
            expire(queues.ordinary, now);
            next = poll(now);
            toTell = List.copyOf(ended);
            ended.clear();
            if (next == null && toTell.isEmpty()) {
                close = untilClose(now) > 0 ? null : closing;
                if (close == null) {
                    pumping = false;
                    setAlarm(now);
                    return false;
                }
                closing = null;
                unlink();
            }
        }
        toTell.forEach(this::tell);
        if (close != null) {
            close.run();
        }
        if (next != null && next.over != null) {
            next.over.send(next.frame, next);
        }
        return true;
    }

    private void tell(Ended end) {
        if (end.expired()) {
            outbox.expired(end.message().told);
        } else {
            outbox.unsent(end.message().told, end.generation(), end.detail());
        }
    }

    private @Nullable Queued poll(long now) {
        Deque<Queued> queue = queues.first();
        Queued next = queue.peek();
        if (next == null || !mayLeave(queue, next) || tokenAt(queue, now) - now > 0) {
            return null;
        }
        queues.take(queue);
        if (bucket != null) {
            bucket.take(now);
        }
        if (queue != queues.said) {
            next.over = ready;
            handed += next.cost();
            handedMessages++;
        }
        return next;
    }

    /** Whether there is a link for it, and room there; who is about to close the link has all the room. */
    private boolean mayLeave(Deque<Queued> queue, Queued next) {
        boolean room = handedMessages < windowMessages && handed + next.cost() <= window;
        return queue == queues.said || (ready != null && (room || handedMessages == 0 || closing != null));
    }

    private long tokenAt(Deque<Queued> queue, long now) {
        return bucket == null ? now : bucket.next(now, queue == queues.ordinary ? settings.controlReserve() : 0);
    }

    // What does not.

    private void expire(Deque<Queued> queue, long now) {
        Queued oldest;
        while (settings.keep().isPresent() && (oldest = queue.peek()) != null && expiresAt(oldest) - now <= 0) {
            queues.forget(queues.take(queue));
            ended.add(new Ended(oldest, true, 0, ""));
        }
    }

    private long expiresAt(Queued message) {
        return message.since + settings.keep().map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
    }

    private void endAll(String detail) {
        queues.drain(message -> end(message, detail));
    }

    /** One that was taken out of its queue. */
    private void end(Queued message, String detail) {
        queues.forget(message);
        ended.add(new Ended(message, false, generation, detail));
    }

    /** A link that did not write one message writes none after it: what waits is not handed to it. */
    void done(Queued message, boolean written) {
        Link link = message.over;
        long of = link == null ? 0 : link.generation();
        synchronized (this) {
            handed -= message.cost();
            handedMessages--;
            queues.forget(message);
            if (!written && ready == link) {
                ready = null;
            }
        }
        if (written) {
            outbox.written(message.told, of);
        } else {
            outbox.unsent(message.told, of, "the socket ended before it was written");
        }
        pump();
    }

    // Time.

    /** The one alarm of a connection: there when something waits that time alone will move. */
    private final class Ring implements Runnable {
        private final long at;
        private final Runnable off;

        Ring(long now, long at) {
            this.at = at;
            this.off = alarm.in(Duration.ofNanos(Math.max(1, at - now)), this);
        }

        @Override
        public void run() {
            synchronized (Backlog.this) {
                if (ring != this) {
                    return;
                }
                ring = null;
            }
            pump();
        }
    }

    /** How long the close still lets those wait that want nothing but their token. */
    private long untilClose(long now) {
        Deque<Queued> queue = queues.first();
        Queued next = queue.peek();
        boolean waits = next != null && mayLeave(queue, next) && tokenAt(queue, now) - now > 0;
        return closing != null && waits ? Math.max(0, closeBy - now) : 0;
    }

    private void setAlarm(long now) {
        long close = untilClose(now);
        long moves = untilItMoves(now);
        long wait = close > 0 && (moves == NEVER || close < moves) ? close : moves;
        Ring set = ring;
        if (set != null && (wait == NEVER || now + wait - set.at < 0)) {
            set.off.run();
            set = null;
        }
        ring = set == null && wait != NEVER ? new Ring(now, now + wait) : set;
    }

    /** How long until a token is there for what waits for nothing else, or something expires. */
    private long untilItMoves(long now) {
        Deque<Queued> queue = queues.first();
        Queued next = queue.peek();
        long wait = next != null && mayLeave(queue, next) ? tokenAt(queue, now) - now : NEVER;
        if (settings.keep().isPresent()) {
            wait = Math.min(wait, queues.control.isEmpty() ? NEVER : expiresAt(queues.control.element()) - now);
            wait = Math.min(wait, queues.ordinary.isEmpty() ? NEVER : expiresAt(queues.ordinary.element()) - now);
        }
        return wait;
    }
}

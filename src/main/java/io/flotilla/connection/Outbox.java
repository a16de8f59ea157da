package io.flotilla.connection;

import io.flotilla.connection.SendOutcome.Reason;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one connection: takes messages within a bound, and says of each what became of it, exactly once. Outlives links and
 * actors of its id. Safe from any thread; messages of one thread leave in the order of its calls, control messages before others.
 *
 * <p>Where no policy asks for more, a message is the link's at once, and there is nothing here but two numbers. A {@link Backlog} stands
 * in front of the link where messages may have to wait.
 */
public final class Outbox {

    /** What a message costs besides its payload, so that a flood of empty ones is bounded too. */
    static final int OVERHEAD = 64;

    /** One message in {@link #queued}; below it are the bytes, of which a bound has 40 bits at the most. */
    private static final long ONE = 1L << 42;

    private static final AtomicLongFieldUpdater<Outbox> QUEUED = updater("queued");
    private static final AtomicLongFieldUpdater<Outbox> WRITTEN = updater("written");
    private static final AtomicLongFieldUpdater<Outbox> REFUSED = updater("refused");
    private static final AtomicLongFieldUpdater<Outbox> UNSENT = updater("unsent");
    private static final AtomicLongFieldUpdater<Outbox> EXPIRED = updater("expired");

    private final SendTally tally;
    private final Alarm alarm;

    private volatile Settings.Send settings;

    /** Messages and bytes that are the link's and not yet written, where there is no backlog. */
    private volatile long queued;

    private volatile long written;
    private volatile long refused;
    private volatile long unsent;
    private volatile long expired;

    private volatile @Nullable Link link;
    private volatile @Nullable Backlog backlog;

    /**
     * An outbox whose connection has no link yet.
     *
     * @param tally counts what became of messages for the fleet as well
     */
    public Outbox(Settings.Send settings, SendTally tally, Alarm alarm) {
        this.tally = tally;
        this.alarm = alarm;
        this.settings = settings;
        this.backlog = backlog(settings);
    }

    private static AtomicLongFieldUpdater<Outbox> updater(String field) {
        return AtomicLongFieldUpdater.newUpdater(Outbox.class, field);
    }

    private @Nullable Backlog backlog(Settings.Send wanted) {
        return wanted.waits() ? new Backlog(this, wanted, alarm) : null;
    }

    /**
     * Offers one message; {@code told} hears once what became of it: at once, or on the event loop of the link, or on a thread of the
     * alarm. It must not block.
     */
    public void offer(Frame frame, Consumer<SendOutcome> told) {
        Backlog waits = backlog;
        Link ready = link;
        if (waits != null) {
            waits.offer(frame, told);
        } else if (ready == null) {
            refuse(told, Reason.NOT_READY, "the connection is not ready");
        } else if (frame.size() > settings.outbox()) {
            refuseTooBig(frame, told);
        } else {
            take(ready, frame, told);
        }
    }

    private void take(Link ready, Frame frame, Consumer<SendOutcome> told) {
        Settings.Send bounds = settings;
        long cost = ONE + frame.size() + OVERHEAD;
        long now = QUEUED.addAndGet(this, cost);
        if (now != cost && (bytes(now) > bounds.outbox() || messages(now) > bounds.outboxMessages())) {
            QUEUED.addAndGet(this, -cost); // one message is always taken: it may be as big as the bound itself
            refuseFull(bytes(now - cost), messages(now - cost), told);
            return;
        }
        ready.send(frame, done -> {
            QUEUED.addAndGet(this, -cost);
            if (done) {
                written(told, ready.generation());
            } else {
                unsent(told, ready.generation(), "the socket ended before it was written");
            }
        });
    }

    private static long bytes(long both) {
        return both & ONE - 1;
    }

    private static long messages(long both) {
        return both / ONE;
    }

    // What becomes of a message: counted once, said once.

    void written(Consumer<SendOutcome> told, long generation) {
        WRITTEN.incrementAndGet(this);
        tally.written();
        told.accept(new SendOutcome.Written(generation));
    }

    void unsent(Consumer<SendOutcome> told, long generation, String detail) {
        UNSENT.incrementAndGet(this);
        tally.unsent();
        told.accept(new SendOutcome.Unsent(generation, detail));
    }

    void expired(Consumer<SendOutcome> told) {
        EXPIRED.incrementAndGet(this);
        tally.expired();
        told.accept(new SendOutcome.Expired("it waited for longer than send.keep = "
                + settings.keep().map(Object::toString).orElse("off")));
    }

    void refuse(Consumer<SendOutcome> told, Reason reason, String detail) {
        REFUSED.incrementAndGet(this);
        tally.refused();
        told.accept(new SendOutcome.Refused(reason, detail));
    }

    void refuseTooBig(Frame frame, Consumer<SendOutcome> told) {
        refuse(told, Reason.TOO_BIG, frame.size() + " bytes; send.outbox is " + settings.outbox());
    }

    void refuseFull(long bytes, long messages, Consumer<SendOutcome> told) {
        refuse(
                told,
                Reason.OUTBOX_FULL,
                "send.outbox holds " + bytes + " of " + settings.outbox() + " bytes, " + messages + " of "
                        + settings.outboxMessages() + " messages");
    }

    // What the connection does with it.

    /** Sends what the connection itself has to say over a link, before all that waits: paced like all others, and not counted. */
    void say(Link over, Frame frame) {
        Backlog waits = backlog;
        if (waits != null && waits.paces()) {
            waits.say(over, frame);
        } else {
            over.send(frame, done -> {}); // what is not written ends with the link
        }
    }

    /** From now on messages leave through this link. */
    void attach(Link ready) {
        link = ready;
        Backlog waits = backlog;
        if (waits != null) {
            waits.attach(ready);
        }
    }

    /** There is no link any more; messages that the link has taken get their answer from it. */
    void detach() {
        link = null;
        Backlog waits = backlog;
        if (waits != null) {
            waits.detach();
        }
    }

    /**
     * The link is to be closed: what waits and may leave is handed to it, then {@code close} runs.
     *
     * @param flush how long that may wait for {@code send.rate}
     */
    void detach(Duration flush, Runnable close) {
        link = null;
        Backlog waits = backlog;
        if (waits != null) {
            waits.detach(flush, close);
        } else {
            close.run();
        }
    }

    /** The connection has stopped: whatever waits is unsent, and nothing is taken any more. */
    void close() {
        link = null;
        Backlog waits = backlog;
        if (waits != null) {
            waits.close();
        }
    }

    /** The connection lives again, perhaps with other settings. */
    void renew(Settings.Send wanted) {
        close();
        settings = wanted;
        backlog = backlog(wanted);
    }

    // How it is doing.

    public long written() {
        return written;
    }

    public long refused() {
        return refused;
    }

    public long unsent() {
        return unsent;
    }

    public long expired() {
        return expired;
    }

    /** Bytes accepted and not yet written, with a small cost for each message. */
    public long queued() {
        Backlog waits = backlog;
        return bytes(queued) + (waits == null ? 0 : waits.bytes());
    }
}

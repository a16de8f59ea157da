package io.flotilla.connection;

import io.flotilla.connection.SendOutcome.Reason;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one connection: takes messages while the connection is ready, within a bound, and says of each what became of
 * it, exactly once. Outlives links and actors of its id. Safe from any thread; messages of one thread leave in the order of its calls.
 */
public final class Outbox {

    /** What a message costs besides its payload, so that a flood of empty ones is bounded too. */
    private static final int OVERHEAD = 64;

    private static final AtomicLongFieldUpdater<Outbox> QUEUED =
            AtomicLongFieldUpdater.newUpdater(Outbox.class, "queued");
    private static final AtomicLongFieldUpdater<Outbox> WRITTEN =
            AtomicLongFieldUpdater.newUpdater(Outbox.class, "written");
    private static final AtomicLongFieldUpdater<Outbox> REFUSED =
            AtomicLongFieldUpdater.newUpdater(Outbox.class, "refused");
    private static final AtomicLongFieldUpdater<Outbox> UNSENT =
            AtomicLongFieldUpdater.newUpdater(Outbox.class, "unsent");

    private volatile long bound;
    private volatile long queued;
    private volatile long written;
    private volatile long refused;
    private volatile long unsent;
    private volatile @Nullable Link link;

    public Outbox(Settings.Send settings) {
        this.bound = settings.outbox();
    }

    /** Offers one message; {@code told} hears once what became of it: at once, or on the event loop of the link. */
    public void offer(Frame frame, Consumer<SendOutcome> told) {
        Link ready = link;
        if (ready == null) {
            refuse(told, Reason.NOT_READY, "the connection is not ready");
        } else if (frame.size() > bound) {
            refuse(told, Reason.TOO_BIG, frame.size() + " bytes; send.outbox is " + bound);
        } else {
            take(ready, frame, told);
        }
    }

    private void take(Link ready, Frame frame, Consumer<SendOutcome> told) {
        long cost = (long) frame.size() + OVERHEAD;
        long now = QUEUED.addAndGet(this, cost);
        if (now > bound && now != cost) { // one message is always taken: it may be as big as the bound itself
            QUEUED.addAndGet(this, -cost);
            refuse(told, Reason.OUTBOX_FULL, "send.outbox holds " + (now - cost) + " of " + bound + " bytes");
            return;
        }
        ready.send(frame, written -> {
            QUEUED.addAndGet(this, -cost);
            if (written) {
                WRITTEN.incrementAndGet(this);
                told.accept(new SendOutcome.Written(ready.generation()));
            } else {
                UNSENT.incrementAndGet(this);
                told.accept(new SendOutcome.Unsent(ready.generation(), "the socket ended before it was written"));
            }
        });
    }

    private void refuse(Consumer<SendOutcome> told, Reason reason, String detail) {
        REFUSED.incrementAndGet(this);
        told.accept(new SendOutcome.Refused(reason, detail));
    }

    /** From now on messages leave through this link. */
    void attach(Link ready) {
        link = ready;
    }

    /** From now on messages are refused; those already taken get their answer from the link. */
    void detach() {
        link = null;
    }

    /** Changes the bound for what is offered from now on. */
    void resize(Settings.Send settings) {
        bound = settings.outbox();
    }

    public long written() {
        return written;
    }

    public long refused() {
        return refused;
    }

    public long unsent() {
        return unsent;
    }

    /** Bytes accepted and not yet written, with a small cost for each message. */
    public long queued() {
        return queued;
    }
}

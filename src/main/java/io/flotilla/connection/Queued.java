package io.flotilla.connection;

import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One message that waits for its turn, then is the link's. Guarded by its backlog. */
final class Queued implements Link.Written {

    final Frame frame;
    final Consumer<SendOutcome> told;

    /** By the clock of the backlog. */
    final long since;

    /** The link that it is for; of a message that may take any, the one that it was handed to. */
    @Nullable
    Link over;

    private final @Nullable Backlog backlog;

    Queued(Backlog backlog, Frame frame, Consumer<SendOutcome> told, long since) {
        this.backlog = backlog;
        this.frame = frame;
        this.told = told;
        this.since = since;
    }

    /** What the connection itself says over this link, and nobody counts. */
    Queued(Frame frame, Link only) {
        this.backlog = null;
        this.frame = frame;
        this.told = outcome -> {};
        this.since = 0;
        this.over = only;
    }

    long cost() {
        return (long) frame.size() + Outbox.OVERHEAD;
    }

    @Override
    public void done(boolean written) {
        if (backlog != null) {
            backlog.done(this, written);
        }
    }
}

package io.flotilla.connection;

import java.util.concurrent.atomic.LongAdder;

/** What became of the messages of a whole fleet: only grows, whichever connections come and go. Safe from any thread. */
public final class SendTally {

    /** Messages so far, by how they ended. */
    public record Totals(long written, long refused, long unsent, long expired) {}

    private final LongAdder written = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder expired = new LongAdder();

    void written() {
        written.increment();
    }

    /** Counts a message that was not taken, also for want of a connection that could. */
    public void refused() {
        refused.increment();
    }

    void unsent() {
        unsent.increment();
    }

    void expired() {
        expired.increment();
    }

    public Totals totals() {
        return new Totals(written.sum(), refused.sum(), unsent.sum(), expired.sum());
    }
}

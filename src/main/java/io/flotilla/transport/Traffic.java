package io.flotilla.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What went over one connection, all its links together: payload messages and bytes. Written by one thread at a time, the event
 * loop of the link that is alive; read by anybody, each number for itself.
 */
public final class Traffic {

    private static final VarHandle MESSAGES_IN = handle("messagesIn");
    private static final VarHandle BYTES_IN = handle("bytesIn");
    private static final VarHandle MESSAGES_OUT = handle("messagesOut");
    private static final VarHandle BYTES_OUT = handle("bytesOut");
    private static final VarHandle DROPPED = handle("dropped");
    private static final VarHandle STALLS = handle("stalls");
    private static final VarHandle RTT = handle("roundTripNanos");

    private long messagesIn;
    private long bytesIn;
    private long messagesOut;
    private long bytesOut;
    private long dropped;
    private long stalls;

    @SuppressWarnings("UnusedVariable") // read and written through its handle
    private long roundTripNanos;

    private volatile @Nullable LongConsumer roundTrips;

    /** Counts one message read whole. */
    public void received(int bytes) {
        MESSAGES_IN.setOpaque(this, messagesIn + 1);
        BYTES_IN.setOpaque(this, bytesIn + bytes);
    }

    /** Counts one message handed to the kernel. */
    public void written(int bytes) {
        MESSAGES_OUT.setOpaque(this, messagesOut + 1);
        BYTES_OUT.setOpaque(this, bytesOut + bytes);
    }

    /** Counts messages that were read and that no sink took: it was too slow, or the bound of the close was met first. */
    public void dropped(long messages) {
        DROPPED.setOpaque(this, dropped + messages);
    }

    /** Counts one stop of reading, because the consumer was slow. */
    public void stalled() {
        STALLS.setOpaque(this, stalls + 1);
    }

    /** Notes the time from the last ping to its pong. */
    public void roundTrip(long nanos) {
        RTT.setOpaque(this, nanos);
        LongConsumer reader = roundTrips;
        if (reader != null) {
            reader.accept(nanos);
        }
    }

    /** Hears every round trip from now on, in nanoseconds, on the event loop. */
    public void onRoundTrip(LongConsumer reader) {
        roundTrips = reader;
    }

    public long messagesIn() {
        return (long) MESSAGES_IN.getOpaque(this);
    }

    public long bytesIn() {
        return (long) BYTES_IN.getOpaque(this);
    }

    public long messagesOut() {
        return (long) MESSAGES_OUT.getOpaque(this);
    }

    public long bytesOut() {
        return (long) BYTES_OUT.getOpaque(this);
    }

    public long dropped() {
        return (long) DROPPED.getOpaque(this);
    }

    public long stalls() {
        return (long) STALLS.getOpaque(this);
    }

    /** The last round trip in nanoseconds; zero when none was measured. */
    public long roundTripNanos() {
        return (long) RTT.getOpaque(this);
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Traffic.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}

package io.flotilla.transport;

import io.flotilla.failure.Failure;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a link does about liveness beyond pings: heartbeats of the application, and an end to silences. Only links whose spec asks
 * for either have one. It has no timer; whoever owns it calls {@link #look} when it says. Confined to the link's event loop.
 */
public final class Pulse {

    /** Nothing will be due before something happens. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * How late a look may be before the lateness is ours: the process was stopped, and what the peer said meanwhile is still unread.
     * Then there is this long to read it.
     */
    public static final long LATE = TimeUnit.SECONDS.toNanos(1);

    /** What the link does for it. */
    public interface Owner {
        /** Sends a heartbeat. */
        void say(Frame heartbeat);

        /** The peer is dead: the link is aborted. */
        void dead(Failure failure);

        /** See {@link LinkListener#silent}. */
        void silent(boolean again);

        /** See {@link LinkListener#dataAgain}. */
        void dataAgain();

        /** User code threw. */
        void failed(Throwable thrown);
    }

    private final @Nullable Beating beating;
    private final @Nullable DataSilence silence;

    private Pulse(@Nullable Beating beating, @Nullable DataSilence silence) {
        this.beating = beating;
        this.silence = silence;
    }

    /** What the spec asks for, for a link that has just opened; null when that is nothing. */
    public static @Nullable Pulse of(ConnectionSpec spec, Owner owner, long now) {
        Beating beating = Beating.of(spec, owner);
        DataSilence silence = DataSilence.of(spec, owner, now);
        if (beating == null && silence == null) {
            return null;
        }
        if (beating != null) {
            beating.opened(now);
        }
        return new Pulse(beating, silence);
    }

    /** A message was sent. Tells whether {@link #look} is wanted at another time now. */
    public boolean sent(long now) {
        return beating != null && beating.sent(now);
    }

    /** A message arrived. Tells whether {@link #look} is wanted at another time now. */
    public boolean hears(Inbound message, long now) {
        boolean acknowledges = beating != null && beating.hears(message.isText(), message.bytes());
        if (silence != null && !acknowledges) {
            silence.hears(message, now);
        }
        return beating != null && beating.reconsiders(now);
    }

    /** We do not read, or begin to read again: what the peer says meanwhile cannot be seen, and deadlines begin anew. */
    public void suspend(long now) {
        if (beating != null) {
            beating.suspend(now);
        }
        if (silence != null) {
            silence.suspend(now);
        }
    }

    /** Does what is due; answers the nanoseconds until it must be called again, or {@link #NEVER}. */
    public long look(long now) {
        long beat = beating == null ? NEVER : beating.look(now);
        return silence == null ? beat : Math.min(beat, silence.look(now));
    }
}

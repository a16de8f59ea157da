package io.flotilla.transport.netty;

import io.flotilla.transport.LinkListener;
import io.flotilla.transport.Traffic;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that takes fewer messages than come: counted always, said now and then. Made when it first happens. Confined to the link's
 * event loop.
 */
final class Slowness {

    /** A consumer that is slow once is so again and again. */
    private static final long SAID_EVERY = Duration.ofSeconds(10).toNanos();

    private final EventLoop loop;
    private final LinkListener listener;
    private final Traffic traffic;

    // Since it was last said.
    private long stalls;
    private long dropped;

    private long saidAt = System.nanoTime() - SAID_EVERY;
    private @Nullable ScheduledFuture<?> deadline;

    Slowness(EventLoop loop, LinkListener listener, Traffic traffic) {
        this.loop = loop;
        this.listener = listener;
        this.traffic = traffic;
    }

    void dropped() {
        traffic.dropped(1);
        dropped++;
        say();
    }

    void stopped() {
        traffic.stalled();
        stalls++;
        say();
    }

    private void say() {
        long now = System.nanoTime();
        if (now - saidAt >= SAID_EVERY) {
            saidAt = now;
            listener.consumerSlow(stalls, dropped);
            stalls = 0;
            dropped = 0;
        }
    }

    /** Reading has stopped, and may have for so long. */
    void within(Duration most, Runnable overdue) {
        if (deadline == null) {
            deadline = loop.schedule(overdue, most.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    void over() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

package io.flotilla.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer that waits for one thing at a time: set anew, it forgets what it was set for. Confined to its event loop. */
public final class OneTimer {

    private final EventLoop loop;
    private @Nullable ScheduledFuture<?> waiting;

    public OneTimer(EventLoop loop) {
        this.loop = loop;
    }

    public void set(Duration after, Runnable then) {
        stop();
        waiting = loop.schedule(then, after.toNanos(), TimeUnit.NANOSECONDS);
    }

    public void stop() {
        if (waiting != null) {
            waiting.cancel(false);
            waiting = null;
        }
    }

    public boolean isSet() {
        return waiting != null && !waiting.isDone();
    }
}

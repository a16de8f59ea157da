package io.flotilla.simulation;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Pekko's timers on virtual time. Made by Pekko, by the name of its class; it has no thread and no tick: its alarms are exact. */
final class VirtualScheduler extends AbstractScheduler {

    private static final double NANOS_A_SECOND = 1e9;

    private final VirtualTime time = new VirtualTime();

    /** As Pekko makes it; it needs nothing of what it is given. */
    VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

    VirtualTime time() {
        return time;
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return time.after(Duration.ofNanos(delay.toNanos()), () -> executor.execute(task));
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // Pekko asks for it
    public Cancellable schedule(
            FiniteDuration delay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        return scheduleWithFixedDelay(delay, interval, task, executor);
    }

    @Override
    public double maxFrequency() {
        return NANOS_A_SECOND;
    }
}

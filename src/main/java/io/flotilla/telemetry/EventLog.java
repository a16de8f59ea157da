package io.flotilla.telemetry;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.FleetEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes a fleet's events to the log, a line for each change of state, the id as a key-value. Stays quiet in a storm: of lines
 * that say the same of many connections the first ones are written, the others counted and said once a while. Safe from any thread.
 */
public final class EventLog implements Consumer<FleetEvent>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.flotilla.events");

    private static final int MOST_OVER = 10_000;

    private final Clock clock;
    private final Damper damper;

    /** Those whose end was told with its reason; that their actor has stopped then says nothing new. */
    private final Set<ConnectionId> over = new HashSet<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "flotilla-log");
        thread.setDaemon(true);
        return thread;
    });

    public EventLog(Clock clock) {
        this.clock = clock;
        this.damper = new Damper((word, count) -> LOG.info("… and {} more {}", count, word));
        timer.scheduleWithFixedDelay(this::sayCounted, 5, 5, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void accept(FleetEvent event) {
        if (event instanceof FleetEvent.OfConnection of) {
            onConnection(of.event());
        } else if (event instanceof FleetEvent.SinkDegraded sink) {
            LOG.warn("Sink {} is degraded, its connections wait: {}", sink.sink(), sink.reason());
        } else if (event instanceof FleetEvent.SinkHealed sink) {
            LOG.info("Sink {} takes messages again", sink.sink());
        } else if (event instanceof FleetEvent.HandlersSaturated handlers) {
            LOG.warn("All {} handler threads are busy and messages wait (handlers.threads)", handlers.threads());
        } else if (event instanceof FleetEvent.DrainStarted drain) {
            LOG.info("Draining: {} connections are to close", drain.alive());
        }
    }

    private void onConnection(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Ready ready) {
            say(Level.INFO, "READY", ready, "READY");
        } else if (event instanceof ConnectionEvent.RetryScheduled retry) {
            say(
                    retry.news() ? Level.WARN : Level.INFO,
                    retry.failure().kind().name(),
                    retry,
                    "WAITING after " + shown(retry.failure()) + "; dials again in " + seconds(retry.delay()) + ": "
                            + retry.because());
        } else if (event instanceof ConnectionEvent.GaveUp gaveUp) {
            over(gaveUp);
            say(
                    Level.ERROR,
                    "GIVEN_UP by " + gaveUp.failure().kind(),
                    gaveUp,
                    "GIVEN_UP after " + shown(gaveUp.failure()) + ": " + gaveUp.because());
        } else if (event instanceof ConnectionEvent.Finished finished) {
            over(finished);
            say(Level.INFO, "done", finished, "STOPPED: " + finished.because());
        } else if (event instanceof ConnectionEvent.Closing closing) {
            say(Level.INFO, "CLOSING by " + closing.why(), closing, "CLOSING: " + closing.why());
        } else if (event instanceof ConnectionEvent.Stopped stopped) {
            if (!over.remove(stopped.id())) {
                say(Level.INFO, "STOPPED", stopped, "STOPPED");
            }
        } else if (event instanceof ConnectionEvent.SubscribedAgain again) {
            say(
                    Level.WARN,
                    "silent",
                    again,
                    "silent: no data for " + seconds(again.silence()) + "; on-open was sent again");
        } else if (event instanceof ConnectionEvent.DataResumed resumed) {
            say(Level.INFO, "data again", resumed, "data again after a silence");
        } else if (event instanceof ConnectionEvent.HandlerFailed handler) {
            onHandlerFailed(handler);
        } else if (event instanceof ConnectionEvent.ConsumerSlow slow) {
            say(
                    slow.dropped() > 0 ? Level.WARN : Level.INFO,
                    "slow consumers",
                    slow,
                    "its consumer is slow: reading stopped " + slow.stalls() + " times, " + slow.dropped()
                            + " messages dropped (receive.on-slow)");
        } else {
            LOG.atDebug()
                    .addKeyValue("id", event.id())
                    .addKeyValue("generation", event.generation())
                    .log("{} {}", event.id(), event.getClass().getSimpleName());
        }
    }

    /** Bounded, should what follows be lost: the worst is a line too many. */
    private void over(ConnectionEvent end) {
        if (over.size() >= MOST_OVER) {
            over.clear();
        }
        over.add(end.id());
    }

    /** The stack belongs to the user: it is what he needs to see. */
    private void onHandlerFailed(ConnectionEvent.HandlerFailed handler) {
        String thrower = handler.thrown().getClass().getName();
        if (damper.admits("handler failures by " + thrower, clock.instant())) {
            LOG.atWarn()
                    .addKeyValue("id", handler.id())
                    .addKeyValue("generation", handler.generation())
                    .setCause(handler.thrown())
                    .log("{} user code failed: {}", handler.id(), thrower);
        }
    }

    private void say(Level level, String word, ConnectionEvent event, String line) {
        Instant now = clock.instant();
        if (damper.admits(word, now)) {
            ConnectionId id = event.id();
            LOG.atLevel(level)
                    .addKeyValue("id", id)
                    .addKeyValue("generation", event.generation())
                    .log("{} {}", id, line);
        }
    }

    private synchronized void sayCounted() {
        damper.sayCounted(clock.instant());
    }

    private static String shown(Failure failure) {
        return failure.kind() + " (" + failure.detail() + ")";
    }

    private static String seconds(java.time.Duration delay) {
        return String.format(Locale.ROOT, "%.1f s", delay.toMillis() / 1000.0);
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
        damper.sayAll();
    }
}

package io.flotilla.bench.behaviour;

import com.typesafe.config.ConfigFactory;
import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.MessageHandler;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.supervision.FleetEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A fleet as {@code run} makes it from a configuration, and what was seen of it since the last look. */
final class Watched implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Configuration configuration;
    private final Fleet fleet;

    /** Dials of the last second. */
    private final Deque<Instant> lately = new ArrayDeque<>();

    private final Map<FailureKind, Integer> failures = new EnumMap<>(FailureKind.class);
    private int dials;
    private int worstSecond;
    private int gaveUp;

    private Watched(Configuration configuration, MessageHandler handler) {
        this.configuration = configuration;
        this.fleet = Fleet.builder()
                .settings(configuration.settings())
                .onMessage(handler)
                .onEvent(this::see)
                .start();
    }

    /** Wants so many connections of this template; all is as in {@code reference.conf} but for what is given. */
    static Watched fleet(int connections, String template, String rest, MessageHandler handler) {
        StringBuilder conf = new StringBuilder("flotilla { templates.peer { " + template + " }\n" + rest + "\n");
        for (int i = 0; i < connections; i++) {
            conf.append("connections.c").append(i).append(" { template = peer }\n");
        }
        Configuration configuration = new Configuration()
                .read(ConfigFactory.parseString(conf + "}")
                        .withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve())
                .check();
        Watched watched = new Watched(configuration, handler);
        for (Sourced wanted : configuration.connections()) {
            watched.fleet.put(wanted.spec().with(spec -> spec.sink(ConnectionSpec.SINK_HANDLER)));
        }
        return watched;
    }

    static Watched fleet(int connections, String template, String rest) {
        return fleet(connections, template, rest, message -> {});
    }

    Fleet fleet() {
        return fleet;
    }

    int size() {
        return configuration.connections().size();
    }

    private synchronized void see(FleetEvent event) {
        if (!(event instanceof FleetEvent.OfConnection of)) {
            return;
        }
        if (of.event() instanceof ConnectionEvent.DialStarted started) {
            dials++;
            lately.addLast(started.at());
            while (!lately.getFirst().isAfter(started.at().minusSeconds(1))) {
                lately.removeFirst();
            }
            worstSecond = Math.max(worstSecond, lately.size());
        } else if (of.event() instanceof ConnectionEvent.LinkEnded ended) {
            failures.merge(ended.failure().kind(), 1, Integer::sum);
        } else if (of.event() instanceof ConnectionEvent.GaveUp) {
            gaveUp++;
        }
    }

    /** Forgets what was seen so far. */
    synchronized void begin() {
        lately.clear();
        failures.clear();
        dials = 0;
        worstSecond = 0;
        gaveUp = 0;
    }

    synchronized int dials() {
        return dials;
    }

    /** The most dials begun in any second. */
    synchronized int worstSecond() {
        return worstSecond;
    }

    synchronized int gaveUp() {
        return gaveUp;
    }

    synchronized Map<FailureKind, Integer> failures() {
        return new EnumMap<>(failures);
    }

    int ready() {
        return fleet.counts().getOrDefault(ConnectionState.READY, 0);
    }

    double awaitReady() throws InterruptedException {
        return await("all are READY", () -> ready() == size());
    }

    /** Seconds until the condition held. */
    double await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("In vain for " + PATIENCE + ": " + what + "; " + fleet.counts());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        fleet.close(Duration.ofSeconds(2)).toCompletableFuture().join();
    }
}

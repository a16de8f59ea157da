package io.flotilla.telemetry;

import io.flotilla.Fleet;
import io.flotilla.supervision.Census;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.Group;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a fleet shows in a registry of meters. Names as Prometheus has them; histograms are in seconds.
 *
 * <pre>
 * flotilla_connections{state}                  gauge      connections in each state, of those that are wanted or were given up
 * flotilla_dials_total{outcome}                counter    dials that are over: opened, failed, or abandoned because we changed our mind
 * flotilla_failures_total{kind,verdict,phase}  counter    failures, also those of sessions and of credentials; not what was asked for
 * flotilla_dial_seconds                        histogram  from the start of a dial to the end of its upgrade, of those that opened
 * flotilla_ready_seconds                       histogram  from the first dial to READY, waits between dials included
 * flotilla_session_seconds                     histogram  from READY to the end
 * flotilla_recovery_seconds                    histogram  from the loss of a session to READY again, of those that came back by themselves
 * flotilla_messages_total{direction}           counter    whole messages: in, out
 * flotilla_bytes_total{direction}              counter    bytes of their payloads
 * flotilla_sends_total{outcome}                counter    messages that were to be sent: written, refused, unsent, expired
 * flotilla_handler_errors_total                counter    messages on which user code failed
 * flotilla_handlers_busy                       gauge      threads in user code
 * flotilla_rtt_seconds                         histogram  from a ping to its pong
 * flotilla_dials_waiting                       gauge      connections that wait for their turn to dial
 * flotilla_breakers_open                       gauge      hosts that nobody may dial but a probe
 * flotilla_events_dropped_total                counter    events that slow readers lost
 * flotilla_rotation_gap_seconds                           comes with the rotation of links
 * </pre>
 *
 * The labels of {@code metrics.tag-by} are on all of them but those that are of the fleet as a whole (handlers busy, dials waiting,
 * breakers open, events dropped); see {@link io.flotilla.supervision.Groups} for their bound. No label carries an id. Counts and
 * times come from events on the thread where they happen, so that a storm loses none; what gauges and totals say is at most
 * {@link #FRESH_NANOS} old, however many of them are read. Safe from any thread.
 */
public final class FleetMetrics implements AutoCloseable {

    /** Who reads many meters at once looks at the connections once. */
    static final long FRESH_NANOS = 500_000_000L;

    private final Fleet fleet;
    private final MeterRegistry registry;
    private final Map<Group, GroupMeters> groups = new ConcurrentHashMap<>();
    private final List<Meter> own = new ArrayList<>();
    private final EventHub.Subscription events;
    private boolean counted;
    private long countedAt;

    private FleetMetrics(Fleet fleet, MeterRegistry registry) {
        this.fleet = fleet;
        this.registry = registry;
        gauge("flotilla.handlers.busy", "Threads in user code", () -> fleet.handlersBusy());
        gauge(
                "flotilla.dials.waiting",
                "Connections that wait for their turn",
                () -> fleet.dialStats().waiting());
        gauge(
                "flotilla.breakers.open",
                "Hosts that nobody may dial but a probe",
                () -> fleet.dialStats().breakersOpen());
        own.add(FunctionCounter.builder("flotilla.events.dropped", fleet, Fleet::eventsLost)
                .description("Events that slow readers lost")
                .register(registry));
        Lives lives =
                new Lives(id -> Optional.ofNullable(metersOf(fleet.group(id).orElse(null))));
        this.events = fleet.witness(event -> {
            if (event instanceof FleetEvent.OfConnection of) {
                lives.hear(of.event());
            }
        });
        refresh();
    }

    /** Shows this fleet in this registry from now on. */
    public static FleetMetrics bindTo(Fleet fleet, MeterRegistry registry) {
        return new FleetMetrics(fleet, registry);
    }

    private void gauge(String name, String description, java.util.function.Supplier<Number> value) {
        own.add(Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(registry));
    }

    private @Nullable GroupMeters metersOf(@Nullable Group group) {
        return group == null
                ? null
                : groups.computeIfAbsent(
                        group, fresh -> new GroupMeters(registry, fleet.tagKeys(), fresh, this::refresh));
    }

    /** Looks at every connection, unless that was done a moment ago. */
    void refresh() {
        synchronized (own) {
            long now = System.nanoTime();
            if (counted && now - countedAt < FRESH_NANOS) {
                return;
            }
            counted = true; // before: a meter that is made now may be read at once
            countedAt = now;
        }
        for (Census census : fleet.census()) {
            GroupMeters meters = metersOf(census.group());
            if (meters != null) {
                meters.show(census);
            }
        }
    }

    /** Shows it no more: its meters leave the registry. */
    @Override
    public void close() {
        events.close();
        own.forEach(registry::remove);
        groups.values().forEach(GroupMeters::remove);
    }
}

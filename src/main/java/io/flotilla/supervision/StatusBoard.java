package io.flotilla.supervision;

import io.flotilla.connection.Carried;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Source;
import io.flotilla.supervision.FleetView.DegradedSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How it went with every connection that is wanted, also with those that were given up: the fold of their events. Readable at
 * any time from any thread.
 */
public final class StatusBoard {

    /** In the order of the ids, so that a page of them costs a page. */
    private final ConcurrentNavigableMap<ConnectionId, StatusLine> lines = new ConcurrentSkipListMap<>();

    private final Map<String, DegradedSink> degradedSinks = new ConcurrentHashMap<>();
    private final Map<FailureKind, LongAdder> failures = new ConcurrentHashMap<>();
    private final Groups groups;
    private final Incidents incidents;

    /** Held while a connection leaves its group, and while groups are counted: before that of a line, never within it. */
    private final Object counting = new Object();

    public StatusBoard() {
        this(FleetSettings.Sight.DEFAULT);
    }

    public StatusBoard(FleetSettings.Sight settings) {
        this.groups = new Groups(settings.metrics());
        this.incidents = new Incidents(settings.incidents());
    }

    /** A spec entered the fleet, or took the place of another of its id. */
    void want(ConnectionSpec spec, Source source, String revision, Carried carried, Instant now) {
        synchronized (counting) {
            StatusLine line = lines.get(spec.id());
            if (line == null) {
                line = new StatusLine(carried, now);
                line.want(spec, source, revision, groups.of(spec.labels()));
                lines.put(spec.id(), line); // whole, for those who read meanwhile
            } else {
                line.want(spec, source, revision, groups.of(spec.labels()));
            }
        }
    }

    void desire(ConnectionId id, Desired desired, Instant now) {
        Optional.ofNullable(lines.get(id)).ifPresent(line -> line.desire(desired, now));
    }

    /** What was given up is wanted again. */
    void revive(ConnectionId id, Instant now) {
        Optional.ofNullable(lines.get(id)).ifPresent(line -> line.revive(now));
    }

    /** Whether the connection has said its last word, though its actor may live for a moment yet. */
    boolean isOver(ConnectionId id) {
        StatusLine line = lines.get(id);
        return line != null && (line.state() == ConnectionState.GIVEN_UP || line.state() == ConnectionState.STOPPED);
    }

    /** Whether the connection was given up because of its credential. */
    boolean gaveUpOverCredential(ConnectionId id) {
        StatusLine line = lines.get(id);
        return line != null && line.gaveUpOverCredential();
    }

    void forget(ConnectionId id) {
        synchronized (counting) {
            Optional.ofNullable(lines.remove(id)).ifPresent(StatusLine::leaveGroup);
        }
    }

    void fold(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.LinkEnded ended && ended.failure().verdict() != Verdict.DONE) {
            failures.computeIfAbsent(ended.failure().kind(), fresh -> new LongAdder())
                    .increment();
        }
        StatusLine line = lines.get(event.id());
        if (line != null) {
            line.fold(event);
            if (event instanceof ConnectionEvent.LinkEnded ended
                    && ended.failure().verdict() != Verdict.DONE) {
                incidents.add(line.incident(ended));
            }
        }
    }

    /** Notes that a sink cannot take messages; tells whether that was new. */
    public boolean degraded(String sink, String reason, Instant now) {
        DegradedSink before = degradedSinks.get(sink);
        degradedSinks.put(sink, new DegradedSink(reason, before == null ? now : before.since()));
        return before == null;
    }

    /** Notes that a sink can take messages again; tells whether that was new. */
    public boolean healed(String sink) {
        return degradedSinks.remove(sink) != null;
    }

    public Optional<Status> find(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(line -> line.status(degradedSinks));
    }

    /** Every status, in the order of the ids. */
    public List<Status> all() {
        List<Status> all = new ArrayList<>(lines.size());
        lines.values().forEach(line -> all.add(line.status(degradedSinks)));
        return all;
    }

    /** A glance at each connection behind this id, or from the first on, in the order of the ids; taken one by one, as they are read. */
    public Stream<Glance> glances(Optional<ConnectionId> after) {
        return after.map(id -> lines.tailMap(id, false)).orElse(lines).values().stream()
                .map(StatusLine::glance);
    }

    /** The spec of a connection that is wanted or was given up. */
    public Optional<ConnectionSpec> spec(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(StatusLine::spec);
    }

    /** The fleet, as far as it takes to say what is wrong with it. */
    public FleetView view(Instant now, DialStats dials, Optional<Instant> saturated, int handlerThreads) {
        return new FleetView(
                now,
                lines.values().stream().map(StatusLine::standing).toList(),
                incidents.since(now.minus(Bursts.WINDOW)),
                dials,
                Map.copyOf(degradedSinks),
                saturated,
                handlerThreads);
    }

    /** How many connections are in each state; every state is a key. */
    public Map<ConnectionState, Integer> counts() {
        Map<ConnectionState, Integer> counts = Census.everyState();
        lines.values().forEach(line -> counts.merge(line.state(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** Every group, what it does now and what it has done so far; one look at each connection. */
    public List<Census> census() {
        Map<Group, Census.Count> counts = new HashMap<>();
        synchronized (counting) {
            groups.all().forEach(group -> counts.put(group, new Census.Count(group.left)));
            lines.values()
                    .forEach(line ->
                            line.count(Objects.requireNonNull(counts.get(line.group()), "a line without its group")));
        }
        return counts.entrySet().stream()
                .map(group -> group.getValue().of(group.getKey()))
                .toList();
    }

    /** What the fleet has done so far. */
    public Totals totals() {
        return census().stream().map(Census::totals).reduce(Totals.NONE, Totals::plus);
    }

    /** How many failures of each kind there were so far, of those that there were. */
    public Map<FailureKind, Long> failures() {
        Map<FailureKind, Long> counts = new EnumMap<>(FailureKind.class);
        failures.forEach((kind, count) -> counts.put(kind, count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    public Groups groups() {
        return groups;
    }

    /** The group of a connection. */
    public Optional<Group> group(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(StatusLine::group);
    }

    /** Messages received over all connections on the board. */
    public long messagesIn() {
        return lines.values().stream().mapToLong(line -> line.messagesIn()).sum();
    }

    /** The last events of a connection, newest first. */
    public List<ConnectionEvent> history(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(StatusLine::history).orElse(List.of());
    }

    public int size() {
        return lines.size();
    }
}

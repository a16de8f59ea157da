package io.flotilla.supervision;

import io.flotilla.connection.Carried;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.connection.Outbox;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Source;
import io.flotilla.supervision.FleetView.DegradedSink;
import io.flotilla.transport.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How it went with every connection that is wanted, also with those that were given up: the fold of their events. Readable at
 * any time from any thread.
 */
public final class StatusBoard {

    /** In the order of the ids, so that a page of them costs a page. */
    private final ConcurrentNavigableMap<ConnectionId, Line> lines = new ConcurrentSkipListMap<>();

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
            Line line = lines.get(spec.id());
            if (line == null) {
                line = new Line(carried, now);
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
        Line line = lines.get(id);
        return line != null && (line.state() == ConnectionState.GIVEN_UP || line.state() == ConnectionState.STOPPED);
    }

    /** Whether the connection was given up because of its credential. */
    boolean gaveUpOverCredential(ConnectionId id) {
        Line line = lines.get(id);
        return line != null && line.gaveUpOverCredential();
    }

    void forget(ConnectionId id) {
        synchronized (counting) {
            Optional.ofNullable(lines.remove(id)).ifPresent(Line::leaveGroup);
        }
    }

    void fold(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.LinkEnded ended && ended.failure().verdict() != Verdict.DONE) {
            failures.computeIfAbsent(ended.failure().kind(), fresh -> new LongAdder())
                    .increment();
        }
        Line line = lines.get(event.id());
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
                .map(Line::glance);
    }

    /** The spec of a connection that is wanted or was given up. */
    public Optional<ConnectionSpec> spec(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(Line::spec);
    }

    /** The fleet, as far as it takes to say what is wrong with it. */
    public FleetView view(Instant now, DialStats dials, Optional<Instant> saturated, int handlerThreads) {
        return new FleetView(
                now,
                lines.values().stream().map(Line::standing).toList(),
                incidents.since(now.minus(Bursts.WINDOW)),
                dials,
                Map.copyOf(degradedSinks),
                saturated,
                handlerThreads);
    }

    /** How many connections are in each state; every state is a key. */
    public Map<ConnectionState, Integer> counts() {
        Map<ConnectionState, Integer> counts = everyState();
        lines.values().forEach(line -> counts.merge(line.state(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** Every group, what it does now and what it has done so far; one look at each connection. */
    public List<Census> census() {
        Map<Group, Counting> counts = new java.util.HashMap<>();
        synchronized (counting) {
            groups.all().forEach(group -> counts.put(group, new Counting(group.left)));
            lines.values()
                    .forEach(line -> line.count(
                            java.util.Objects.requireNonNull(counts.get(line.group()), "a line without its group")));
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
        Map<FailureKind, Long> counts = new java.util.EnumMap<>(FailureKind.class);
        failures.forEach((kind, count) -> counts.put(kind, count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    public Groups groups() {
        return groups;
    }

    /** The group of a connection. */
    public Optional<Group> group(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(Line::group);
    }

    /** Adds one connection after the other. */
    private static final class Counting {
        private final Map<ConnectionState, Integer> states = everyState();
        private Totals totals;

        Counting(Totals left) {
            this.totals = left;
        }

        Census of(Group group) {
            return new Census(group, Collections.unmodifiableMap(states), totals);
        }
    }

    /** A count for every state, zero at first. */
    private static Map<ConnectionState, Integer> everyState() {
        Map<ConnectionState, Integer> counts = new java.util.EnumMap<>(ConnectionState.class);
        for (ConnectionState state : ConnectionState.values()) {
            counts.put(state, 0);
        }
        return counts;
    }

    /** Messages received over all connections on the board. */
    public long messagesIn() {
        return lines.values().stream()
                .mapToLong(line -> line.carried.traffic().messagesIn())
                .sum();
    }

    /** The last events of a connection, newest first. */
    public List<ConnectionEvent> history(ConnectionId id) {
        return Optional.ofNullable(lines.get(id)).map(Line::history).orElse(List.of());
    }

    public int size() {
        return lines.size();
    }

    /** One connection on the board. */
    private static final class Line {
        private final Carried carried;
        private final Deque<ConnectionEvent> history = new ArrayDeque<>(4);
        private @Nullable ConnectionSpec spec;
        private @Nullable Endpoint endpoint;
        private @Nullable Group group;
        private @Nullable Totals before; // what it had done when it joined its group
        private Source source = Source.CODE;
        private String revision = "";
        private Desired desired = Desired.UP;
        private ConnectionState state = ConnectionState.WAITING;
        private Instant since;
        private long generation;
        private int failuresInARow;
        private @Nullable Instant readyAt;
        private @Nullable Instant nextDialAt;
        private @Nullable HeldBy heldBy;
        private @Nullable Failure lastFailure;
        private @Nullable Instant lastFailureAt;
        private String because = "";
        private @Nullable Duration silence;
        private long dials;
        private long handlerErrors;
        private long dropped;

        Line(Carried carried, Instant now) {
            this.carried = carried;
            this.since = now;
        }

        synchronized void want(ConnectionSpec wanted, Source owner, String changed, Group joined) {
            join(joined);
            if (spec == null) {
                state = wanted.desired() == Desired.UP ? ConnectionState.WAITING : ConnectionState.STOPPED;
            }
            spec = wanted;
            endpoint = null;
            source = owner;
            revision = changed;
        }

        private void join(Group joined) {
            if (group != joined) {
                leaveGroup();
                group = joined;
                carried.traffic().onRoundTrip(joined);
            }
        }

        /** What it has done in its group stays there. */
        synchronized void leaveGroup() {
            if (group != null) {
                group.left = group.left.plus(inGroup());
                before = totals();
            }
        }

        synchronized Group group() {
            return java.util.Objects.requireNonNull(group);
        }

        synchronized void count(Counting counting) {
            counting.states.merge(state, 1, Integer::sum);
            counting.totals = counting.totals.plus(inGroup());
        }

        private Totals inGroup() {
            return before == null ? totals() : totals().since(before);
        }

        private Totals totals() {
            Traffic traffic = carried.traffic();
            Outbox outbox = carried.outbox();
            return new Totals(
                    dials,
                    traffic.messagesIn(),
                    traffic.bytesIn(),
                    traffic.messagesOut(),
                    traffic.bytesOut(),
                    outbox.written(),
                    outbox.refused(),
                    outbox.unsent(),
                    outbox.expired(),
                    traffic.dropped() + dropped,
                    handlerErrors);
        }

        /** What was given up and is not wanted any more is merely stopped. */
        synchronized void desire(Desired wanted, Instant now) {
            desired = wanted;
            if (wanted == Desired.DOWN && state == ConnectionState.GIVEN_UP) {
                enter(ConnectionState.STOPPED, now);
            }
        }

        synchronized void revive(Instant now) {
            failuresInARow = 0;
            because = "";
            enter(ConnectionState.WAITING, now);
        }

        synchronized ConnectionState state() {
            return state;
        }

        synchronized boolean gaveUpOverCredential() {
            return state == ConnectionState.GIVEN_UP
                    && lastFailure != null
                    && (lastFailure.kind().scope() == Scope.CREDENTIAL
                            || lastFailure.treatment().ruling() == Ruling.REPAIR_CREDENTIAL);
        }

        synchronized List<ConnectionEvent> history() {
            List<ConnectionEvent> newestFirst = new ArrayList<>(history);
            Collections.reverse(newestFirst);
            return newestFirst;
        }

        synchronized void fold(ConnectionEvent event) {
            if (!(event instanceof ConnectionEvent.MessageDropped)) {
                remember(event);
            }
            generation = Math.max(generation, event.generation());
            if (event instanceof ConnectionEvent.Held held) {
                enter(ConnectionState.WAITING, held.at());
                heldBy = held.by();
                nextDialAt = held.until().orElse(null);
            } else if (event instanceof ConnectionEvent.RetryScheduled retry) {
                enter(ConnectionState.WAITING, retry.at());
                heldBy = retry.by();
                nextDialAt = retry.at().plus(retry.delay());
                because = retry.because();
            } else if (event instanceof ConnectionEvent.DialStarted started) {
                dials++;
                endpoint = started.endpoint();
                enter(ConnectionState.DIALING, started.at());
            } else if (event instanceof ConnectionEvent.HandshakeDone done) {
                enter(ConnectionState.OPEN, done.at());
            } else if (event instanceof ConnectionEvent.Ready ready) {
                enter(ConnectionState.READY, ready.at());
                readyAt = ready.at();
            } else if (event instanceof ConnectionEvent.Settled) {
                failuresInARow = 0;
            } else if (event instanceof ConnectionEvent.SubscribedAgain again) {
                silence = again.silence();
            } else if (event instanceof ConnectionEvent.DataResumed) {
                silence = null;
            } else if (event instanceof ConnectionEvent.Closing closing) {
                enter(ConnectionState.CLOSING, closing.at());
            } else if (event instanceof ConnectionEvent.LinkEnded ended) {
                onEnded(ended);
            } else if (event instanceof ConnectionEvent.GaveUp gaveUp) {
                enter(ConnectionState.GIVEN_UP, gaveUp.at());
                because = gaveUp.because();
            } else if (event instanceof ConnectionEvent.Finished finished) {
                desired = Desired.DOWN;
                because = finished.because();
                enter(ConnectionState.STOPPED, finished.at());
            } else if (event instanceof ConnectionEvent.HandlerFailed) {
                handlerErrors++;
            } else if (event instanceof ConnectionEvent.MessageDropped) {
                dropped++;
            } else if (event instanceof ConnectionEvent.Stopped stopped && state != ConnectionState.GIVEN_UP) {
                enter(ConnectionState.STOPPED, stopped.at());
            }
        }

        private void onEnded(ConnectionEvent.LinkEnded ended) {
            readyAt = null;
            silence = null;
            failuresInARow = ended.failuresInARow();
            if (ended.failure().verdict() != Verdict.DONE) {
                lastFailure = ended.failure();
                lastFailureAt = ended.at();
            }
        }

        private void enter(ConnectionState entered, Instant at) {
            if (state != entered) {
                state = entered;
                since = at;
            }
            heldBy = null;
            nextDialAt = null;
        }

        private void remember(ConnectionEvent event) {
            int kept = spec == null ? 0 : spec.history();
            ConnectionEvent last = history.peekLast();
            if (last != null && event.getClass() == last.getClass() && isOfConsumer(event)) {
                history.removeLast(); // a handler that fails on every message must not push out how the connection
                // lived
            }
            while (history.size() >= kept && !history.isEmpty()) {
                history.removeFirst();
            }
            if (kept > 0) {
                history.addLast(event);
            }
        }

        private static boolean isOfConsumer(ConnectionEvent event) {
            return event instanceof ConnectionEvent.HandlerFailed || event instanceof ConnectionEvent.ConsumerSlow;
        }

        private List<String> degraded(@Nullable DegradedSink sinkTrouble) {
            if (sinkTrouble == null && silence == null) {
                return List.of();
            }
            List<String> reasons = new ArrayList<>(2);
            if (sinkTrouble != null) {
                reasons.add("sink " + Objects.requireNonNull(spec).sink() + ": " + sinkTrouble.reason());
            }
            if (silence != null) {
                reasons.add("silent: no data for " + silence + ", subscribed again");
            }
            return List.copyOf(reasons);
        }

        synchronized Glance glance() {
            ConnectionSpec wanted = java.util.Objects.requireNonNull(spec);
            return new Glance(
                    wanted.id(),
                    state,
                    desired,
                    host(),
                    wanted.labels(),
                    Optional.ofNullable(heldBy),
                    Optional.ofNullable(lastFailure).map(Failure::kind),
                    Optional.ofNullable(lastFailure).map(Failure::verdict));
        }

        synchronized ConnectionSpec spec() {
            return Objects.requireNonNull(spec);
        }

        /** Its name and credential are those of the spec at that moment. */
        synchronized Incident incident(ConnectionEvent.LinkEnded ended) {
            return Incident.of(ended, host(), spec().credential());
        }

        synchronized Standing standing() {
            return new Standing(
                    spec().id(),
                    state,
                    desired,
                    host(),
                    spec().sink(),
                    spec().credential(),
                    Optional.ofNullable(heldBy),
                    failuresInARow,
                    Optional.ofNullable(lastFailure),
                    Optional.ofNullable(lastFailureAt));
        }

        private String host() {
            return (endpoint == null ? spec().endpoint() : endpoint).toString();
        }

        synchronized Status status(Map<String, DegradedSink> degradedSinks) {
            ConnectionSpec wanted = Objects.requireNonNull(spec);
            Traffic traffic = carried.traffic();
            return new Status(
                    wanted.id(),
                    state,
                    desired,
                    source,
                    revision,
                    generation,
                    wanted.uri().toString(),
                    host(),
                    wanted.labels(),
                    since,
                    Optional.ofNullable(readyAt),
                    failuresInARow,
                    Optional.ofNullable(nextDialAt),
                    Optional.ofNullable(heldBy),
                    degraded(degradedSinks.get(wanted.sink())),
                    Optional.ofNullable(lastFailure),
                    Optional.ofNullable(lastFailureAt),
                    because,
                    new Status.Counters(
                            dials,
                            traffic.messagesIn(),
                            traffic.bytesIn(),
                            traffic.messagesOut(),
                            traffic.bytesOut(),
                            carried.outbox().written(),
                            carried.outbox().refused(),
                            carried.outbox().unsent(),
                            carried.outbox().expired(),
                            traffic.dropped() + dropped,
                            traffic.stalls(),
                            handlerErrors),
                    Optional.of(traffic.roundTripNanos())
                            .filter(nanos -> nanos > 0)
                            .map(Duration::ofNanos));
        }
    }
}

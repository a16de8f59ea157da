package io.flotilla.supervision;

import io.flotilla.connection.Carried;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.connection.Outbox;
import io.flotilla.failure.Failure;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Endpoint;
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
import org.jspecify.annotations.Nullable;

/**
 * One connection on the board: the fold of its events since its spec entered the fleet, and what may be read off it. Safe from any
 * thread.
 */
final class StatusLine {

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

    StatusLine(Carried carried, Instant now) {
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
        return Objects.requireNonNull(group);
    }

    synchronized void count(Census.Count census) {
        census.add(state, inGroup());
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

    long messagesIn() {
        return carried.traffic().messagesIn();
    }

    /** The newest first. */
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
        ConnectionSpec wanted = Objects.requireNonNull(spec);
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
                Optional.of(traffic.roundTripNanos()).filter(nanos -> nanos > 0).map(Duration::ofNanos));
    }
}

package io.flotilla.simulation;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.transport.Dial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps count of what happens in a simulation. Belongs to its thread. */
final class Tally {

    private final Scenario scenario;
    private final VirtualTime time;
    private final Map<ConnectionId, Doing> doing = new HashMap<>();
    private final Map<Mode, Integer> counts = none();
    private final Map<Mode, Integer> peaks = none();
    private final Meter all = new Meter();
    private final Map<Endpoint, OfHost> hosts = new TreeMap<>(Comparator.comparing(Endpoint::host)
            .thenComparing(Endpoint::port)
            .thenComparing(Endpoint::secure)
            .thenComparing(Endpoint::via));
    private final Map<FailureKind, Integer> ends = new EnumMap<>(FailureKind.class);
    private final List<Outcome.Row> rows = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    private int attempts;
    private int dialsBefore;
    private int worstOfStep;

    Tally(Scenario scenario, VirtualTime time) {
        this.scenario = scenario;
        this.time = time;
        for (ConnectionSpec spec : scenario.specs()) {
            OfHost host = hosts.computeIfAbsent(spec.endpoint(), endpoint -> new OfHost());
            host.connections++;
            doing.put(spec.id(), new Doing(host));
            counts.merge(Mode.DOWN, 1, Integer::sum);
        }
    }

    void dialed(Dial dial) {
        long now = time.nanos();
        all.count(now);
        worstOfStep = Math.max(worstOfStep, all.lastSecond());
        hosts.computeIfAbsent(dial.spec().endpoint(), endpoint -> new OfHost())
                .meter
                .count(now);
    }

    void heard(FleetEvent event) {
        if (event instanceof FleetEvent.OfConnection of) {
            heard(of.event());
        }
    }

    private void heard(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Held held) {
            now(held.id(), Mode.of(held.by()));
        } else if (event instanceof ConnectionEvent.DialStarted started) {
            now(started.id(), Mode.DIALING);
        } else if (event instanceof ConnectionEvent.Ready ready) {
            now(ready.id(), Mode.READY);
        } else if (event instanceof ConnectionEvent.LinkEnded ended) {
            ends.merge(ended.failure().kind(), 1, Integer::sum);
            attempts = Math.max(attempts, ended.failuresInARow());
            now(ended.id(), Mode.BACKOFF);
        } else if (event instanceof ConnectionEvent.RetryScheduled scheduled) {
            now(scheduled.id(), Mode.of(scheduled.by()));
        } else if (event instanceof ConnectionEvent.GaveUp gaveUp) {
            now(gaveUp.id(), Mode.GIVEN_UP);
        } else if (event instanceof ConnectionEvent.Stopped stopped && of(stopped.id()).mode != Mode.GIVEN_UP) {
            now(stopped.id(), Mode.DOWN);
        }
    }

    private void now(ConnectionId id, Mode mode) {
        Doing one = of(id);
        Mode before = one.mode;
        one.mode = mode;
        counts.merge(before, -1, Integer::sum);
        counts.merge(mode, 1, Integer::sum);
        peaks.merge(mode, count(mode), Math::max);
        if (before == Mode.READY || mode == Mode.READY || mode == Mode.GIVEN_UP) {
            one.host.ready(mode == Mode.READY ? 1 : before == Mode.READY ? -1 : 0, time.nanos());
            watches.forEach(Watch::look);
        }
    }

    private Doing of(ConnectionId id) {
        return java.util.Objects.requireNonNull(doing.get(id));
    }

    private int count(Mode mode) {
        return counts.getOrDefault(mode, 0);
    }

    int ready() {
        return count(Mode.READY);
    }

    /** An episode begins: from now on it is watched how the fleet comes through it. */
    void watch(Episode episode) {
        watches.add(new Watch(episode));
    }

    /** An episode has ended, and its undoing is done. */
    void ended(Episode episode) {
        watches.stream().filter(watch -> watch.episode.equals(episode)).forEach(watch -> {
            watch.over = true;
            watch.look();
        });
    }

    /** One step is over. */
    void step(Duration from) {
        rows.add(new Outcome.Row(from, all.count() - dialsBefore, worstOfStep, new EnumMap<>(counts)));
        dialsBefore = all.count();
        worstOfStep = 0;
    }

    /** Every mode is a key. */
    private static Map<Mode, Integer> none() {
        Map<Mode, Integer> counts = new EnumMap<>(Mode.class);
        for (Mode mode : Mode.values()) {
            counts.put(mode, 0);
        }
        return counts;
    }

    Outcome outcome() {
        Map<Endpoint, Outcome.OfHost> ofHosts = new java.util.LinkedHashMap<>();
        hosts.forEach((endpoint, host) -> ofHosts.put(endpoint, host.outcome(time.nanos())));
        return new Outcome(
                scenario,
                List.copyOf(rows),
                all.count(),
                new Outcome.Worst(all.worst(), Duration.ofNanos(all.worstAt())),
                ofHosts,
                ends,
                attempts,
                watches.stream().map(Watch::recovery).toList(),
                new EnumMap<>(peaks),
                new EnumMap<>(counts));
    }

    /** One connection. */
    private static final class Doing {
        private final OfHost host;
        private Mode mode = Mode.DOWN;

        Doing(OfHost host) {
            this.host = host;
        }
    }

    /** One host: its dials, and for how long it was not whole. */
    private static final class OfHost {
        private final Meter meter = new Meter();
        private int connections;
        private int ready;
        private boolean wasWhole;
        private long notWholeSince = -1;
        private long longest;

        void ready(int change, long now) {
            ready += change;
            if (ready == connections) {
                longest = away(now);
                notWholeSince = -1;
                wasWhole = true;
            } else if (wasWhole && notWholeSince < 0) {
                notWholeSince = now;
            }
        }

        private long away(long now) {
            return notWholeSince < 0 ? longest : Math.max(longest, now - notWholeSince);
        }

        Outcome.OfHost outcome(long now) {
            return new Outcome.OfHost(connections, meter.count(), meter.worst(), Duration.ofNanos(away(now)));
        }
    }

    /** How the fleet comes through one episode. */
    private final class Watch {
        private static final double MOST = 0.95;

        private final Episode episode;
        private final int before = count(Mode.READY);
        private final int givenUpBefore = count(Mode.GIVEN_UP);
        private final NavigableMap<Integer, Long> firstReached = new TreeMap<>();
        private int lowest = before;
        private boolean over;

        Watch(Episode episode) {
            this.episode = episode;
        }

        void look() {
            int ready = count(Mode.READY);
            int best = firstReached.isEmpty() ? -1 : firstReached.lastKey();
            if (best >= before) {
                return;
            }
            lowest = Math.min(lowest, ready);
            if (over && ready > best) {
                firstReached.put(ready, time.nanos());
            }
        }

        Outcome.Recovery recovery() {
            int lost = Math.max(0, count(Mode.GIVEN_UP) - givenUpBefore);
            return new Outcome.Recovery(
                    episode, before, lowest, since((int) Math.ceil(before * MOST)), since(before - lost));
        }

        /** From the end of the episode until so many were ready. */
        private Optional<Duration> since(int wanted) {
            return Optional.ofNullable(firstReached.ceilingEntry(wanted))
                    .map(reached -> Duration.ofNanos(reached.getValue())
                            .minus(episode.at())
                            .minus(episode.length()));
        }
    }
}

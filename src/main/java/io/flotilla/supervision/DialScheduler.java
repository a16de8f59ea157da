package io.flotilla.supervision;

import io.flotilla.connection.DialPermits;
import io.flotilla.connection.HeldBy;
import io.flotilla.policy.Pace;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Decides who may dial next: a rate for the fleet, a rate for each host, dials in flight, sockets to one host. Hosts take turns,
 * so that a long queue for one does not delay another; within a host the higher priority goes first, then who came first.
 */
public final class DialScheduler {

    sealed interface Command {}

    private record Ask(Place place) implements Command {}

    private record Dialed(Place place) implements Command {}

    private record Release(Place place) implements Command {}

    private enum Wake implements Command {
        INSTANCE
    }

    private enum Sweep implements Command {
        INSTANCE
    }

    /** The question, for connections: asks the scheduler behind this ref. */
    static DialPermits permits(ActorRef<Command> scheduler) {
        return (spec, granted, held) -> {
            Place place = new Place(scheduler, spec.endpoint(), spec.priority(), granted, held);
            scheduler.tell(new Ask(place));
            return place;
        };
    }

    static Behavior<Command> create(Limits limits, LongSupplier nanos) {
        return Behaviors.withTimers(timers -> new DialScheduler(timers, limits, nanos).deciding());
    }

    private static final Duration SWEEP = Duration.ofSeconds(30);

    private final TimerScheduler<Command> timers;
    private final Limits limits;
    private final LongSupplier nanos;
    private final Optional<Pace> fleet;
    private final Map<Endpoint, Lane> lanes = new HashMap<>();

    /** Lanes whose first turn may come now, in the order of their turns. */
    private final Deque<Lane> ready = new ArrayDeque<>();

    /** Lanes whose own rate lets the next turn come later. */
    private final PriorityQueue<Lane> resting = new PriorityQueue<>(Comparator.comparingLong(lane -> lane.wakeAt));

    private int inFlight;
    private long arrivals;

    private DialScheduler(TimerScheduler<Command> timers, Limits limits, LongSupplier nanos) {
        this.timers = timers;
        this.limits = limits;
        this.nanos = nanos;
        this.fleet = limits.dialsPerSecond().stream().mapToObj(Pace::new).findFirst();
    }

    private Behavior<Command> deciding() {
        timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP);
        return Behaviors.receive(Command.class)
                .onMessage(Ask.class, ask -> onAsk(ask.place()))
                .onMessage(Dialed.class, dialed -> onDialed(dialed.place()))
                .onMessage(Release.class, release -> onRelease(release.place()))
                .onMessageEquals(Wake.INSTANCE, this::decide)
                .onMessageEquals(Sweep.INSTANCE, this::onSweep)
                .build();
    }

    private Behavior<Command> onAsk(Place place) {
        Lane lane = lanes.computeIfAbsent(place.endpoint, endpoint -> new Lane(limits));
        place.arrival = arrivals++;
        place.stage = Stage.QUEUED;
        lane.queue.add(place);
        line(lane);
        decide();
        if (place.stage == Stage.QUEUED) {
            place.held.accept(HeldBy.LIMIT);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onDialed(Place place) {
        if (place.stage == Stage.DIALING) {
            place.stage = Stage.OPEN;
            inFlight--;
        }
        return decide();
    }

    private Behavior<Command> onRelease(Place place) {
        Lane lane = lanes.get(place.endpoint);
        if (lane == null) {
            return Behaviors.same();
        }
        Stage left = place.stage;
        place.stage = Stage.OVER;
        if (left == Stage.QUEUED) {
            lane.clear();
        } else if (left == Stage.DIALING || left == Stage.OPEN) {
            lane.sockets--;
            if (left == Stage.DIALING) {
                inFlight--;
            }
            line(lane);
        }
        return decide();
    }

    /** Grants every turn that may come now, and sets the alarm for the next one. */
    private Behavior<Command> decide() {
        long now = nanos.getAsLong();
        while (!resting.isEmpty() && resting.peek().wakeAt - now <= 0) {
            ready.addLast(resting.remove());
        }
        long wakeAt = Long.MAX_VALUE;
        while (!ready.isEmpty() && limits.dialsInFlight().orElse(Integer.MAX_VALUE) > inFlight) {
            long fleetNext = fleet.map(pace -> pace.next(now)).orElse(now);
            if (fleetNext > now) {
                wakeAt = fleetNext;
                break;
            }
            turn(ready.removeFirst(), now);
        }
        if (!resting.isEmpty()) {
            wakeAt = Math.min(wakeAt, resting.peek().wakeAt);
        }
        if (wakeAt != Long.MAX_VALUE) {
            timers.startSingleTimer(Wake.INSTANCE, Duration.ofNanos(Math.max(wakeAt - now, 1_000_000)));
        }
        return Behaviors.same();
    }

    private void turn(Lane lane, long now) {
        lane.lined = false;
        if (!lane.wantsTurn()) {
            return;
        }
        long next = lane.pace.map(pace -> pace.next(now)).orElse(now);
        if (next > now) {
            lane.wakeAt = next;
            lane.lined = true;
            resting.add(lane);
            return;
        }
        Place place = lane.queue.remove();
        lane.pace.ifPresent(pace -> pace.take(now));
        fleet.ifPresent(pace -> pace.take(now));
        lane.sockets++;
        inFlight++;
        place.stage = Stage.DIALING;
        place.granted.run();
        line(lane);
    }

    private void line(Lane lane) {
        if (!lane.lined && lane.wantsTurn()) {
            lane.lined = true;
            ready.addLast(lane);
        }
    }

    /** What a host left behind goes once nothing of it is left. */
    private Behavior<Command> onSweep() {
        long now = nanos.getAsLong();
        lanes.values()
                .removeIf(lane -> lane.sockets == 0
                        && lane.queue.isEmpty()
                        && !lane.lined
                        && lane.pace.map(pace -> pace.idle(now)).orElse(true));
        return Behaviors.same();
    }

    /** One host: who waits for it, and what its limits say. */
    private static final class Lane {
        private final PriorityQueue<Place> queue = new PriorityQueue<>();
        private final Optional<Pace> pace;
        private final int most;
        private int sockets;
        private boolean lined;
        private long wakeAt;

        Lane(Limits limits) {
            pace = limits.hostDialsPerSecond().stream().mapToObj(Pace::new).findFirst();
            most = limits.hostConnections().orElse(Integer.MAX_VALUE);
        }

        /** Those who left while they waited are dropped once they are first: a search for each would be quadratic. */
        void clear() {
            while (!queue.isEmpty() && queue.peek().stage == Stage.OVER) {
                queue.remove();
            }
        }

        boolean wantsTurn() {
            clear();
            return !queue.isEmpty() && sockets < most;
        }
    }

    private enum Stage {
        ASKED,
        QUEUED,
        DIALING,
        OPEN,
        OVER
    }

    /** One connection's place; what changes in it belongs to the scheduler. */
    private static final class Place implements DialPermits.Turn, Comparable<Place> {
        private final ActorRef<Command> scheduler;
        private final Endpoint endpoint;
        private final int priority;
        private final Runnable granted;
        private final Consumer<HeldBy> held;
        private long arrival;
        private Stage stage = Stage.ASKED;

        Place(ActorRef<Command> scheduler, Endpoint endpoint, int priority, Runnable granted, Consumer<HeldBy> held) {
            this.scheduler = scheduler;
            this.endpoint = endpoint;
            this.priority = priority;
            this.granted = granted;
            this.held = held;
        }

        @Override
        public void dialed() {
            scheduler.tell(new Dialed(this));
        }

        @Override
        public void release() {
            scheduler.tell(new Release(this));
        }

        @Override
        public int compareTo(Place other) {
            int byPriority = Integer.compare(other.priority, priority);
            return byPriority != 0 ? byPriority : Long.compare(arrival, other.arrival);
        }
    }
}

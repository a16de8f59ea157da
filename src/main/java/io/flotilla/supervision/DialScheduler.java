package io.flotilla.supervision;

import io.flotilla.connection.DialPermits;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.policy.AdaptiveRate;
import io.flotilla.policy.Pace;
import io.flotilla.policy.Pause;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings.Limits;
import io.flotilla.supervision.DialPlace.Stage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Decides who may dial next: rates for the fleet, for each host by name and by address, and for each credential; dials in flight;
 * sockets to one host; a breaker for each host and a pause for all. Hosts take turns, so that a long queue for one does not delay
 * another; within a host the higher priority goes first, then who came first. What a dial met comes back here: refusals slow its
 * host and its credential down, failures open the breaker, troubles of our own pause the fleet.
 */
public final class DialScheduler {

    sealed interface Command {}

    /** A connection of that host came to life, or its life ended; the host's limits live as long as one of them. */
    record Joined(Endpoint endpoint) implements Command {}

    record Left(Endpoint endpoint) implements Command {}

    private record Ask(DialPlace place) implements Command {}

    record Opened(DialPlace place, InetSocketAddress remote) implements Command {}

    record Failed(DialPlace place, Failure failure) implements Command {}

    record Release(DialPlace place) implements Command {}

    private enum Wake implements Command {
        INSTANCE
    }

    private enum Sweep implements Command {
        INSTANCE
    }

    /** The question, for connections: asks the scheduler behind this ref. */
    static DialPermits permits(ActorRef<Command> scheduler, DialBoard dials) {
        return new DialPermits() {
            @Override
            public Turn request(ConnectionSpec spec, Runnable granted, Consumer<HeldBy> held) {
                DialPlace place = new DialPlace(scheduler, spec, granted, held);
                scheduler.tell(new Ask(place));
                return place;
            }

            @Override
            public boolean paused() {
                return dials.paused();
            }
        };
    }

    /** @param dials is told how dialling goes */
    static Behavior<Command> create(Limits limits, LongSupplier nanos, RandomGenerator random, DialBoard dials) {
        return Behaviors.withTimers(timers -> new DialScheduler(timers, limits, nanos, random, dials).deciding());
    }

    private static final Duration SWEEP = Duration.ofSeconds(30);

    private final TimerScheduler<Command> timers;
    private final Limits limits;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final DialBoard dials;
    private final Optional<Pace> fleet;
    private final Pause pause;
    private final Map<Endpoint, DialHost> hosts = new HashMap<>();
    private final Map<InetSocketAddress, AdaptiveRate> addresses = new HashMap<>();
    private final Map<String, AdaptiveRate> credentials = new HashMap<>();

    private final DialLines lines = new DialLines();
    private int waiting;
    private int inFlight;

    /** Sockets that opened and have not ended. */
    private int open;

    private long arrivals;

    private DialScheduler(
            TimerScheduler<Command> timers,
            Limits limits,
            LongSupplier nanos,
            RandomGenerator random,
            DialBoard dials) {
        this.timers = timers;
        this.limits = limits;
        this.nanos = nanos;
        this.random = random;
        this.dials = dials;
        this.fleet = limits.dialsPerSecond().stream().mapToObj(Pace::new).findFirst();
        this.pause = new Pause(limits.pause());
    }

    private Behavior<Command> deciding() {
        timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP);
        return Behaviors.receive(Command.class)
                .onMessage(Joined.class, joined -> onMembers(joined.endpoint(), 1))
                .onMessage(Left.class, left -> onMembers(left.endpoint(), -1))
                .onMessage(Ask.class, ask -> onAsk(ask.place()))
                .onMessage(Opened.class, opened -> onOpened(opened.place(), opened.remote()))
                .onMessage(Failed.class, failed -> onFailed(failed.place(), failed.failure()))
                .onMessage(Release.class, release -> onRelease(release.place()))
                .onMessageEquals(Wake.INSTANCE, this::decide)
                .onMessageEquals(Sweep.INSTANCE, this::onSweep)
                .build();
    }

    private Behavior<Command> onMembers(Endpoint endpoint, int change) {
        host(endpoint).members += change;
        return Behaviors.same();
    }

    private Behavior<Command> onAsk(DialPlace place) {
        DialHost host = host(place.endpoint);
        place.arrival = arrivals++;
        place.stage = Stage.QUEUED;
        host.enqueue(place);
        waiting++;
        if (host.restsForCredential) {
            lines.lookAgain(host);
        }
        lines.add(host);
        decide();
        if (place.stage == Stage.QUEUED) {
            place.hold(heldBy(host));
            show(host);
        }
        return Behaviors.same();
    }

    // What dials come to.

    private Behavior<Command> onOpened(DialPlace place, InetSocketAddress remote) {
        if (place.stage == Stage.DIALING) {
            DialHost host = host(place.endpoint);
            landed(host);
            place.stage = Stage.OPEN;
            place.lives = true;
            open++;
            if (place.endpoint.via().isEmpty()) { // a proxy is no host: those behind it do not share its address
                host.address =
                        addresses.computeIfAbsent(remote, address -> new AdaptiveRate(limits.hostDialsPerSecond()));
            }
            host.breaker.answered();
            pause.reached(place.probesFleet);
            look(host);
        }
        return decide();
    }

    private Behavior<Command> onFailed(DialPlace place, Failure failure) {
        long now = nanos.getAsLong();
        DialHost host = host(place.endpoint);
        died(place);
        if (place.stage == Stage.DIALING) {
            landed(host);
            place.stage = Stage.OPEN;
            blame(host, place, failure.kind(), now);
            look(host);
        }
        if (isTooFast(failure)) {
            host.rate.tooFast(now);
            if (failure.kind() == FailureKind.THROTTLED) {
                credential(place.credential).ifPresent(rate -> rate.tooFast(now));
            }
        }
        return decide();
    }

    /** Whose fault it is that a dial did not open: ours, the endpoint's, or of that one connection. */
    private void blame(DialHost host, DialPlace place, FailureKind kind, long now) {
        if (kind.scope() == Scope.FLEET) {
            pause.lacking(place.probesFleet, now);
            host.breaker.undecided(place.probesHost, now);
        } else if (isNoWay(kind)) {
            pause.unreachable(place.endpoint, place.probesFleet, hosts.size(), now);
            if (pause.isOn()) {
                host.breaker.undecided(place.probesHost, now);
            } else {
                host.breaker.failed(place.id, place.probesHost, now);
            }
        } else {
            if (place.probesFleet || kind != FailureKind.CONNECT_TIMEOUT) { // which is no answer
                pause.reached(place.probesFleet);
            }
            if (kind.scope() == Scope.ENDPOINT || kind.scope() == Scope.PROXY) {
                host.breaker.failed(place.id, place.probesHost, now);
            } else {
                host.breaker.answered();
            }
        }
    }

    /** A host that does not answer may be away itself, unless nobody has a socket to anybody. */
    private boolean isNoWay(FailureKind kind) {
        return kind == FailureKind.UNREACHABLE
                || kind == FailureKind.NAME_LOOKUP_FAILED
                || (kind == FailureKind.CONNECT_TIMEOUT && open == 0);
    }

    private static boolean isTooFast(Failure failure) {
        return failure.kind() == FailureKind.THROTTLED
                || (failure.verdict() == Verdict.TRANSIENT_HINTED
                        && failure.hint().isPresent());
    }

    private Behavior<Command> onRelease(DialPlace place) {
        DialHost host = host(place.endpoint);
        Stage left = place.stage;
        place.stage = Stage.OVER;
        died(place);
        if (left == Stage.QUEUED) {
            waiting--;
            host.waiting--;
            show(host);
        }
        if (left == Stage.DIALING) { // given up by us: it says nothing
            long now = nanos.getAsLong();
            landed(host);
            pause.undecided(place.probesFleet, now);
            host.breaker.undecided(place.probesHost, now);
            look(host);
        }
        if (left == Stage.DIALING || left == Stage.OPEN) {
            host.sockets--;
            lines.add(host);
        }
        return decide();
    }

    private void died(DialPlace place) {
        open -= place.lives ? 1 : 0;
        place.lives = false;
    }

    /** What a dial came to may have opened or closed the breaker: who rests for it looks again, who waits is told. */
    private void look(DialHost host) {
        lines.lookAgain(host);
        host.show(heldBy(host));
        show(host);
    }

    /** Shows whether its breaker is open, to those who look at the fleet. */
    private void show(DialHost host) {
        if (host.breaker.isOpen()) {
            dials.opened(host.endpoint, host.breaker.next(nanos.getAsLong()), host.waiting);
        } else if (host.shownOpen) {
            dials.closed(host.endpoint);
        }
        host.shownOpen = host.breaker.isOpen();
    }

    /** A dial is no longer in flight. */
    private void landed(DialHost host) {
        inFlight--;
        host.inFlight--;
        lines.landed();
        lines.add(host);
    }

    // Who may go.

    /** Grants every turn that may come now, and sets the alarm for the next one. */
    private Behavior<Command> decide() {
        long now = nanos.getAsLong();
        lines.wake(now);
        OptionalLong next = lines.wakeAt();
        while (!lines.isEmpty() && inFlight < mostInFlight()) {
            OptionalLong turn = fleetNext(now);
            if (turn.isEmpty()) {
                break;
            }
            if (turn.getAsLong() > now) {
                next = OptionalLong.of(Math.min(turn.getAsLong(), next.orElse(Long.MAX_VALUE)));
                break;
            }
            Optional<DialHost> rests = turn(nextHost(), now);
            if (rests.isPresent()) {
                next = OptionalLong.of(Math.min(rests.get().wakeAt, next.orElse(Long.MAX_VALUE)));
            }
        }
        if (next.isPresent()) {
            timers.startSingleTimer(Wake.INSTANCE, Duration.ofNanos(Math.max(next.getAsLong() - now, 1_000_000)));
        }
        dials.dials(waiting, inFlight);
        if (dials.pause(pause.isOn(), pause.next(now))) {
            hosts.values().forEach(host -> host.show(heldBy(host)));
        }
        return Behaviors.same();
    }

    /** The host whose turn it is; in a pause one of which it is not known yet that it cannot be reached, if there is any. */
    private DialHost nextHost() {
        return lines.next(host -> !pause.isOn() || !pause.isKnown(host.endpoint));
    }

    /** When anybody may dial; empty: once the probe of a paused fleet is back. */
    private OptionalLong fleetNext(long now) {
        OptionalLong allowed = pause.next(now);
        return allowed.isEmpty() || fleet.isEmpty()
                ? allowed
                : OptionalLong.of(Math.max(allowed.getAsLong(), fleet.get().next(now)));
    }

    /** The host if it must rest first. */
    private Optional<DialHost> turn(DialHost host, long now) {
        host.lined = false;
        host.restsForCredential = false;
        if (!host.wantsTurn()) {
            return Optional.empty();
        }
        OptionalLong allowed = host.breaker.next(now);
        if (allowed.isEmpty()) {
            return Optional.empty(); // lined again when the probe is back
        }
        host.wakeAt = Math.max(allowed.getAsLong(), host.next(now));
        if (host.wakeAt > now) {
            return rest(host);
        }
        if (host.inFlight > mostInFlight() - inFlight) {
            lines.crowd(host);
            return Optional.empty();
        }
        Optional<DialPlace> best = host.best(now, this::credential);
        if (best.isEmpty()) {
            host.restsForCredential = true;
            return rest(host);
        }
        grant(host, best.get(), now);
        lines.add(host);
        return Optional.empty();
    }

    private Optional<DialHost> rest(DialHost host) {
        lines.rest(host);
        return Optional.of(host);
    }

    private void grant(DialHost host, DialPlace place, long now) {
        host.take(place, now);
        credential(place.credential).ifPresent(rate -> rate.take(now));
        fleet.ifPresent(pace -> pace.take(now));
        dials.began(now);
        waiting--;
        inFlight++;
        place.stage = Stage.DIALING;
        place.probesFleet = pause.dialing();
        place.probesHost = host.breaker.dialing();
        show(host);
        place.granted.run();
    }

    private int mostInFlight() {
        return limits.dialsInFlight().orElse(Integer.MAX_VALUE);
    }

    private HeldBy heldBy(DialHost host) {
        return pause.isOn() ? HeldBy.PAUSED : host.breaker.isOpen() ? HeldBy.BREAKER : HeldBy.LIMIT;
    }

    private DialHost host(Endpoint endpoint) {
        return hosts.computeIfAbsent(endpoint, fresh -> new DialHost(endpoint, limits, random));
    }

    private Optional<AdaptiveRate> credential(Optional<String> name) {
        return name.map(known ->
                credentials.computeIfAbsent(known, fresh -> new AdaptiveRate(limits.credentialDialsPerSecond())));
    }

    /** What a host left behind goes once nothing of it is left. */
    private Behavior<Command> onSweep() {
        long now = nanos.getAsLong();
        hosts.values().removeIf(host -> {
            boolean gone = host.isGone(now);
            if (gone && host.shownOpen) {
                dials.closed(host.endpoint);
            }
            return gone;
        });
        addresses
                .values()
                .removeIf(rate -> rate.idle(now) && hosts.values().stream().noneMatch(host -> host.address == rate));
        credentials.values().removeIf(rate -> rate.idle(now));
        return Behaviors.same();
    }
}

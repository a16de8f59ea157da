package io.flotilla.connection;

import io.flotilla.connection.Connection.Command;
import io.flotilla.credential.CredentialUnavailable;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.policy.Decision;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A connection before it has a link: waits for what the last failure earned, for a credential, and for its turn to dial. Answers at
 * once, all the while.
 */
final class Waiting extends State {

    private enum WaitOver implements Connection.ToItself {
        INSTANCE
    }

    private record Repaired(Object question, boolean changed, Optional<Throwable> thrown)
            implements Connection.ToItself {}

    private record PreparationEnded(Object question, Optional<Prepared> prepared, Optional<Throwable> thrown)
            implements Connection.ToItself {}

    private record TurnHeld(long generation, HeldBy by) implements OfDial {}

    private record TurnCame(long generation) implements OfDial {}

    /** Kinds after which another address of the host is tried first. */
    private static final Set<FailureKind> ELSEWHERE = Set.of(FailureKind.CLOSED_TRY_LATER, FailureKind.MISDIRECTED);

    Waiting(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ConnectionSpec spec,
            Carried carried,
            Surroundings around) {
        super(context, timers, spec, carried, around);
    }

    Waiting(State before) {
        super(before);
    }

    /** Waits for what the last failure earned: a repair, a delay, or nothing. */
    Behavior<Command> waiting() {
        Optional<Carried.Verdicted> last = carried.last();
        if (last.isEmpty()) {
            return preparing();
        }
        Failure failure = last.get().failure();
        return last.get().decision() instanceof Decision.RepairFirst repair
                ? repairing(failure, repair)
                : backingOff(last.get());
    }

    private Behavior<Command> repairing(Failure failure, Decision.RepairFirst decision) {
        Object question = new Object();
        context.pipeToSelf(
                around.repairs()
                        .repair(spec, carried.dialled().orElse(Prepared.plain(spec)), failure, decision.repair()),
                (changed, thrown) -> new Repaired(question, thrown == null && changed, Optional.ofNullable(thrown)));
        announce(new ConnectionEvent.Held(spec.id(), now(), generation(), HeldBy.CREDENTIAL, Optional.empty()));
        return idle().onMessage(
                        Repaired.class,
                        repaired -> repaired.question() == question,
                        repaired -> onRepaired(failure, decision, repaired))
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onRepaired(Failure failure, Decision.RepairFirst decision, Repaired repaired) {
        if (repaired.thrown().isPresent()) { // whether it would have helped is not known
            return fail(classified(unavailable(repaired.thrown().get())));
        }
        if (!repaired.changed()) {
            return giveUp(failure, "the repair changed nothing");
        }
        carried.remember(
                failure, new Decision.Retry(decision.delay(), decision.notBefore(), false, false, "repaired"), now());
        return waiting();
    }

    private Behavior<Command> backingOff(Carried.Verdicted last) {
        Decision.Retry retry = (Decision.Retry) last.decision();
        timers.startSingleTimer(
                WaitOver.INSTANCE, atLeastZero(Duration.between(now(), last.at().plus(retry.delay()))));
        announce(new ConnectionEvent.RetryScheduled(
                spec.id(),
                last.at(),
                generation(),
                last.failure(),
                retry.delay(),
                retry.notBefore().isZero() ? HeldBy.BACKOFF : HeldBy.HINT,
                retry.news(),
                retry.because()));
        return idle().onMessageEquals(WaitOver.INSTANCE, this::preparing)
                .onMessageEquals(
                        Connection.DialNow.INSTANCE, () -> onDialNow(last.at().plus(retry.notBefore())))
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onDialNow(Instant notBefore) {
        Duration rest = Duration.between(now(), notBefore);
        if (rest.isNegative() || rest.isZero()) {
            return preparing();
        }
        timers.startSingleTimer(WaitOver.INSTANCE, rest);
        announce(new ConnectionEvent.Held(spec.id(), now(), generation(), HeldBy.HINT, Optional.of(notBefore)));
        return Behaviors.same();
    }

    /** Gets what the dial needs, before it asks for a turn: a slow provider must not hold one. */
    private Behavior<Command> preparing() {
        timers.cancelAll();
        carried.waited();
        ConnectionSpec turn = turn();
        if (spec.credential().isEmpty() && spec.uriFrom().isEmpty()) {
            return queued(Prepared.plain(turn));
        }
        Object question = new Object();
        context.pipeToSelf(
                around.preparation().prepare(turn, carried.lastFailure()),
                (prepared, thrown) ->
                        new PreparationEnded(question, Optional.ofNullable(prepared), Optional.ofNullable(thrown)));
        announce(new ConnectionEvent.Held(spec.id(), now(), generation(), HeldBy.CREDENTIAL, Optional.empty()));
        return idle().onMessage(PreparationEnded.class, ended -> ended.question() == question, this::onPrepared)
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    /** The spec with that of its URIs whose turn it is. */
    private ConnectionSpec turn() {
        return carried.way()
                .map(way -> spec.with(change -> change.uri(way.uri())))
                .orElse(spec);
    }

    private Behavior<Command> onPrepared(PreparationEnded ended) {
        return ended.prepared()
                .map(this::queued)
                .orElseGet(() -> fail(classified(unavailable(ended.thrown().orElseThrow()))));
    }

    private Failure unavailable(Throwable thrown) {
        return Failure.of(
                FailureKind.CREDENTIAL_UNAVAILABLE,
                CredentialUnavailable.reason(thrown),
                new Evidence.Builder().thrown(thrown).generation(generation()).build());
    }

    /** Waits for its turn, which is no failure. */
    private Behavior<Command> queued(Prepared prepared) {
        carried.dialling(prepared);
        long dial = carried.nextGeneration();
        ActorRef<Command> self = context.getSelf();
        DialPermits.Turn turn = around.permits()
                .request(prepared.spec(), () -> self.tell(new TurnCame(dial)), by -> self.tell(new TurnHeld(dial, by)));
        return state(turn::release)
                .onMessage(TurnCame.class, this::isCurrent, came -> dial(turn, prepared))
                .onMessage(TurnHeld.class, this::isCurrent, this::onHeld)
                .onMessage(Connection.Close.class, close -> Behaviors.stopped())
                .onMessageEquals(Connection.Restart.INSTANCE, this::onForgiven)
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    /** A restart of what has no link yet only clears the row; the turn is kept. */
    private Behavior<Command> onForgiven() {
        carried.forgive();
        return Behaviors.same();
    }

    private Behavior<Command> onHeld(TurnHeld held) {
        announce(new ConnectionEvent.Held(spec.id(), now(), generation(), held.by(), Optional.empty()));
        return Behaviors.same();
    }

    private Behavior<Command> dial(DialPermits.Turn turn, Prepared prepared) {
        announce(new ConnectionEvent.DialStarted(
                spec.id(),
                now(),
                generation(),
                carried.history().failuresInARow(),
                prepared.spec().endpoint()));
        Attempt attempt = new Attempt(spec, generation(), context.getSelf(), around);
        Link link = around.transport()
                .dial(new Dial(
                        prepared.spec(),
                        generation(),
                        prepared.credential(),
                        elsewhere(),
                        attempt.sink(),
                        attempt,
                        carried.traffic(),
                        carried.moved(),
                        saysSecrets(prepared.spec())));
        return new Linked(this, turn, link).dialing();
    }

    /** Another address first, where the last failure said that this one is not for us. */
    private Optional<InetSocketAddress> elsewhere() {
        return carried.history().lastKind().filter(ELSEWHERE::contains).flatMap(kind -> carried.lastRemote());
    }

    /** What a provider made of it may be signed, whether or not it shows. */
    private boolean saysSecrets(ConnectionSpec effective) {
        return Dial.saysCredential(effective)
                || !effective.opening().onOpen().equals(spec.opening().onOpen());
    }

    /** Every state without a link: it can be stopped at once, and a restart begins anew. */
    private BehaviorBuilder<Command> idle() {
        return state(() -> {})
                .onMessage(Connection.Close.class, close -> Behaviors.stopped())
                .onMessageEquals(Connection.Restart.INSTANCE, () -> {
                    carried.forgive();
                    return preparing();
                });
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}

package io.flotilla.connection;

import io.flotilla.credential.CredentialUnavailable;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Treatment;
import io.flotilla.failure.Verdict;
import io.flotilla.policy.Decision;
import io.flotilla.policy.RetryPolicy;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Predicate;

/**
 * One outbound connection: waits its turn, dials, becomes ready, and fails with the reason.
 *
 * <pre>
 * waiting --WaitOver--> queued --TurnCame--> dialing --LinkOpened--> open --GateOpened--> ready
 *    ^                                          |                      |                    |
 *    +--- restarted by Transiently -------------+------ LinkEnded -----+--------------------+
 *                                               |                      |                    |
 *                                               +------- Close --------+--------------------+--> closing --> stopped
 * </pre>
 *
 * It never dials twice: its supervisor restarts it, and the new incarnation waits for what the failure earned. In every state it
 * answers at once. Frames do not pass through this actor; the link carries them.
 */
public final class Connection {

    /** What others may ask of a connection. */
    public sealed interface Command {}

    /**
     * Close the link politely, then stop.
     *
     * @param flush how long messages that were accepted may take to leave, before the close frame
     */
    public record Close(FailureKind why, int code, String reason, Duration flush) implements Command {
        public Close(FailureKind why, int code, String reason) {
            this(why, code, reason, Duration.ZERO);
        }
    }

    /** Close the link politely, forget the row of failures, dial again. */
    public enum Restart implements Command {
        INSTANCE
    }

    /** Dial without waiting for the rest of our own backoff; a hint of the peer is still waited for. */
    public enum DialNow implements Command {
        INSTANCE
    }

    /** Give the connection up: user code failed, and its spec says {@code on-handler-error = stop}. */
    public enum StopForHandler implements Command {
        INSTANCE
    }

    // What a connection tells itself. What speaks of a dial names it, so that a superseded one is not heard.

    private enum WaitOver implements Command {
        INSTANCE
    }

    private record Repaired(Object question, boolean changed, Optional<Throwable> thrown) implements Command {}

    private record PreparationEnded(Object question, Optional<Prepared> prepared, Optional<Throwable> thrown)
            implements Command {}

    private record TurnHeld(long generation, HeldBy by) implements Command {}

    private record TurnCame(long generation) implements Command {}

    record LinkOpened(long generation, Opened opened) implements Command {}

    record GateOpened(long generation) implements Command {}

    record GateRefused(long generation, Opening.FailWhen met) implements Command {}

    record LinkSilent(long generation, boolean again) implements Command {}

    record DataCame(long generation) implements Command {}

    private record ReadyOverdue(long generation) implements Command {}

    private record Settled(long generation) implements Command {}

    private record CloseOverdue(long generation) implements Command {}

    record LinkEnded(long generation, Failure failure) implements Command {}

    /** What to do once a link that we are closing has ended. */
    @FunctionalInterface
    private interface Ended {
        Behavior<Command> apply(Failure failure);
    }

    /** How much longer than its own deadline a transport may take to end a link. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** Kinds after which another address of the host is tried first. */
    private static final Set<FailureKind> ELSEWHERE = Set.of(FailureKind.CLOSED_TRY_LATER, FailureKind.MISDIRECTED);

    /** Kinds that say nothing of a peer while nobody can be reached. */
    private static final Set<FailureKind> NO_WAY =
            Set.of(FailureKind.UNREACHABLE, FailureKind.NAME_LOOKUP_FAILED, FailureKind.CONNECT_TIMEOUT);

    public static Behavior<Command> create(ConnectionSpec spec, Carried carried, Surroundings around) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Connection(context, timers, spec, carried, around).waiting()));
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ConnectionSpec spec;
    private final Carried carried;
    private final Surroundings around;

    private Connection(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ConnectionSpec spec,
            Carried carried,
            Surroundings around) {
        this.context = context;
        this.timers = timers;
        this.spec = spec;
        this.carried = carried;
        this.around = around;
    }

    // States, in the order of a connection's life.

    /** Waits for what the last failure earned: a repair, a delay, or nothing. */
    private Behavior<Command> waiting() {
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
                .onMessageEquals(DialNow.INSTANCE, () -> onDialNow(last.at().plus(retry.notBefore())))
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
        var self = context.getSelf();
        DialPermits.Turn turn = around.permits()
                .request(prepared.spec(), () -> self.tell(new TurnCame(dial)), by -> self.tell(new TurnHeld(dial, by)));
        return state(turn::release)
                .onMessage(TurnCame.class, current(TurnCame::generation), came -> dialing(turn, prepared))
                .onMessage(TurnHeld.class, current(TurnHeld::generation), this::onHeld)
                .onMessage(Close.class, close -> Behaviors.stopped())
                .onMessageEquals(Restart.INSTANCE, this::onForgiven)
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

    private Behavior<Command> dialing(DialPermits.Turn turn, Prepared prepared) {
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
        return alive(turn, link)
                .onMessage(LinkOpened.class, current(LinkOpened::generation), opened -> {
                    turn.opened(opened.opened().remote());
                    return open(turn, link, opened.opened(), prepared);
                })
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    /** What a provider made of it may be signed, whether or not it shows. */
    private boolean saysSecrets(ConnectionSpec effective) {
        return Dial.saysCredential(effective)
                || !effective.opening().onOpen().equals(spec.opening().onOpen());
    }

    /** The handshake is done: says what is to be said first, and waits for what makes it ready. */
    private Behavior<Command> open(DialPermits.Turn turn, Link link, Opened opened, Prepared prepared) {
        carried.openedTo(opened.remote());
        sayFirst(link, prepared);
        announce(new ConnectionEvent.HandshakeDone(spec.id(), now(), generation(), opened));
        if (spec.opening().readyWhen().isEmpty()) {
            return ready(turn, link);
        }
        timers.startSingleTimer(new ReadyOverdue(generation()), spec.timeouts().ready());
        return alive(turn, link)
                .onMessage(GateOpened.class, current(GateOpened::generation), gate -> ready(turn, link))
                .onMessage(GateRefused.class, current(GateRefused::generation), met -> onRefused(turn, link, met))
                .onMessage(ReadyOverdue.class, current(ReadyOverdue::generation), late -> onReadyOverdue(turn, link))
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    private void sayFirst(Link link, Prepared prepared) {
        for (Secret message : prepared.spec().opening().onOpen()) {
            carried.outbox().say(link, Frame.text(filled(message, prepared.credential())));
        }
    }

    private Behavior<Command> onReadyOverdue(DialPermits.Turn turn, Link link) {
        return failing(
                turn,
                link,
                Failure.of(
                        FailureKind.READY_TIMEOUT,
                        "ready-when was not met within " + spec.timeouts().ready()));
    }

    private Behavior<Command> onRefused(DialPermits.Turn turn, Link link, GateRefused refused) {
        Failure failure = Failure.of(FailureKind.READY_REFUSED, "a message met fail-when");
        return failing(
                turn,
                link,
                refused.met()
                        .ruling()
                        .map(ruling -> failure.ruled(Treatment.of(ruling), "fail-when"))
                        .orElse(failure));
    }

    private Behavior<Command> ready(DialPermits.Turn turn, Link link) {
        timers.cancelAll();
        timers.startSingleTimer(new Settled(generation()), spec.retry().settleAfter());
        carried.remember(carried.history().ready());
        carried.way().ifPresent(Way::ready);
        carried.outbox().attach(link);
        announce(new ConnectionEvent.Ready(spec.id(), now(), generation()));
        return delivering(turn, link, false);
    }

    /** @param subscribedAgain whether it was silent for so long that it has subscribed again */
    private Behavior<Command> delivering(DialPermits.Turn turn, Link link, boolean subscribedAgain) {
        return release(turn, link)
                .onMessage(Command.class, message -> onDelivering(turn, link, subscribedAgain, message))
                .build();
    }

    /** All that may be heard while messages flow. Here a connection spends its life, and each case of a behavior of its own costs it 100 bytes. */
    private Behavior<Command> onDelivering(DialPermits.Turn turn, Link link, boolean subscribedAgain, Command message) {
        if (message instanceof Close close) {
            return closing(turn, link, close);
        } else if (message == Restart.INSTANCE) {
            return redialing(turn, link);
        } else if (message == StopForHandler.INSTANCE) {
            return onHandlerGaveUp(turn, link);
        } else if (message instanceof LinkEnded ended && isCurrent(ended.generation())) {
            return fail(turn, ended.failure());
        } else if (message instanceof Settled settled && isCurrent(settled.generation())) {
            return onSettled();
        } else if (message instanceof GateRefused met && isCurrent(met.generation())) {
            return onRefused(turn, link, met);
        } else if (message instanceof LinkSilent silent && isCurrent(silent.generation())) {
            return onSilent(turn, link, silent.again() && subscribedAgain);
        } else if (message instanceof DataCame came && isCurrent(came.generation()) && subscribedAgain) {
            return onDataAgain(turn, link);
        }
        return Behaviors.same();
    }

    /** Only now is the row of failures over: a host that accepts and drops at once must not look healthy. */
    private Behavior<Command> onSettled() {
        carried.remember(carried.history().settled());
        announce(new ConnectionEvent.Settled(spec.id(), now(), generation()));
        return Behaviors.same();
    }

    /** Subscribes again, once; a peer that stays silent, or to which there is nothing to say, is left politely: it lives. */
    private Behavior<Command> onSilent(DialPermits.Turn turn, Link link, boolean inVain) {
        Duration silence = spec.liveness().silence().orElseThrow().after();
        Prepared prepared = carried.dialled().orElseThrow();
        if (inVain || prepared.spec().opening().onOpen().isEmpty()) {
            return failing(
                    turn,
                    link,
                    Failure.of(
                            FailureKind.SILENT,
                            "no data for liveness.silence = " + silence
                                    + (inVain ? ", and for as long after on-open was sent again" : "")));
        }
        sayFirst(link, prepared);
        announce(new ConnectionEvent.SubscribedAgain(spec.id(), now(), generation(), silence));
        return delivering(turn, link, true);
    }

    private Behavior<Command> onDataAgain(DialPermits.Turn turn, Link link) {
        announce(new ConnectionEvent.DataResumed(spec.id(), now(), generation()));
        return delivering(turn, link, false);
    }

    /** Closes, then stops. */
    private Behavior<Command> closing(DialPermits.Turn turn, Link link, Close close) {
        return ending(turn, link, close, ended -> {
            announceEnd(ended);
            return Behaviors.stopped();
        });
    }

    /** Closes, then begins anew with a clean slate. */
    private Behavior<Command> redialing(DialPermits.Turn turn, Link link) {
        int leave = spec.classify().dialect().leaveCode();
        return ending(turn, link, new Close(FailureKind.STOPPED_BY_OPERATOR, leave, "restart"), ended -> {
            carried.forgive();
            announceEnd(ended);
            turn.release();
            return waiting();
        });
    }

    /** Closes, then fails with what made us close. */
    private Behavior<Command> failing(DialPermits.Turn turn, Link link, Failure failure) {
        int leave = spec.classify().dialect().leaveCode();
        Close close = new Close(failure.kind(), leave, "");
        return ending(turn, link, close, ended -> fail(turn, failure.with(ended.evidence())));
    }

    private Behavior<Command> ending(DialPermits.Turn turn, Link link, Close close, Ended then) {
        timers.cancelAll();
        timers.startSingleTimer(
                new CloseOverdue(generation()),
                close.flush().plus(spec.timeouts().close()).plus(GRACE));
        carried.outbox()
                .detach(close.flush(), () -> link.close(close.why(), close.code(), close.reason(), close.flush()));
        announce(new ConnectionEvent.Closing(spec.id(), now(), generation(), close.why()));
        return release(turn, link)
                .onMessage(CloseOverdue.class, current(CloseOverdue::generation), late -> {
                    link.abort(close.why()); // the transport keeps its own deadline; this one is for a transport that
                    // does not
                    return Behaviors.same();
                })
                .onMessage(Close.class, another -> closing(turn, link, another))
                .onMessage(LinkEnded.class, current(LinkEnded::generation), ended -> {
                    timers.cancelAll();
                    return then.apply(ended.failure());
                })
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    // Shared by the states.

    /** Every state without a link: it can be stopped at once, and a restart begins anew. */
    private BehaviorBuilder<Command> idle() {
        return state(() -> {})
                .onMessage(Close.class, close -> Behaviors.stopped())
                .onMessageEquals(Restart.INSTANCE, () -> {
                    carried.forgive();
                    return preparing();
                });
    }

    /** Every state with a link that nobody has asked to end. What it does not say of its own is not for it. */
    private BehaviorBuilder<Command> alive(DialPermits.Turn turn, Link link) {
        return release(turn, link)
                .onMessage(Close.class, close -> closing(turn, link, close))
                .onMessageEquals(Restart.INSTANCE, () -> redialing(turn, link))
                .onMessageEquals(StopForHandler.INSTANCE, () -> onHandlerGaveUp(turn, link))
                .onMessage(LinkEnded.class, current(LinkEnded::generation), ended -> fail(turn, ended.failure()));
    }

    private BehaviorBuilder<Command> release(DialPermits.Turn turn, Link link) {
        return state(() -> {
            carried.outbox().detach();
            link.abort(FailureKind.UNKNOWN); // the link has ended on every way out but a bug and a stop from above
            turn.release();
        });
    }

    /** What every state does alike: whatever the way out, release; on the last one, leave the registry and say so. */
    private BehaviorBuilder<Command> state(Runnable release) {
        return Behaviors.receive(Command.class)
                .onSignal(PreRestart.class, signal -> {
                    release.run();
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    release.run();
                    carried.outbox().close();
                    around.gone().accept(context.getSelf());
                    announce(new ConnectionEvent.Stopped(spec.id(), now(), generation()));
                    return Behaviors.same();
                });
    }

    private Behavior<Command> onHandlerGaveUp(DialPermits.Turn turn, Link link) {
        Failure failure = Failure.of(FailureKind.HANDLER_FAILED, "user code failed and on-handler-error = stop");
        return ending(turn, link, new Close(FailureKind.HANDLER_FAILED, CloseCode.NORMAL, ""), ended -> {
            announceEnd(failure.with(ended.evidence()));
            return giveUp(failure.with(ended.evidence()), "on-handler-error = stop");
        });
    }

    private Behavior<Command> fail(DialPermits.Turn turn, Failure seen) {
        Failure failure = classified(seen);
        turn.failed(failure);
        return fail(failure);
    }

    /** The only exit by failure: judges, remembers, throws; the supervisor's strategy reads the type of what is thrown. */
    private Behavior<Command> fail(Failure failure) {
        carried.outbox().detach();
        if (isOurs(failure)) {
            announceEnd(failure);
            carried.remember(failure, RetryPolicy.excused(around.random()), now());
            throw new ConnectionFailed.Transiently(failure);
        }
        RetryPolicy.Judged judged = new RetryPolicy(spec.retry(), spec.normalCloseIsDone())
                .judge(failure, carried.history(), now(), new OwnMeans(failure), around.random());
        carried.remember(judged.history());
        carried.way().ifPresent(way -> way.failed(failure, judged.forGood()));
        announceEnd(failure);
        if (judged.decision() instanceof Decision.GiveUp giveUp) {
            return giveUp(failure, giveUp.because());
        }
        if (judged.decision() instanceof Decision.Finish finish) {
            announce(new ConnectionEvent.Finished(spec.id(), now(), generation(), finish.because()));
            return Behaviors.stopped();
        }
        carried.remember(failure, judged.decision(), now());
        throw new ConnectionFailed.Transiently(failure);
    }

    /** What could be done about a failure. */
    private final class OwnMeans implements RetryPolicy.Means {
        private final Failure failure;

        OwnMeans(Failure failure) {
            this.failure = failure;
        }

        @Override
        public boolean repairs(Repair repair) {
            return around.repairs().offers(spec, failure, repair);
        }

        @Override
        public boolean hasAnotherUri() {
            return carried.way().filter(Way::hasAnother).isPresent();
        }

        @Override
        public boolean hasUntriedUri() {
            return carried.way().filter(Way::hasUntried).isPresent();
        }
    }

    /** No peer is to blame, and so the row of failures does not grow. */
    private boolean isOurs(Failure failure) {
        return failure.verdict() == Verdict.TRANSIENT
                && (failure.kind().scope() == Scope.FLEET
                        || (NO_WAY.contains(failure.kind()) && around.permits().paused()));
    }

    private Behavior<Command> giveUp(Failure failure, String because) {
        announce(new ConnectionEvent.GaveUp(spec.id(), now(), generation(), failure, because));
        throw new ConnectionFailed.Permanently(failure);
    }

    private void announceEnd(Failure failure) {
        announce(new ConnectionEvent.LinkEnded(
                spec.id(), now(), generation(), failure, carried.history().failuresInARow()));
    }

    private Failure classified(Failure seen) {
        try {
            return spec.classify().judge(seen);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError thrown) {
            announce(new ConnectionEvent.HandlerFailed(spec.id(), now(), generation(), thrown));
            return spec.classify().withoutHook(seen);
        }
    }

    /** Another address first, where the last failure said that this one is not for us. */
    private Optional<InetSocketAddress> elsewhere() {
        return carried.history().lastKind().filter(ELSEWHERE::contains).flatMap(kind -> carried.lastRemote());
    }

    private static String filled(Secret message, Optional<Secret> credential) {
        return credential
                .map(secret -> message.reveal().replace(WebSocketUri.CREDENTIAL, secret.reveal()))
                .orElse(message.reveal());
    }

    private <T> Predicate<T> current(ToLongFunction<T> generation) {
        return message -> isCurrent(generation.applyAsLong(message));
    }

    private boolean isCurrent(long generation) {
        return generation == carried.generation();
    }

    private void announce(ConnectionEvent event) {
        around.events().accept(event);
    }

    private Instant now() {
        return around.clock().instant();
    }

    private long generation() {
        return carried.generation();
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}

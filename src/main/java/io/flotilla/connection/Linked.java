package io.flotilla.connection;

import io.flotilla.connection.Connection.Close;
import io.flotilla.connection.Connection.Command;
import io.flotilla.connection.Connection.Restart;
import io.flotilla.connection.Connection.StopForHandler;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Treatment;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A connection that has a link, from the first byte of its dial to its end. Every way out but the last stage of {@link #ending} gives
 * the link and the turn back.
 */
final class Linked extends State {

    // What the link tells.

    record LinkOpened(long generation, Opened opened) implements OfDial {}

    record GateOpened(long generation) implements OfDial {}

    record GateRefused(long generation, Opening.FailWhen met) implements OfDial {}

    record LinkSilent(long generation, boolean again) implements OfDial {}

    record DataCame(long generation) implements OfDial {}

    record LinkEnded(long generation, Failure failure) implements OfDial {}

    // What time tells.

    private record ReadyOverdue(long generation) implements OfDial {}

    private record Settled(long generation) implements OfDial {}

    private record CloseOverdue(long generation) implements OfDial {}

    /** What to do once a link that we are closing has ended. */
    @FunctionalInterface
    private interface Ended {
        Behavior<Command> apply(Failure failure);
    }

    /** How much longer than its own deadline a transport may take to end a link. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final DialPermits.Turn turn;
    private final Link link;

    Linked(State before, DialPermits.Turn turn, Link link) {
        super(before);
        this.turn = turn;
        this.link = link;
    }

    Behavior<Command> dialing() {
        return alive().onMessage(LinkOpened.class, this::isCurrent, told -> open(told.opened()))
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    /** The handshake is done: says what is to be said first, and waits for what makes it ready. */
    private Behavior<Command> open(Opened opened) {
        turn.opened(opened.remote());
        carried.openedTo(opened.remote());
        sayFirst();
        announce(new ConnectionEvent.HandshakeDone(spec.id(), now(), generation(), opened));
        if (spec.opening().readyWhen().isEmpty()) {
            return ready();
        }
        timers.startSingleTimer(new ReadyOverdue(generation()), spec.timeouts().ready());
        return alive().onMessage(GateOpened.class, this::isCurrent, gate -> ready())
                .onMessage(GateRefused.class, this::isCurrent, this::onRefused)
                .onMessage(ReadyOverdue.class, this::isCurrent, late -> onReadyOverdue())
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    private void sayFirst() {
        Prepared prepared = carried.dialled().orElseThrow();
        for (Secret message : prepared.spec().opening().onOpen()) {
            carried.outbox().say(link, Frame.text(filled(message, prepared.credential())));
        }
    }

    private static String filled(Secret message, Optional<Secret> credential) {
        return credential
                .map(secret -> message.reveal().replace(WebSocketUri.CREDENTIAL, secret.reveal()))
                .orElse(message.reveal());
    }

    private Behavior<Command> onReadyOverdue() {
        return failing(Failure.of(
                FailureKind.READY_TIMEOUT,
                "ready-when was not met within " + spec.timeouts().ready()));
    }

    private Behavior<Command> onRefused(GateRefused refused) {
        Failure failure = Failure.of(FailureKind.READY_REFUSED, "a message met fail-when");
        return failing(refused.met()
                .ruling()
                .map(ruling -> failure.ruled(Treatment.of(ruling), "fail-when"))
                .orElse(failure));
    }

    private Behavior<Command> ready() {
        timers.cancelAll();
        timers.startSingleTimer(new Settled(generation()), spec.retry().settleAfter());
        carried.remember(carried.history().ready());
        carried.way().ifPresent(Way::ready);
        carried.outbox().attach(link);
        announce(new ConnectionEvent.Ready(spec.id(), now(), generation()));
        return delivering(false);
    }

    /** @param subscribedAgain whether it was silent for so long that it has subscribed again */
    private Behavior<Command> delivering(boolean subscribedAgain) {
        return held().onMessage(Command.class, message -> onDelivering(subscribedAgain, message))
                .build();
    }

    /** All that may be heard while messages flow. Here a connection spends its life, and each case of a behavior of its own costs it 100 bytes. */
    private Behavior<Command> onDelivering(boolean subscribedAgain, Command message) {
        if (message instanceof Close close) {
            return closing(close);
        } else if (message == Restart.INSTANCE) {
            return redialing();
        } else if (message == StopForHandler.INSTANCE) {
            return givingUp();
        } else if (!(message instanceof OfDial told) || !isCurrent(told)) {
            return Behaviors.same();
        } else if (told instanceof LinkEnded ended) {
            return failed(ended.failure());
        } else if (told instanceof Settled) {
            return onSettled();
        } else if (told instanceof GateRefused refused) {
            return onRefused(refused);
        } else if (told instanceof LinkSilent silent) {
            return onSilent(silent.again() && subscribedAgain);
        } else if (told instanceof DataCame && subscribedAgain) {
            return onDataAgain();
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
    private Behavior<Command> onSilent(boolean inVain) {
        Duration silence = spec.liveness().silence().orElseThrow().after();
        if (inVain || carried.dialled().orElseThrow().spec().opening().onOpen().isEmpty()) {
            return failing(Failure.of(
                    FailureKind.SILENT,
                    "no data for liveness.silence = " + silence
                            + (inVain ? ", and for as long after on-open was sent again" : "")));
        }
        sayFirst();
        announce(new ConnectionEvent.SubscribedAgain(spec.id(), now(), generation(), silence));
        return delivering(true);
    }

    private Behavior<Command> onDataAgain() {
        announce(new ConnectionEvent.DataResumed(spec.id(), now(), generation()));
        return delivering(false);
    }

    /** Closes, then stops. */
    private Behavior<Command> closing(Close close) {
        return ending(close, ended -> {
            announceEnd(told(ended));
            return Behaviors.stopped();
        });
    }

    /** The peer may have been faster than our close. */
    private Failure told(Failure ended) {
        return ended.verdict() == Verdict.DONE ? ended : classified(ended);
    }

    /** Closes, then begins anew with a clean slate. */
    private Behavior<Command> redialing() {
        return ending(leaving(FailureKind.STOPPED_BY_OPERATOR, "restart"), ended -> {
            carried.forgive();
            announceEnd(told(ended));
            turn.release();
            return new Waiting(this).waiting();
        });
    }

    /** Closes, then fails with what made us close. */
    private Behavior<Command> failing(Failure failure) {
        return ending(leaving(failure.kind(), ""), ended -> failed(failure.with(ended.evidence())));
    }

    /** Closes, then is given up: user code failed. */
    private Behavior<Command> givingUp() {
        Failure failure = Failure.of(FailureKind.HANDLER_FAILED, "user code failed and on-handler-error = stop");
        return ending(new Close(FailureKind.HANDLER_FAILED, CloseCode.NORMAL, ""), ended -> {
            announceEnd(failure.with(ended.evidence()));
            return giveUp(failure.with(ended.evidence()), "on-handler-error = stop");
        });
    }

    /** With the code that lets the peer keep the session, where its dialect has one. */
    private Close leaving(FailureKind why, String reason) {
        return new Close(why, spec.classify().dialect().leaveCode(), reason);
    }

    private Behavior<Command> ending(Close close, Ended then) {
        timers.cancelAll();
        timers.startSingleTimer(
                new CloseOverdue(generation()),
                close.flush().plus(spec.timeouts().close()).plus(GRACE));
        carried.outbox()
                .detach(close.flush(), () -> link.close(close.why(), close.code(), close.reason(), close.flush()));
        announce(new ConnectionEvent.Closing(spec.id(), now(), generation(), close.why()));
        return held().onMessage(CloseOverdue.class, this::isCurrent, late -> {
                    link.abort(close.why()); // the transport keeps its own deadline; this one is for one that does not
                    return Behaviors.same();
                })
                .onMessage(Close.class, this::closing)
                .onMessage(LinkEnded.class, this::isCurrent, ended -> {
                    timers.cancelAll();
                    return then.apply(ended.failure());
                })
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    private Behavior<Command> failed(Failure seen) {
        Failure failure = classified(seen);
        turn.failed(failure);
        return fail(failure);
    }

    /** Every state with a link that nobody has asked to end. What it does not say of its own is not for it. */
    private BehaviorBuilder<Command> alive() {
        return held().onMessage(Close.class, this::closing)
                .onMessageEquals(Restart.INSTANCE, this::redialing)
                .onMessageEquals(StopForHandler.INSTANCE, this::givingUp)
                .onMessage(LinkEnded.class, this::isCurrent, ended -> failed(ended.failure()));
    }

    private BehaviorBuilder<Command> held() {
        return state(() -> {
            carried.outbox().detach();
            link.abort(FailureKind.UNKNOWN); // the link has ended on every way out but a bug and a stop from above
            turn.release();
        });
    }
}

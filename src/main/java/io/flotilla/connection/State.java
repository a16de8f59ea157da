package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.policy.Decision;
import io.flotilla.policy.RetryPolicy;
import io.flotilla.spec.ConnectionSpec;
import java.time.Instant;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** What every state of a connection has at hand and does alike, and the only exit by failure. */
abstract class State {

    /** Tells of one dial; of a superseded one it is not heard. */
    interface OfDial extends Connection.ToItself {
        long generation();
    }

    final ActorContext<Connection.Command> context;
    final TimerScheduler<Connection.Command> timers;
    final ConnectionSpec spec;
    final Carried carried;
    final Surroundings around;

    State(
            ActorContext<Connection.Command> context,
            TimerScheduler<Connection.Command> timers,
            ConnectionSpec spec,
            Carried carried,
            Surroundings around) {
        this.context = context;
        this.timers = timers;
        this.spec = spec;
        this.carried = carried;
        this.around = around;
    }

    /** Another state of the same incarnation. */
    State(State before) {
        this(before.context, before.timers, before.spec, before.carried, before.around);
    }

    /** Whatever the way out, release; on the last one, leave the registry and say so. */
    final BehaviorBuilder<Connection.Command> state(Runnable release) {
        return Behaviors.receive(Connection.Command.class)
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

    /**
     * The only exit by failure: judges, remembers, throws; the supervisor's strategy reads the type of what is thrown.
     *
     * @param failure as {@link #classified}
     */
    final Behavior<Connection.Command> fail(Failure failure) {
        carried.outbox().detach();
        Judge judge = judge();
        if (judge.isOurs(failure)) {
            announceEnd(failure);
            carried.remember(failure, RetryPolicy.excused(around.random()), now());
            throw new ConnectionFailed.Transiently(failure);
        }
        RetryPolicy.Judged judged = judge.judge(failure, now());
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

    final Behavior<Connection.Command> giveUp(Failure failure, String because) {
        announce(new ConnectionEvent.GaveUp(spec.id(), now(), generation(), failure, because));
        throw new ConnectionFailed.Permanently(failure);
    }

    /** Under the table, the dialect and the overrides of the spec. */
    final Failure classified(Failure seen) {
        return judge().classify(
                        seen,
                        thrown -> announce(new ConnectionEvent.HandlerFailed(spec.id(), now(), generation(), thrown)));
    }

    private Judge judge() {
        return new Judge(spec, carried, around);
    }

    final void announceEnd(Failure failure) {
        announce(new ConnectionEvent.LinkEnded(
                spec.id(), now(), generation(), failure, carried.history().failuresInARow()));
    }

    final void announce(ConnectionEvent event) {
        around.events().accept(event);
    }

    final boolean isCurrent(OfDial message) {
        return message.generation() == carried.generation();
    }

    final long generation() {
        return carried.generation();
    }

    final Instant now() {
        return around.clock().instant();
    }
}

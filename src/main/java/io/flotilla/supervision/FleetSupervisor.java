package io.flotilla.supervision;

import io.flotilla.connection.Connection;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionFailed;
import io.flotilla.connection.DialPermits;
import io.flotilla.connection.SendTally;
import io.flotilla.connection.Surroundings;
import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one child for each spec that is wanted up. All changes go through it, one after the other: fifty puts of one id at once
 * give one connection, and the successor of a child is not spawned before the child and its socket are gone.
 */
public final class FleetSupervisor {

    private static final Logger LOG = LoggerFactory.getLogger(FleetSupervisor.class);

    /** What may be asked of the fleet. A reply is completed on the supervisor's thread; it fails with IllegalStateException while draining. */
    public sealed interface Command {}

    /** Want this spec; the reply comes when that is accepted. */
    public record Put(ConnectionSpec spec, Source source, Guard guard, CompletableFuture<PutOutcome> reply)
            implements Command {
        /** Whatever there is. */
        public Put(ConnectionSpec spec, Source source, CompletableFuture<PutOutcome> reply) {
            this(spec, source, Guard.NONE, reply);
        }
    }

    /** Want it no more; the reply comes when its socket is gone and nothing is left, false when there was nothing. */
    public record Remove(ConnectionId id, Guard guard, CompletableFuture<Boolean> reply) implements Command {}

    /** Want it up; false when there is no such id. */
    public record Start(ConnectionId id, CompletableFuture<Boolean> reply) implements Command {}

    /** Want it down; the reply comes when its socket is gone, false when there is no such id. */
    public record Stop(ConnectionId id, CompletableFuture<Boolean> reply) implements Command {}

    /** Close it and dial again with a clean slate; false when there is no such id or it is wanted down. */
    public record Restart(ConnectionId id, CompletableFuture<Boolean> reply) implements Command {}

    /** Do not wait for our own backoff; false when there is no such id or it is not alive. */
    public record DialNow(ConnectionId id, CompletableFuture<Boolean> reply) implements Command {}

    /** User code failed on a message of this id, and its spec says stop. */
    public record StopForHandler(ConnectionId id) implements Command {}

    /** Close everything; the reply comes when all sockets are gone, at the deadline by force. */
    public record Drain(Duration deadline, CompletableFuture<Void> reply) implements Command {}

    /**
     * A credential is another one than before: what was given up because of it may go on.
     *
     * @param byItself whether that was seen without a dial that asked for it
     */
    public record CredentialChanged(String name, boolean byItself) implements Command {}

    private enum DrainOverdue implements Command {
        INSTANCE
    }

    /**
     * What the fleet is made of.
     *
     * @param dials is told how dialling goes
     * @param sends counts what becomes of messages
     * @param nanos a clock that never jumps, for rates
     * @param random draws how long a breaker stays open
     * @param around what the connection of a spec needs, given its events and its stop hook
     */
    public record Setup(
            StatusBoard board,
            Registry.Book registry,
            EventHub hub,
            DialBoard dials,
            SendTally sends,
            FleetSettings settings,
            Clock clock,
            LongSupplier nanos,
            RandomGenerator random,
            Function<Parts, Surroundings> around) {}

    /** What a connection's surroundings are made from. */
    public record Parts(
            ConnectionSpec spec,
            DialPermits permits,
            Consumer<ConnectionEvent> events,
            Consumer<ActorRef<Connection.Command>> gone) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Setup setup;
    private final StatusBoard board;
    private final Children children;
    private final Map<ConnectionId, Slot> slots = new HashMap<>();
    private final List<CompletableFuture<Void>> drained = new ArrayList<>();
    private final Revival revival = new Revival();
    private boolean draining;
    private long revisions;

    private FleetSupervisor(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
        this.context = context;
        this.timers = timers;
        this.setup = setup;
        this.board = setup.board();
        this.children = new Children(context, setup, this::publish);
    }

    public static Behavior<Command> create(Setup setup) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new FleetSupervisor(context, timers, setup).keeping()));
    }

    private Behavior<Command> keeping() {
        return Behaviors.receive(Command.class)
                .onMessage(Put.class, this::onPut)
                .onMessage(Remove.class, this::onRemove)
                .onMessage(Start.class, this::onStart)
                .onMessage(Stop.class, this::onStop)
                .onMessage(Restart.class, this::onRestart)
                .onMessage(DialNow.class, dial -> answer(dial.reply(), tell(dial.id(), Connection.DialNow.INSTANCE)))
                .onMessage(StopForHandler.class, this::onStopForHandler)
                .onMessage(CredentialChanged.class, this::onCredentialChanged)
                .onMessage(Drain.class, this::onDrain)
                .onMessageEquals(DrainOverdue.INSTANCE, this::onDrainOverdue)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, this::onChildGone)
                .build();
    }

    // Wishes.

    private Behavior<Command> onPut(Put put) {
        ConnectionSpec spec = put.spec();
        if (draining) {
            put.reply().completeExceptionally(new IllegalStateException("The fleet is draining: nothing new is taken"));
            return Behaviors.same();
        }
        if (!allowed(put.guard(), spec.id(), put.reply())) {
            return Behaviors.same();
        }
        Slot slot = slots.get(spec.id());
        if (slot == null || slot.removed) {
            return answer(put.reply(), create(slot, put));
        }
        if (slot.spec.equals(spec)) {
            return answer(put.reply(), PutOutcome.UNCHANGED);
        }
        boolean stays = slot.spec.sameConnection(spec);
        boolean desireChanged = slot.spec.desired() != spec.desired();
        slot.spec = spec;
        publish(slot, put.source());
        if (!stays) {
            replace(slot);
        }
        if (desireChanged) {
            want(slot, spec.desired() == Desired.UP);
        }
        return answer(put.reply(), stays ? PutOutcome.UPDATED : PutOutcome.REPLACED);
    }

    private PutOutcome create(@Nullable Slot leaving, Put put) {
        Slot slot = new Slot(put.spec(), children.carried(put.spec()));
        if (leaving != null && leaving.child != null) { // its socket still closes: the new spec takes over behind it
            slot.child = leaving.child;
            slot.closing = true;
            slot.waiting.addAll(leaving.waiting);
            board.forget(put.spec().id());
        }
        slots.put(put.spec().id(), slot);
        publish(slot, put.source());
        want(slot, put.spec().desired() == Desired.UP);
        return PutOutcome.CREATED;
    }

    private void replace(Slot slot) {
        if (slot.child != null) {
            close(slot, FailureKind.REPLACED, slot.spec.classify().dialect().leaveCode(), "replaced");
        } else if (slot.wantedUp) {
            spawn(slot);
        }
    }

    private Behavior<Command> onRemove(Remove remove) {
        if (!allowed(remove.guard(), remove.id(), remove.reply())) {
            return Behaviors.same();
        }
        Slot slot = slots.get(remove.id());
        if (slot == null) {
            return answer(remove.reply(), false);
        }
        slot.removed = true;
        slot.wantedUp = false;
        slot.waiting.add(remove.reply());
        if (slot.child == null) {
            settle(slot);
        } else {
            close(slot, FailureKind.REMOVED, CloseCode.NORMAL, "removed");
        }
        return Behaviors.same();
    }

    private Behavior<Command> onStop(Stop stop) {
        Slot slot = found(stop.id());
        if (slot == null) {
            return answer(stop.reply(), false);
        }
        slot.waiting.add(stop.reply());
        want(slot, false);
        if (slot.child == null) {
            settle(slot);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onStart(Start start) {
        Slot slot = found(start.id());
        if (slot == null || draining) {
            return answer(start.reply(), false);
        }
        want(slot, true);
        return answer(start.reply(), true);
    }

    private Behavior<Command> onRestart(Restart restart) {
        Slot slot = found(restart.id());
        if (slot == null || !slot.wantedUp || draining) {
            return answer(restart.reply(), false);
        }
        if (!tell(restart.id(), Connection.Restart.INSTANCE)) {
            want(slot, true);
        }
        return answer(restart.reply(), true);
    }

    private Behavior<Command> onStopForHandler(StopForHandler stop) {
        tell(stop.id(), Connection.StopForHandler.INSTANCE);
        return Behaviors.same();
    }

    /** They dial through the scheduler like everybody else, which paces those who share a credential. */
    private Behavior<Command> onCredentialChanged(CredentialChanged changed) {
        if (draining || !revival.may(changed.name(), changed.byItself(), now())) {
            return Behaviors.same();
        }
        slots.values().stream()
                .filter(slot -> slot.wantedUp && !slot.removed)
                .filter(slot -> slot.spec.credential().equals(Optional.of(changed.name())))
                .filter(slot -> board.gaveUpOverCredential(slot.spec.id()))
                .forEach(slot -> want(slot, true));
        return Behaviors.same();
    }

    // Children.

    /** Wanted up and not alive: alive again, with a clean slate. */
    private void want(Slot slot, boolean up) {
        boolean over = board.isOver(slot.spec.id());
        slot.wantedUp = up;
        board.desire(slot.spec.id(), up ? Desired.UP : Desired.DOWN, now());
        if (up && slot.child == null) {
            spawn(slot);
        } else if (up && over) {
            slot.closing = true; // its successor comes when it is gone
        } else if (!up && slot.child != null) {
            close(slot, FailureKind.STOPPED_BY_OPERATOR, CloseCode.NORMAL, "stopped");
        }
    }

    private void spawn(Slot slot) {
        board.revive(slot.spec.id(), now());
        slot.carried.renew(slot.spec);
        slot.closing = false;
        slot.child = children.spawn(slot.spec, slot.carried);
    }

    private void close(Slot slot, FailureKind why, int code, String reason) {
        close(slot, new Connection.Close(why, code, reason));
    }

    private void close(Slot slot, Connection.Close close) {
        slot.closing = true;
        Objects.requireNonNull(slot.child).tell(close);
    }

    /** A failure is an outcome and was said; anything else is a bug, and is said here with its stack. */
    private Behavior<Command> onChildFailed(ChildFailed failed) {
        ConnectionId id = children.id(failed.getRef()).orElse(null);
        if (id != null && !(failed.getCause() instanceof ConnectionFailed)) {
            LOG.error("Connection {} ended by a bug; it is given up until it is started again", id, failed.getCause());
            Failure failure = Failure.of(
                    FailureKind.UNKNOWN,
                    "a bug in Flotilla: " + failed.getCause().getClass().getName());
            publish(new ConnectionEvent.GaveUp(id, now(), 0, failure, "a bug, see the log"));
        }
        return onChildGone(failed);
    }

    private Behavior<Command> onChildGone(Terminated gone) {
        Slot slot = children.gone(gone.getRef()).map(slots::get).orElse(null);
        if (slot == null) {
            return Behaviors.same();
        }
        slot.child = null;
        boolean asked = slot.closing;
        slot.closing = false;
        if (asked && slot.wantedUp && !draining) {
            spawn(slot);
            slot.answer(true);
        } else {
            slot.wantedUp &= !asked;
            settle(slot);
        }
        return Behaviors.same();
    }

    /** Nothing lives for this slot: answers who waited for that, and forgets what was removed. */
    private void settle(Slot slot) {
        if (slot.removed) {
            slots.remove(slot.spec.id());
            board.forget(slot.spec.id());
        }
        slot.answer(true);
        if (draining && children.isEmpty()) {
            timers.cancel(DrainOverdue.INSTANCE);
            drained.forEach(reply -> reply.complete(null));
            drained.clear();
        }
    }

    // The end.

    private Behavior<Command> onDrain(Drain drain) {
        drained.add(drain.reply());
        if (!draining) {
            draining = true;
            setup.hub().publish(new FleetEvent.DrainStarted(now(), children.size()));
            slots.values().stream()
                    .filter(slot -> slot.child != null)
                    .forEach(slot -> close(
                            slot,
                            new Connection.Close(
                                    FailureKind.DRAINED, CloseCode.GOING_AWAY, "going away", drain.deadline())));
        }
        timers.startSingleTimer(DrainOverdue.INSTANCE, drain.deadline());
        if (children.isEmpty()) {
            drained.forEach(reply -> reply.complete(null));
            drained.clear();
        }
        return Behaviors.same();
    }

    /** Who has not ended by now is ended: its stop hook aborts the socket. */
    private Behavior<Command> onDrainOverdue() {
        slots.values().stream().filter(slot -> slot.child != null).forEach(slot -> context.stop(slot.child));
        return Behaviors.same();
    }

    // Helpers.

    private void publish(Slot slot, Source source) {
        board.want(slot.spec, source, Long.toHexString(++revisions), slot.carried, now());
    }

    private void publish(ConnectionEvent event) {
        board.fold(event);
        setup.hub().publish(new FleetEvent.OfConnection(event));
    }

    private Instant now() {
        return setup.clock().instant();
    }

    private boolean tell(ConnectionId id, Connection.Command command) {
        Slot slot = found(id);
        if (slot == null || slot.child == null || board.isOver(id)) {
            return false;
        }
        slot.child.tell(command);
        return true;
    }

    private @Nullable Slot found(ConnectionId id) {
        Slot slot = slots.get(id);
        return slot == null || slot.removed ? null : slot;
    }

    private boolean allowed(Guard guard, ConnectionId id, CompletableFuture<?> reply) {
        try {
            guard.check(board.find(id));
            return true;
        } catch (RuntimeException refused) {
            reply.completeExceptionally(refused);
            return false;
        }
    }

    private static <T> Behavior<Command> answer(CompletableFuture<T> reply, T value) {
        reply.complete(value);
        return Behaviors.same();
    }
}

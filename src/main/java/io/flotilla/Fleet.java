package io.flotilla;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.connection.SendTally;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.RecordedFrame;
import io.flotilla.sink.Shelf;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.supervision.Census;
import io.flotilla.supervision.DialStats;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.FleetSupervisor;
import io.flotilla.supervision.FleetView;
import io.flotilla.supervision.Glance;
import io.flotilla.supervision.Group;
import io.flotilla.supervision.Guard;
import io.flotilla.supervision.PutOutcome;
import io.flotilla.supervision.Status;
import io.flotilla.supervision.Totals;
import io.flotilla.supervision.Trouble;
import io.flotilla.supervision.Troubles;
import io.flotilla.supervision.Why;
import io.flotilla.transport.Frame;
import io.flotilla.transport.KnownSecrets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of outbound WebSocket connections: says what is wanted, and Flotilla keeps it alive. Safe from any thread; nothing
 * blocks. Stages complete on a thread of the fleet and fail with {@link IllegalStateException} once it is closing.
 */
public final class Fleet {

    private final FleetWiring wiring;
    private final Sending sending;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();

    Fleet(FleetWiring wiring) {
        this.wiring = wiring;
        this.sending = new Sending(wiring.registry, wiring.board, wiring.sends, wiring.system.executionContext());
    }

    public static FleetBuilder builder() {
        return new FleetBuilder();
    }

    // What is wanted.

    /** Wants this spec, in the place of another one of its id. Completes when that is accepted. */
    public CompletionStage<PutOutcome> put(ConnectionSpec spec) {
        return put(spec, io.flotilla.spec.Source.CODE);
    }

    /** The same, saying who owns the spec. */
    public CompletionStage<PutOutcome> put(ConnectionSpec spec, io.flotilla.spec.Source source) {
        return put(spec, source, Guard.NONE);
    }

    /** The same, if the guard allows it; fails with what the guard throws. */
    public CompletionStage<PutOutcome> put(ConnectionSpec spec, io.flotilla.spec.Source source, Guard guard) {
        Optional<String> missing = wiring.connections.missing(spec);
        if (missing.isPresent()) {
            return CompletableFuture.failedStage(new IllegalArgumentException(missing.get()));
        }
        return ask(reply -> new FleetSupervisor.Put(spec, source, guard, reply));
    }

    /** Puts the spec if its id is there already; false when it is not. */
    public CompletionStage<Boolean> replace(ConnectionSpec spec) {
        return status(spec.id()).isEmpty()
                ? CompletableFuture.completedStage(false)
                : put(spec).thenApply(outcome -> true);
    }

    /** Wants it no more. Completes when its socket is gone; false when there was no such id. */
    public CompletionStage<Boolean> remove(ConnectionId id) {
        return remove(id, Guard.NONE);
    }

    /** The same, if the guard allows it; fails with what the guard throws. */
    public CompletionStage<Boolean> remove(ConnectionId id, Guard guard) {
        return ask((CompletableFuture<Boolean> reply) -> new FleetSupervisor.Remove(id, guard, reply))
                .whenComplete((there, thrown) -> wiring.recorders.forget(
                        id, same -> wiring.board.find(same).isPresent()));
    }

    /** Wants it up, also when it was given up; false when there is no such id. */
    public CompletionStage<Boolean> start(ConnectionId id) {
        return ask(reply -> new FleetSupervisor.Start(id, reply));
    }

    /** Wants it down. Completes when its socket is gone; false when there is no such id. */
    public CompletionStage<Boolean> stop(ConnectionId id) {
        return ask(reply -> new FleetSupervisor.Stop(id, reply));
    }

    /** Closes with 1000, forgets the row of failures, dials again; false when there is no such id, or it is wanted down. */
    public CompletionStage<Boolean> restart(ConnectionId id) {
        return ask(reply -> new FleetSupervisor.Restart(id, reply));
    }

    /** Skips our own backoff, never the peer's hint or a limit; false when there is no such id, or it is not alive. */
    public CompletionStage<Boolean> dialNow(ConnectionId id) {
        return ask(reply -> new FleetSupervisor.DialNow(id, reply));
    }

    private <T> CompletionStage<T> ask(Function<CompletableFuture<T>, FleetSupervisor.Command> question) {
        if (closing.get() != null) {
            return CompletableFuture.failedStage(new IllegalStateException("The fleet is closing"));
        }
        CompletableFuture<T> answered = new CompletableFuture<>();
        wiring.tell(question.apply(answered));
        // Not on the supervisor's thread: what follows is user code.
        return answered.thenApplyAsync(value -> value, wiring.system.executionContext());
    }

    // Messages.

    /**
     * Sends one text message; completes with what became of it, never fails. What waits for its turn or for READY ({@code send.rate},
     * {@code send.keep}) is answered when that is over.
     */
    public CompletionStage<SendOutcome> send(ConnectionId id, String text) {
        return send(id, Frame.text(text));
    }

    /** Sends one binary message; the bytes must not change until the stage completes. */
    public CompletionStage<SendOutcome> send(ConnectionId id, byte[] bytes) {
        return send(id, Frame.binary(bytes));
    }

    /** Sends one message, which may be {@linkplain Frame#asControl marked as control}; see {@link #send(ConnectionId, String)}. */
    public CompletionStage<SendOutcome> send(ConnectionId id, Frame frame) {
        return sending.send(id, frame);
    }

    /** What became of messages so far, also of connections that are gone. Never goes back. */
    public SendTally.Totals sends() {
        return wiring.sends.totals();
    }

    // How it is doing.

    public Optional<Status> status(ConnectionId id) {
        return wiring.board.find(id);
    }

    /** Every connection that is wanted or was given up, in the order of the ids. */
    public List<Status> statuses() {
        return wiring.board.all();
    }

    /** A glance at each connection behind this id, or from the first on, in the order of the ids; cheap, and taken as they are read. */
    public Stream<Glance> glances(Optional<ConnectionId> after) {
        return wiring.board.glances(after);
    }

    /** How many connections there are. */
    public int size() {
        return wiring.board.size();
    }

    /** Whether the fleet is closing, or closed. */
    public boolean isClosing() {
        return closing.get() != null;
    }

    /** How many connections are in each state. */
    public Map<ConnectionState, Integer> counts() {
        return wiring.board.counts();
    }

    /** Messages received so far by the connections that are there. */
    public long messagesIn() {
        return wiring.board.messagesIn();
    }

    /** Why a connection is in its state and what comes next; looks at the whole fleet. Empty when there is no such id. */
    public Optional<Why> why(ConnectionId id) {
        Optional<ConnectionSpec> spec = wiring.board.spec(id);
        Optional<Status> status = wiring.board.find(id);
        return spec.isEmpty() || status.isEmpty()
                ? Optional.empty()
                : Optional.of(Why.of(new Why.Known(
                        status.get(),
                        spec.get(),
                        wiring.board.history(id),
                        dialStats(),
                        settings().limits(),
                        Troubles.sharedBy(id, view()))));
    }

    /** What is wrong now, grouped by cause, worst first; looks at the whole fleet. */
    public List<Trouble> troubles() {
        return Troubles.of(view());
    }

    private FleetView view() {
        return wiring.board.view(
                wiring.parts.clock().instant(),
                dialStats(),
                wiring.saturation.since(),
                settings().handlerThreads());
    }

    /** What the fleet has done since its start, connections that are gone included. */
    public Totals totals() {
        return wiring.board.totals();
    }

    /** The same and the states for each group of {@code metrics.tag-by}; one group without it. */
    public List<Census> census() {
        return wiring.board.census();
    }

    /** The labels that metrics tell connections apart by: {@code metrics.tag-by}. */
    public List<String> tagKeys() {
        return wiring.board.groups().keys();
    }

    /** The group of a connection that is wanted or was given up. */
    public Optional<Group> group(ConnectionId id) {
        return wiring.board.group(id);
    }

    /** How many failures of each kind there were since the start, of those that there were. */
    public Map<FailureKind, Long> failures() {
        return wiring.board.failures();
    }

    /** How dialling goes. */
    public DialStats dialStats() {
        return wiring.dials.stats(System.nanoTime(), wiring.parts.clock().instant());
    }

    /** Threads that are in user code now. */
    public int handlersBusy() {
        return wiring.handlers.busy();
    }

    /** Events lost to slow readers, over all of them. */
    public long eventsLost() {
        return wiring.hub.lost();
    }

    /** The last events of a connection, newest first. */
    public List<ConnectionEvent> history(ConnectionId id) {
        return wiring.board.history(id);
    }

    /**
     * The last frames of a connection that has {@code record} on: first those of the last session that ended badly, then the present
     * ones, each the oldest first. Known secrets print as {@code ***}; payloads they are all the same.
     */
    public List<RecordedFrame> frames(ConnectionId id) {
        return wiring.recorders.frames(id);
    }

    /** Hears events from now on; see {@link EventHub}. */
    public EventHub.Subscription events(Consumer<FleetEvent> reader) {
        return wiring.hub.subscribe(reader);
    }

    /** Hears every event on the thread where it happens; see {@link EventHub#witness}. */
    public EventHub.Subscription witness(Consumer<FleetEvent> witness) {
        return wiring.hub.witness(witness);
    }

    // Streams.

    /**
     * The messages of all connections, as long as the fleet lives, from the moment the stream is run. Besides the sink or handler that
     * each connection has, which gets them all the same. Taken when there is demand: a slow stream holds back every connection, and
     * through TCP its peer. Each run is a stream of its own; it ends when the fleet is closed and what waits is taken. A stream that
     * runs in the fleet's own actor system must be done soon after that; one that buffers should run in another.
     */
    public Source<Inbound, NotUsed> inbound() {
        return Streams.inbound(wiring.along, Optional.empty());
    }

    /** The same of one connection, which need not be there yet and may come and go; a slow stream holds back that one and no other. */
    public Source<Inbound, NotUsed> inbound(ConnectionId id) {
        return Streams.inbound(wiring.along, Optional.of(id));
    }

    /**
     * The messages of one connection as far as they are taken in time, which holds nothing back: what does not fit is lost, and counted.
     *
     * @param arrived called when there may be something to take; must not block
     */
    public Shelf<Inbound> peek(ConnectionId id, Runnable arrived) {
        return wiring.along.peek(id, arrived);
    }

    /** Puts {@code ***} in the place of whatever is known as a secret of this connection now, for who shows its messages. */
    public UnaryOperator<String> masks(ConnectionId id) {
        return wiring.board.spec(id).map(wiring.connections::secrets).orElse(KnownSecrets.NONE)::mask;
    }

    /** The same as {@link #outbound(int)} with 256 messages under way. */
    public Flow<Outgoing, Outgoing.Answered, NotUsed> outbound() {
        return outbound(256);
    }

    /**
     * Sends what comes in, and answers each message with what became of it, as soon as that is known; answers of different
     * connections may overtake each other. Never fails.
     *
     * @param underWay messages that may wait for their answer before no more is taken in; more than the outbox of a connection holds
     *     are refused by that outbox, or take the place of older ones ({@code send.overflow}); one that is kept for the next READY waits
     *     for as long as that takes, up to {@code send.keep}
     */
    public Flow<Outgoing, Outgoing.Answered, NotUsed> outbound(int underWay) {
        return Streams.outbound(sending, underWay);
    }

    /**
     * Events from the moment the stream is run, until the fleet is closed. A slow stream never slows the fleet: it loses events, and its
     * materialized value counts them.
     */
    public Source<FleetEvent, EventHub.Subscription> events() {
        return Streams.events(wiring.hub);
    }

    /** The actor system that the fleet lives in: its own, which ends with it, or that of the builder. Runs streams. */
    public ActorSystem<?> actorSystem() {
        return wiring.system;
    }

    public FleetSettings settings() {
        return wiring.parts.settings();
    }

    // The end.

    /** Drains within {@code drain.deadline}: see {@link #close(Duration)}. */
    public CompletionStage<Void> close() {
        return close(settings().drainDeadline());
    }

    /**
     * Sends every connection its 1001, flushes what was accepted, aborts who does not answer by the deadline, flushes the sinks,
     * and ends every thread. The second call gives the stage of the first.
     */
    public CompletionStage<Void> close(Duration deadline) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!closing.compareAndSet(null, done)) {
            return Objects.requireNonNull(closing.get());
        }
        CompletableFuture<Void> drained = new CompletableFuture<>();
        wiring.tell(new FleetSupervisor.Drain(deadline, drained));
        return drained.thenRunAsync(wiring::release, task -> new Thread(task, "flotilla-close").start())
                .whenComplete((nothing, thrown) -> {
                    if (thrown == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(thrown);
                    }
                });
    }
}

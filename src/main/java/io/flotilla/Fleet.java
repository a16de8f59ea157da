package io.flotilla;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.Outbox;
import io.flotilla.connection.SendOutcome;
import io.flotilla.connection.SendTally;
import io.flotilla.connection.Surroundings;
import io.flotilla.credential.CredentialProvider;
import io.flotilla.credential.Credentials;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.credential.UriProvider;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.sink.HandlerErrors;
import io.flotilla.sink.Handlers;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.MessageHandler;
import io.flotilla.sink.NoneSink;
import io.flotilla.sink.Readers;
import io.flotilla.sink.RecordedFrame;
import io.flotilla.sink.Recorder;
import io.flotilla.sink.Recorders;
import io.flotilla.sink.Shelf;
import io.flotilla.sink.Sink;
import io.flotilla.sink.SinkProvider;
import io.flotilla.sink.Sinks;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.supervision.Census;
import io.flotilla.supervision.DialBoard;
import io.flotilla.supervision.DialStats;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.FleetSupervisor;
import io.flotilla.supervision.FleetView;
import io.flotilla.supervision.Glance;
import io.flotilla.supervision.Group;
import io.flotilla.supervision.Guard;
import io.flotilla.supervision.PutOutcome;
import io.flotilla.supervision.Registry;
import io.flotilla.supervision.Status;
import io.flotilla.supervision.StatusBoard;
import io.flotilla.supervision.Totals;
import io.flotilla.supervision.Trouble;
import io.flotilla.supervision.Troubles;
import io.flotilla.supervision.Why;
import io.flotilla.transport.Frame;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.RecordingTransport;
import io.flotilla.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fleet of outbound WebSocket connections: says what is wanted, and Flotilla keeps it alive. Safe from any thread; nothing
 * blocks. Stages complete on a thread of the fleet and fail with {@link IllegalStateException} once it is closing.
 */
public final class Fleet {

    /** What the builder put together. */
    record Parts(
            FleetSettings settings,
            Map<String, Transport> transports,
            Map<String, SinkProvider.Opener> sinks,
            Map<String, CredentialProvider> credentials,
            Map<String, UriProvider> uriProviders,
            List<Consumer<FleetEvent>> readers,
            Optional<MessageHandler> handler,
            Optional<ActorSystem<?>> system,
            Clock clock) {}

    /** What streams have, once the last connection is gone, to take what waits for them. */
    private static final Duration READ_ON = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

    /** Of the thread that asks. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Parts parts;
    private final StatusBoard board;
    private final DialBoard dials = new DialBoard();
    private final Registry.Book registry = new Registry.Book();
    private final ExecutorService callbacks = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "flotilla-events");
        thread.setDaemon(true);
        return thread;
    });
    private final EventHub hub = new EventHub(callbacks);
    private final SendTally sends = new SendTally();
    private final Handlers handlers;
    private final Sinks sinks;
    private final Readers along = new Readers();
    private final Recorders recorders;
    private final Credentials credentials;
    private volatile Optional<Instant> saturated = Optional.empty();
    private final ActorSystem<?> system;
    private final ActorRef<FleetSupervisor.Command> supervisor;
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();

    Fleet(Parts parts) {
        this.parts = parts;
        this.board = new StatusBoard(parts.settings().sight());
        this.recorders = new Recorders(parts.settings().sight().recorderMemory(), parts.clock());
        parts.readers().forEach(hub::subscribe);
        this.handlers = new Handlers(parts.settings().handlerThreads(), new HandlersHeard());
        this.sinks = openSinks(parts.sinks());
        this.credentials = new Credentials(parts.credentials(), parts.uriProviders(), this::credentialChanged);
        Behavior<FleetSupervisor.Command> behavior = FleetSupervisor.create(new FleetSupervisor.Setup(
                board,
                registry,
                hub,
                dials,
                sends,
                parts.settings(),
                parts.clock(),
                System::nanoTime,
                RANDOM,
                this::around));
        if (parts.system().isPresent()) {
            this.system = parts.system().get();
            this.supervisor = system.systemActorOf(behavior, "flotilla-" + COUNT.incrementAndGet(), Props.empty());
        } else {
            ActorSystem<FleetSupervisor.Command> own =
                    ActorSystem.create(behavior, "flotilla", FleetBuilder.ownSystem());
            this.system = own;
            this.supervisor = own;
        }
    }

    private Sinks openSinks(Map<String, SinkProvider.Opener> openers) {
        try {
            return Sinks.open(openers, new SinksHeard());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        Optional<String> unusable = unusable(spec);
        if (unusable.isPresent()) {
            return CompletableFuture.failedStage(new IllegalArgumentException(unusable.get()));
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
                .whenComplete((there, thrown) ->
                        recorders.forget(id, same -> board.find(same).isPresent()));
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
        Optional<Outbox> outbox = registry.find(id).map(Registry.Entry::outbox);
        if (outbox.isEmpty()) {
            sends.refused();
            return CompletableFuture.completedStage(absent(id));
        }
        CompletableFuture<SendOutcome> told = new CompletableFuture<>();
        outbox.get().offer(frame, outcome -> {
            if (outcome instanceof SendOutcome.Refused) {
                told.complete(outcome);
            } else {
                told.completeAsync(
                        () -> outcome, system.executionContext()); // not on the event loop: what follows is user code
            }
        });
        return told;
    }

    private SendOutcome absent(ConnectionId id) {
        return board.find(id)
                .<SendOutcome>map(status ->
                        new SendOutcome.Refused(SendOutcome.Reason.CLOSED, "the connection is " + status.state()))
                .orElseGet(() -> new SendOutcome.Refused(
                        SendOutcome.Reason.UNKNOWN_CONNECTION, "there is no connection [" + id + "]"));
    }

    /** What became of messages so far, also of connections that are gone. Never goes back. */
    public SendTally.Totals sends() {
        return sends.totals();
    }

    // How it is doing.

    public Optional<Status> status(ConnectionId id) {
        return board.find(id);
    }

    /** Every connection that is wanted or was given up, in the order of the ids. */
    public List<Status> statuses() {
        return board.all();
    }

    /** A glance at each connection behind this id, or from the first on, in the order of the ids; cheap, and taken as they are read. */
    public Stream<Glance> glances(Optional<ConnectionId> after) {
        return board.glances(after);
    }

    /** How many connections there are. */
    public int size() {
        return board.size();
    }

    /** Whether the fleet is closing, or closed. */
    public boolean isClosing() {
        return closing.get() != null;
    }

    /** How many connections are in each state. */
    public Map<ConnectionState, Integer> counts() {
        return board.counts();
    }

    /** Messages received so far by the connections that are there. */
    public long messagesIn() {
        return board.messagesIn();
    }

    /** Why a connection is in its state and what comes next; looks at the whole fleet. Empty when there is no such id. */
    public Optional<Why> why(ConnectionId id) {
        Optional<ConnectionSpec> spec = board.spec(id);
        Optional<Status> status = board.find(id);
        return spec.isEmpty() || status.isEmpty()
                ? Optional.empty()
                : Optional.of(Why.of(new Why.Known(
                        status.get(),
                        spec.get(),
                        board.history(id),
                        dialStats(),
                        parts.settings().limits(),
                        Troubles.sharedBy(id, view()))));
    }

    /** What is wrong now, grouped by cause, worst first; looks at the whole fleet. */
    public List<Trouble> troubles() {
        return Troubles.of(view());
    }

    private FleetView view() {
        return board.view(
                parts.clock().instant(),
                dialStats(),
                saturated,
                parts.settings().handlerThreads());
    }

    /** What the fleet has done since its start, connections that are gone included. */
    public Totals totals() {
        return board.totals();
    }

    /** The same and the states for each group of {@code metrics.tag-by}; one group without it. */
    public List<Census> census() {
        return board.census();
    }

    /** The labels that metrics tell connections apart by: {@code metrics.tag-by}. */
    public List<String> tagKeys() {
        return board.groups().keys();
    }

    /** The group of a connection that is wanted or was given up. */
    public Optional<Group> group(ConnectionId id) {
        return board.group(id);
    }

    /** How many failures of each kind there were since the start, of those that there were. */
    public Map<FailureKind, Long> failures() {
        return board.failures();
    }

    /** How dialling goes. */
    public DialStats dialStats() {
        return dials.stats(System.nanoTime(), parts.clock().instant());
    }

    /** Threads that are in user code now. */
    public int handlersBusy() {
        return handlers.busy();
    }

    /** Events lost to slow readers, over all of them. */
    public long eventsLost() {
        return hub.lost();
    }

    /** The last events of a connection, newest first. */
    public List<ConnectionEvent> history(ConnectionId id) {
        return board.history(id);
    }

    /**
     * The last frames of a connection that has {@code record} on: first those of the last session that ended badly, then the present
     * ones, each the oldest first. Known secrets print as {@code ***}; payloads they are all the same.
     */
    public List<RecordedFrame> frames(ConnectionId id) {
        return recorders.frames(id);
    }

    /** Hears events from now on; see {@link EventHub}. */
    public EventHub.Subscription events(Consumer<FleetEvent> reader) {
        return hub.subscribe(reader);
    }

    /** Hears every event on the thread where it happens; see {@link EventHub#witness}. */
    public EventHub.Subscription witness(Consumer<FleetEvent> witness) {
        return hub.witness(witness);
    }

    // Streams.

    /**
     * The messages of all connections, as long as the fleet lives, from the moment the stream is run. Besides the sink or handler that
     * each connection has, which gets them all the same. Taken when there is demand: a slow stream holds back every connection, and
     * through TCP its peer. Each run is a stream of its own; it ends when the fleet is closed and what waits is taken. A stream that
     * runs in the fleet's own actor system must be done soon after that; one that buffers should run in another.
     */
    public Source<Inbound, NotUsed> inbound() {
        return inbound(Optional.empty());
    }

    /** The same of one connection, which need not be there yet and may come and go; a slow stream holds back that one and no other. */
    public Source<Inbound, NotUsed> inbound(ConnectionId id) {
        return inbound(Optional.of(id));
    }

    /**
     * The messages of one connection as far as they are taken in time, which holds nothing back: what does not fit is lost, and counted.
     *
     * @param arrived called when there may be something to take; must not block
     */
    public Shelf<Inbound> peek(ConnectionId id, Runnable arrived) {
        return along.peek(id, arrived);
    }

    /** Puts {@code ***} in the place of whatever is known as a secret of this connection now, for who shows its messages. */
    public UnaryOperator<String> masks(ConnectionId id) {
        return board.spec(id)
                .map(spec -> KnownSecrets.of(spec, credentials.latest(spec)))
                .orElse(KnownSecrets.NONE)::mask;
    }

    private Source<Inbound, NotUsed> inbound(Optional<ConnectionId> id) {
        return Source.fromGraph(new ShelfSource<>("inbound", arrived -> along.open(id, arrived)))
                .mapMaterializedValue(shelf -> NotUsed.getInstance());
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
        return Flow.of(Outgoing.class)
                .mapAsyncUnordered(
                        underWay,
                        message -> send(message.id(), message.frame())
                                .thenApply(outcome -> new Outgoing.Answered(message, outcome)));
    }

    /**
     * Events from the moment the stream is run, until the fleet is closed. A slow stream never slows the fleet: it loses events, and its
     * materialized value counts them.
     */
    public Source<FleetEvent, EventHub.Subscription> events() {
        return Source.fromGraph(new ShelfSource<>("events", hub::open)).mapMaterializedValue(Fleet::subscription);
    }

    private static EventHub.Subscription subscription(Shelf<FleetEvent> shelf) {
        return new EventHub.Subscription() {
            @Override
            public long lost() {
                return shelf.lost();
            }

            @Override
            public void close() {
                shelf.close();
            }
        };
    }

    /** The actor system that the fleet lives in: its own, which ends with it, or that of the builder. Runs streams. */
    public ActorSystem<?> actorSystem() {
        return system;
    }

    public FleetSettings settings() {
        return parts.settings();
    }

    // The end.

    /** Drains within {@code drain.deadline}: see {@link #close(Duration)}. */
    public CompletionStage<Void> close() {
        return close(parts.settings().drainDeadline());
    }

    /**
     * Sends every connection its 1001, flushes what was accepted, aborts who does not answer by the deadline, flushes the sinks,
     * and ends every thread. The second call gives the stage of the first.
     */
    public CompletionStage<Void> close(Duration deadline) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!closing.compareAndSet(null, done)) {
            return java.util.Objects.requireNonNull(closing.get());
        }
        CompletableFuture<Void> drained = new CompletableFuture<>();
        supervisor.tell(new FleetSupervisor.Drain(deadline, drained));
        return drained.thenRunAsync(this::release, task -> new Thread(task, "flotilla-close").start())
                .whenComplete((nothing, thrown) -> {
                    if (thrown == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(thrown);
                    }
                });
    }

    private void release() {
        parts.transports().values().forEach(transport -> closed(transport::close));
        closed(credentials::close);
        closed(hub::end);
        closed(() -> along.end(READ_ON));
        closed(handlers::close);
        closed(sinks::close);
        if (parts.system().isEmpty()) {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
        callbacks.shutdown();
    }

    /** A part that fails to close, maybe one of the embedder's, does not keep the others from it. */
    private static void closed(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A part of the fleet did not close well", e);
        }
    }

    // Wiring of one connection.

    private Surroundings around(FleetSupervisor.Parts made) {
        ConnectionSpec spec = made.spec();
        Optional<Recorder> recorder = recorders.of(spec);
        Transport transport =
                java.util.Objects.requireNonNull(parts.transports().get(spec.transport()));
        Consumer<ConnectionEvent> events = event -> {
            if (event instanceof ConnectionEvent.LinkEnded ended) {
                recorder.ifPresent(frames -> frames.ended(ended.at(), ended.generation(), ended.failure()));
            }
            made.events().accept(masked(spec, event));
        };
        return new Surroundings(
                recorder.<Transport>map(frames -> new RecordingTransport(transport, frames))
                        .orElse(transport),
                made.permits(),
                credentials::prepare,
                new OwnRepairs(),
                along.around(sinkFor(spec, events)),
                events,
                made.gone(),
                parts.clock(),
                RANDOM);
    }

    /** What user code throws may have a secret of its connection in its message, which goes to logs. */
    private ConnectionEvent masked(ConnectionSpec spec, ConnectionEvent event) {
        return event instanceof ConnectionEvent.HandlerFailed failed
                ? new ConnectionEvent.HandlerFailed(
                        failed.id(),
                        failed.at(),
                        failed.generation(),
                        KnownSecrets.of(spec, credentials.latest(spec)).mask(failed.thrown()))
                : event;
    }

    /** On a thread of that credential. */
    private void credentialChanged(String name, boolean byItself) {
        supervisor.tell(new FleetSupervisor.CredentialChanged(name, byItself));
    }

    private Sink sinkFor(ConnectionSpec spec, Consumer<ConnectionEvent> events) {
        if (spec.sink().equals(ConnectionSpec.SINK_HANDLER) && parts.handler().isPresent()) {
            return handlers.sinkFor(spec, parts.handler().get(), new Reported(spec, events));
        }
        return sinks.find(spec.sink()).orElse(NoneSink.INSTANCE);
    }

    private Optional<String> unusable(ConnectionSpec spec) {
        if (!parts.transports().containsKey(spec.transport())) {
            return Optional.of("Connection [" + spec.id() + "] names transport [" + spec.transport() + "]; there are "
                    + parts.transports().keySet());
        }
        if (!spec.sink().equals(ConnectionSpec.SINK_HANDLER)
                && sinks.find(spec.sink()).isEmpty()) {
            return Optional.of("Connection [" + spec.id() + "] names sink [" + spec.sink() + "]; there are "
                    + sinks.names() + " and handler");
        }
        if (spec.uriFrom().filter(name -> !credentials.knowsUris(name)).isPresent()) {
            return Optional.of("Connection [" + spec.id() + "] names uri provider ["
                    + spec.uriFrom().get() + "], which is not there");
        }
        return spec.credential()
                .filter(name -> !credentials.knows(name))
                .map(name -> "Connection [" + spec.id() + "] names credential [" + name + "], which is not there");
    }

    private <T> CompletionStage<T> ask(Function<CompletableFuture<T>, FleetSupervisor.Command> question) {
        if (closing.get() != null) {
            return CompletableFuture.failedStage(new IllegalStateException("The fleet is closing"));
        }
        CompletableFuture<T> answered = new CompletableFuture<>();
        supervisor.tell(question.apply(answered));
        // Not on the supervisor's thread: what follows is user code.
        return answered.thenApplyAsync(value -> value, system.executionContext());
    }

    /** Reports what user code did wrong, and stops the connection where its spec says so. */
    private final class Reported implements HandlerErrors {
        private final ConnectionSpec spec;
        private final Consumer<ConnectionEvent> events;

        Reported(ConnectionSpec spec, Consumer<ConnectionEvent> events) {
            this.spec = spec;
            this.events = events;
        }

        @Override
        public void failed(Inbound message, Throwable thrown) {
            events.accept(new ConnectionEvent.HandlerFailed(
                    spec.id(), parts.clock().instant(), message.generation(), thrown));
            if (spec.onHandlerError() == io.flotilla.spec.Settings.OnHandlerError.STOP) {
                supervisor.tell(new FleetSupervisor.StopForHandler(spec.id()));
            }
        }

        @Override
        public void dropped(Inbound message) {
            events.accept(new ConnectionEvent.MessageDropped(
                    spec.id(), parts.clock().instant(), message.generation(), message.size()));
        }
    }

    /** Repairs what there are means for. */
    private final class OwnRepairs implements Surroundings.Repairs {
        @Override
        public CompletionStage<Boolean> repair(ConnectionSpec spec, Prepared dialled, Failure failure, Repair repair) {
            if (repair == Repair.ENDPOINT && spec.uriFrom().isPresent()) {
                return credentials
                        .elsewhere(spec, dialled, failure)
                        .thenApply(other -> other || failure.kind() == FailureKind.MISDIRECTED);
            }
            if (repair == Repair.CREDENTIAL && Surroundings.Repairs.ofKey(failure)) {
                return java.util.Objects.requireNonNull(parts.transports().get(spec.transport()))
                        .renewKey(dialled.spec(), failure);
            }
            return repair == Repair.CREDENTIAL && spec.credential().isPresent()
                    ? credentials.repair(dialled)
                    : CompletableFuture.completedStage(true);
        }
    }

    /** Says how the sinks are doing. */
    private final class SinksHeard implements Sinks.Listener {
        @Override
        public void degraded(String sink, String reason) {
            Instant now = parts.clock().instant();
            if (board.degraded(sink, reason, now)) {
                hub.publish(new FleetEvent.SinkDegraded(now, sink, reason));
            }
        }

        @Override
        public void healed(String sink) {
            if (board.healed(sink)) {
                hub.publish(new FleetEvent.SinkHealed(parts.clock().instant(), sink));
            }
        }
    }

    /** Says when user code holds up other user code. */
    private final class HandlersHeard implements Handlers.Saturation {
        @Override
        public void saturated() {
            Instant now = parts.clock().instant();
            saturated = Optional.of(now);
            hub.publish(new FleetEvent.HandlersSaturated(now, parts.settings().handlerThreads()));
        }

        @Override
        public void relieved() {
            saturated = Optional.empty();
            hub.publish(new FleetEvent.HandlersRelieved(parts.clock().instant()));
        }
    }
}

package io.flotilla;

import io.flotilla.connection.SendTally;
import io.flotilla.credential.Credentials;
import io.flotilla.sink.Handlers;
import io.flotilla.sink.Readers;
import io.flotilla.sink.Recorders;
import io.flotilla.sink.Sinks;
import io.flotilla.supervision.DialBoard;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetSupervisor;
import io.flotilla.supervision.Registry;
import io.flotilla.supervision.StatusBoard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs inside one fleet: put together at its start, released at its end. */
final class FleetWiring {

    private static final Logger LOG = LoggerFactory.getLogger(FleetWiring.class);

    /** What streams have, once the last connection is gone, to take what waits for them. */
    private static final Duration READ_ON = Duration.ofSeconds(5);

    /** Of the thread that asks. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ExecutorService callbacks = Executors.newCachedThreadPool(FleetWiring::eventThread);

    final FleetParts parts;
    final StatusBoard board;
    final EventHub hub = new EventHub(callbacks);
    final DialBoard dials = new DialBoard();
    final Registry.Book registry = new Registry.Book();
    final SendTally sends = new SendTally();
    final Readers along = new Readers();
    final Recorders recorders;
    final Saturation saturation;
    final Handlers handlers;
    private final Sinks sinks;
    private final Credentials credentials;
    final ConnectionWiring connections;
    final ActorSystem<?> system;
    private final ActorRef<FleetSupervisor.Command> supervisor;

    /** @throws UncheckedIOException when a sink cannot be opened; says which one */
    FleetWiring(FleetParts parts) {
        this.parts = parts;
        this.board = new StatusBoard(parts.settings().sight());
        this.recorders = new Recorders(parts.settings().sight().recorderMemory(), parts.clock());
        parts.readers().forEach(hub::subscribe);
        this.saturation = new Saturation(hub, parts.clock(), parts.settings().handlerThreads());
        this.handlers = new Handlers(parts.settings().handlerThreads(), saturation);
        this.sinks = openSinks();
        this.credentials = new Credentials(
                parts.credentials(),
                parts.uriProviders(),
                (name, byItself) -> tell(new FleetSupervisor.CredentialChanged(name, byItself)));
        this.connections = new ConnectionWiring(
                parts,
                credentials,
                sinks,
                handlers,
                along,
                recorders,
                RANDOM,
                id -> tell(new FleetSupervisor.StopForHandler(id)));
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
                connections::around));
        if (parts.system().isPresent()) {
            this.system = parts.system().get();
            this.supervisor = system.systemActorOf(behavior, "flotilla-" + COUNT.incrementAndGet(), Props.empty());
        } else {
            ActorSystem<FleetSupervisor.Command> own = ActorSystem.create(behavior, "flotilla", OwnSystem.config());
            this.system = own;
            this.supervisor = own;
        }
    }

    private static Thread eventThread(Runnable task) {
        Thread thread = new Thread(task, "flotilla-events");
        thread.setDaemon(true);
        return thread;
    }

    private Sinks openSinks() {
        try {
            return Sinks.open(parts.sinks(), new SinkHealth(board, hub, parts.clock()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tell(FleetSupervisor.Command command) {
        supervisor.tell(command);
    }

    /** Ends what is left when the last connection is gone; blocks. */
    void release() {
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
}

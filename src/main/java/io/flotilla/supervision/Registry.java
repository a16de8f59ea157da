package io.flotilla.supervision;

import io.flotilla.connection.Connection;
import io.flotilla.connection.Outbox;
import io.flotilla.spec.ConnectionId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Knows which connections are alive: from their spawn to their stop hook, and death watch stands behind that. Told directly,
 * never through a bounded stream.
 */
public final class Registry {

    sealed interface Command {}

    /** Watch this actor, so that its entry goes even if its stop hook never spoke. */
    private record Watch(ConnectionId id, ActorRef<Connection.Command> ref) implements Command {}

    /** The stop hook of a connection. */
    private record Leave(ConnectionId id, ActorRef<Connection.Command> ref) implements Command {}

    /** A living connection. */
    public record Entry(ActorRef<Connection.Command> ref, Outbox outbox) {}

    /** What the registry holds, readable by everybody at any time; and the way to enter and to leave. */
    public static final class Book {
        private final Map<ConnectionId, Entry> alive = new ConcurrentHashMap<>();

        public Optional<Entry> find(ConnectionId id) {
            return Optional.ofNullable(alive.get(id));
        }

        public int size() {
            return alive.size();
        }

        /** Enters at once, so that whoever hears of the connection can find it. */
        void enter(ActorRef<Command> registry, ConnectionId id, Entry entry) {
            alive.put(id, entry);
            registry.tell(new Watch(id, entry.ref()));
        }

        void leave(ActorRef<Command> registry, ConnectionId id, ActorRef<Connection.Command> ref) {
            registry.tell(new Leave(id, ref));
        }

        /** Only its own entry: a successor of the same id may be there already. */
        private void strike(ConnectionId id, ActorRef<Connection.Command> ref) {
            alive.computeIfPresent(id, (key, entry) -> entry.ref().equals(ref) ? null : entry);
        }
    }

    private final ActorContext<Command> context;
    private final Book book;
    private final Map<ActorRef<?>, ConnectionId> watched = new java.util.HashMap<>();

    private Registry(ActorContext<Command> context, Book book) {
        this.context = context;
        this.book = book;
    }

    static Behavior<Command> create(Book book) {
        return Behaviors.setup(context -> new Registry(context, book).keeping());
    }

    private Behavior<Command> keeping() {
        return Behaviors.receive(Command.class)
                .onMessage(Watch.class, this::onWatch)
                .onMessage(Leave.class, leave -> onGone(leave.id(), leave.ref()))
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private Behavior<Command> onWatch(Watch watch) {
        watched.put(watch.ref(), watch.id());
        context.watch(watch.ref());
        return Behaviors.same();
    }

    private Behavior<Command> onGone(ConnectionId id, ActorRef<Connection.Command> ref) {
        book.strike(id, ref);
        return Behaviors.same();
    }

    private Behavior<Command> onTerminated(Terminated dead) {
        ConnectionId id = watched.remove(dead.getRef());
        return id == null ? Behaviors.same() : onGone(id, dead.getRef().unsafeUpcast());
    }
}

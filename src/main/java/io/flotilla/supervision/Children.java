package io.flotilla.supervision;

import io.flotilla.connection.Alarm;
import io.flotilla.connection.Carried;
import io.flotilla.connection.Connection;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.DialPermits;
import io.flotilla.connection.Surroundings;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The connections that live under a supervisor, and the actors that serve them all: who is spawned is entered in the registry and known
 * to the dial scheduler, from the first moment to the last. The supervisor's alone.
 */
final class Children {

    /** Who lives, and where it dials: its spec may have been replaced since. */
    private record Child(ConnectionId id, Endpoint endpoint) {}

    private final ActorContext<FleetSupervisor.Command> context;
    private final FleetSupervisor.Setup setup;
    private final Consumer<ConnectionEvent> events;
    private final ActorRef<Registry.Command> registry;
    private final ActorRef<DialScheduler.Command> scheduler;
    private final DialPermits permits;
    private final Alarm alarm;
    private final Map<ActorRef<?>, Child> alive = new HashMap<>();

    Children(
            ActorContext<FleetSupervisor.Command> context,
            FleetSupervisor.Setup setup,
            Consumer<ConnectionEvent> events) {
        this.context = context;
        this.setup = setup;
        this.events = events;
        this.registry = context.spawn(Registry.create(setup.registry()), "registry");
        this.scheduler = context.spawn(
                DialScheduler.create(setup.settings().limits(), setup.nanos(), setup.random(), setup.dials()),
                "dial-scheduler");
        this.permits = DialScheduler.permits(scheduler, setup.dials());
        this.alarm = new SystemAlarm(context.getSystem(), setup.nanos());
    }

    /** What a connection takes along, for a spec that is new. */
    Carried carried(ConnectionSpec spec) {
        return new Carried(spec, setup.sends(), alarm);
    }

    ActorRef<Connection.Command> spawn(ConnectionSpec spec, Carried carried) {
        Surroundings around = setup.around()
                .apply(new FleetSupervisor.Parts(
                        spec, permits, events, ref -> setup.registry().leave(registry, spec.id(), ref)));
        ActorRef<Connection.Command> child =
                context.spawnAnonymous(Supervision.supervise(Connection.create(spec, carried, around)));
        context.watch(child);
        alive.put(child, new Child(spec.id(), spec.endpoint()));
        scheduler.tell(new DialScheduler.Joined(spec.endpoint()));
        setup.registry().enter(registry, spec.id(), new Registry.Entry(child, carried.outbox()));
        return child;
    }

    /** Whose child this is; empty when it is none, or gone. */
    Optional<ConnectionId> id(ActorRef<?> child) {
        return Optional.ofNullable(alive.get(child)).map(Child::id);
    }

    /** It has ended; whose child it was. */
    Optional<ConnectionId> gone(ActorRef<?> child) {
        Optional<Child> ended = Optional.ofNullable(alive.remove(child));
        ended.ifPresent(one -> scheduler.tell(new DialScheduler.Left(one.endpoint())));
        return ended.map(Child::id);
    }

    boolean isEmpty() {
        return alive.isEmpty();
    }

    int size() {
        return alive.size();
    }
}

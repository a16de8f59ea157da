package io.flotilla.testkit;

import io.flotilla.FleetListener;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.sink.Inbound;
import io.flotilla.supervision.FleetEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A listener that remembers what a fleet tells, so that a test can wait for it instead of sleeping. Every event is given out once:
 * what one wait has taken, a later one does not see. Remembers {@value #MOST} events and as many messages at most; beyond that the
 * oldest go. Waits no longer than its patience and then throws an {@link AssertionError} that says what it has heard. Safe from any
 * thread.
 */
public final class EventProbe implements FleetListener {

    static final int MOST = 100_000;

    private static final int SHOWN = 20;

    private final Duration patience;
    private final Deque<FleetEvent> events = new ArrayDeque<>();
    private final Deque<Inbound> messages = new ArrayDeque<>();

    /** A probe that waits for a minute, which is for slow machines: it returns as soon as it can. */
    public EventProbe() {
        this(Duration.ofMinutes(1));
    }

    public EventProbe(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void onEvent(FleetEvent event) {
        remember(events, event);
    }

    @Override
    public void onMessage(Inbound message) {
        remember(messages, message);
    }

    /** Takes the first event of this type about this connection, waiting for it. */
    public <E extends ConnectionEvent> E await(String id, Class<E> type) {
        return type.cast(await(
                type.getSimpleName() + " of " + id,
                event -> type.isInstance(event) && event.id().value().equals(id)));
    }

    /** Takes the first event about a connection that is like this, waiting for it. */
    public ConnectionEvent await(String what, Predicate<ConnectionEvent> wanted) {
        return ((FleetEvent.OfConnection) awaitOfFleet(
                        what, event -> event instanceof FleetEvent.OfConnection of && wanted.test(of.event())))
                .event();
    }

    /** Takes the first event of the fleet that is like this, waiting for it. */
    public FleetEvent awaitOfFleet(String what, Predicate<FleetEvent> wanted) {
        return Patience.await(this, patience, () -> take(wanted), what, this::heard);
    }

    /** The first messages of this connection, waiting until so many have come; they stay. */
    public List<Inbound> awaitMessages(String id, int count) {
        return Patience.await(
                this,
                patience,
                () -> Optional.of(messages(id))
                        .filter(came -> came.size() >= count)
                        .map(came -> came.subList(0, count)),
                count + " messages of " + id,
                () -> messages(id).size() + " came; " + heard());
    }

    /** The messages of this connection so far. */
    public synchronized List<Inbound> messages(String id) {
        return messages.stream()
                .filter(message -> message.id().value().equals(id))
                .toList();
    }

    /** The events that no wait has taken. */
    public synchronized List<FleetEvent> events() {
        return List.copyOf(events);
    }

    private synchronized <T> void remember(Deque<T> all, T heard) {
        if (all.size() == MOST) {
            all.removeFirst();
        }
        all.addLast(heard);
        notifyAll();
    }

    private synchronized Optional<FleetEvent> take(Predicate<FleetEvent> wanted) {
        for (Iterator<FleetEvent> all = events.iterator(); all.hasNext(); ) {
            FleetEvent event = all.next();
            if (wanted.test(event)) {
                all.remove();
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private synchronized String heard() {
        return "heard and not taken, newest last: "
                + events.stream().skip(Math.max(0, events.size() - SHOWN)).toList();
    }
}

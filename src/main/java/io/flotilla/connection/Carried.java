package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.policy.Decision;
import io.flotilla.policy.History;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Traffic;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a connection takes along across restarts; everything else starts fresh. Its fields belong to the actor, one incarnation
 * after the other; {@link #traffic} and {@link #outbox} are for everybody.
 */
public final class Carried {

    private final Traffic traffic;
    private final Outbox outbox;
    private History history = History.NONE;
    private long generation;
    private @Nullable Verdicted last;
    private @Nullable InetSocketAddress remote;

    private Carried(Traffic traffic, Outbox outbox, long generation) {
        this.traffic = traffic;
        this.outbox = outbox;
        this.generation = generation;
    }

    /** A failure, what was decided about it, and when. */
    record Verdicted(Failure failure, Decision decision, Instant at) {}

    /** For a spec that is new to the fleet. */
    public static Carried fresh(ConnectionSpec spec) {
        return new Carried(new Traffic(), new Outbox(spec.send()), 0);
    }

    /** For the next actor of the same id: the counters and the generation go on, the row of failures does not. */
    public Carried next(ConnectionSpec spec) {
        return new Carried(traffic, new Outbox(spec.send()), generation);
    }

    public Traffic traffic() {
        return traffic;
    }

    public Outbox outbox() {
        return outbox;
    }

    History history() {
        return history;
    }

    void remember(History changed) {
        history = changed;
    }

    void remember(Failure failure, Decision decision, Instant at) {
        last = new Verdicted(failure, decision, at);
    }

    /** The row of failures is cleared, and with it what it earned. */
    void forgive() {
        history = History.NONE;
        last = null;
    }

    /** The decision that the present wait carries out. */
    Optional<Verdicted> last() {
        return Optional.ofNullable(last);
    }

    void waited() {
        last = null;
    }

    long generation() {
        return generation;
    }

    long nextGeneration() {
        return ++generation;
    }

    void openedTo(InetSocketAddress address) {
        remote = address;
    }

    Optional<InetSocketAddress> lastRemote() {
        return Optional.ofNullable(remote);
    }
}

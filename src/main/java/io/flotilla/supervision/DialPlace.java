package io.flotilla.supervision;

import io.flotilla.connection.DialPermits;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One connection's place in the queue, then its turn; what changes in it belongs to the scheduler. */
final class DialPlace implements DialPermits.Turn, Comparable<DialPlace> {

    enum Stage {
        ASKED,
        QUEUED,
        DIALING,
        OPEN,
        OVER
    }

    final ConnectionId id;
    final Endpoint endpoint;
    final Optional<String> credential;
    final Runnable granted;
    private final ActorRef<DialScheduler.Command> scheduler;
    private final int priority;
    private final Consumer<HeldBy> held;

    long arrival;
    Stage stage = Stage.ASKED;

    /** Whether it has a socket that opened and has not ended. */
    boolean lives;

    /** Whether it dials for all who are held back by the breaker of its host, or by the pause of the fleet. */
    boolean probesHost;

    boolean probesFleet;

    private @Nullable HeldBy told;

    DialPlace(ActorRef<DialScheduler.Command> scheduler, ConnectionSpec spec, Runnable granted, Consumer<HeldBy> held) {
        this.scheduler = scheduler;
        this.id = spec.id();
        this.endpoint = spec.endpoint();
        this.credential = spec.credential();
        this.priority = spec.priority();
        this.granted = granted;
        this.held = held;
    }

    /** Says what holds it, where that is news. */
    void hold(HeldBy by) {
        if (told != by) {
            told = by;
            held.accept(by);
        }
    }

    @Override
    public void opened(InetSocketAddress remote) {
        scheduler.tell(new DialScheduler.Opened(this, remote));
    }

    @Override
    public void failed(Failure failure) {
        scheduler.tell(new DialScheduler.Failed(this, failure));
    }

    @Override
    public void release() {
        scheduler.tell(new DialScheduler.Release(this));
    }

    @Override
    public int compareTo(DialPlace other) {
        int byPriority = Integer.compare(other.priority, priority);
        return byPriority != 0 ? byPriority : Long.compare(arrival, other.arrival);
    }
}

package io.flotilla.connection;

import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.Failure;
import io.flotilla.policy.Decision;
import io.flotilla.policy.History;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Moved;
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

    private final Traffic traffic = new Traffic();
    private final Moved moved = new Moved();
    private final Outbox outbox;
    private History history = History.NONE;
    private long generation;
    private @Nullable Verdicted last;
    private @Nullable InetSocketAddress remote;
    private @Nullable Failure lastFailure;
    private @Nullable Prepared dialled;
    private @Nullable Way way;

    /** For a spec that is new to the fleet. */
    public Carried(ConnectionSpec spec, SendTally tally, Alarm alarm) {
        outbox = new Outbox(spec.send(), tally, alarm);
        way = way(spec);
    }

    /** A failure, what was decided about it, and when. */
    record Verdicted(Failure failure, Decision decision, Instant at) {}

    /** Makes it ready for the next actor of its id: counters and generation go on, the row of failures does not. */
    public void renew(ConnectionSpec spec) {
        outbox.renew(spec.send());
        forgive();
        way = way(spec);
    }

    private static @Nullable Way way(ConnectionSpec spec) {
        return spec.failOver().isEmpty() ? null : new Way(spec);
    }

    /** Which of its URIs the connection dials; empty when it has one only. */
    Optional<Way> way() {
        return Optional.ofNullable(way);
    }

    public Traffic traffic() {
        return traffic;
    }

    Moved moved() {
        return moved;
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
        lastFailure = failure;
    }

    /** The row of failures is cleared, and with it what it earned; so is where the peer was said to be now. */
    void forgive() {
        history = History.NONE;
        last = null;
        moved.forget();
        lastFailure = null;
    }

    /** The decision that the present wait carries out. */
    Optional<Verdicted> last() {
        return Optional.ofNullable(last);
    }

    void waited() {
        last = null;
    }

    /** How the dial before ended, as long as the row of failures is not over. */
    Optional<Failure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** What the present dial says and presents. */
    void dialling(Prepared prepared) {
        dialled = prepared;
    }

    /** What the last dial said and presented. */
    Optional<Prepared> dialled() {
        return Optional.ofNullable(dialled);
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

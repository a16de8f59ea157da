package io.flotilla.policy;

import io.flotilla.spec.FleetSettings;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Keeps a fleet from an endpoint that answers nobody. When so many different connections have failed to open there and none
 * succeeded in between, it opens: nobody dials for a while. Then one does, for all; if that fails too, the while doubles. One
 * connection that fails again and again has its own backoff and opens nothing.
 *
 * <p>Times are readings of one monotonic clock in nanoseconds. Not thread-safe.
 */
public final class Breaker {

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    private final FleetSettings.Breaker settings;
    private final RandomGenerator random;
    private final Set<Object> failed = new HashSet<>();
    private State state = State.CLOSED;
    private long step;
    private long until;

    public Breaker(FleetSettings.Breaker settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** Whether nobody may dial but a single probe, when its time has come. */
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    /** The first moment at which a dial may begin; empty: when the probe that is out has come back. */
    public OptionalLong next(long now) {
        return switch (state) {
            case CLOSED -> OptionalLong.of(now);
            case OPEN -> OptionalLong.of(Math.max(now, until));
            case PROBING -> OptionalLong.empty();
        };
    }

    /** A dial begins, which {@link #next} allows; tells whether it is the probe. */
    public boolean dialing() {
        if (state == State.OPEN) {
            state = State.PROBING;
            return true;
        }
        return false;
    }

    /** The endpoint answered, whatever it said to that connection: it lives. */
    public void answered() {
        state = State.CLOSED;
        failed.clear();
        step = 0;
    }

    /** A connection failed to open, and the endpoint may be to blame. */
    public void failed(Object connection, boolean probe, long now) {
        if (probe) {
            open(now);
        } else if (state == State.CLOSED && settings.failures().isPresent()) {
            failed.add(connection);
            if (failed.size() >= settings.failures().getAsInt()) {
                open(now);
            }
        }
    }

    /** A dial ended and says nothing about the endpoint; if it was the probe, another one may go at once. */
    public void undecided(boolean probe, long now) {
        if (probe) {
            state = State.OPEN;
            until = now;
        }
    }

    private void open(long now) {
        state = State.OPEN;
        failed.clear();
        step = step == 0
                ? settings.first().toNanos()
                : Math.min(2 * step, settings.cap().toNanos());
        until = now + step / 2 + random.nextLong(step / 2 + 1);
    }
}

package io.flotilla.policy;

import io.flotilla.spec.FleetSettings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Stops all dialling while the trouble is on our side: out of descriptors or ports, or no way to any of several hosts. After a
 * while one dial goes, for all; if it meets the same, the while doubles. Blames no peer.
 *
 * <p>Times are readings of one monotonic clock in nanoseconds. Not thread-safe.
 */
public final class Pause {

    /** Hosts that cannot be reached within the window, and none that can: then it is not they. Half of all there are, but so many. */
    static final int HOSTS = 3;

    /** However many hosts there are, so many will do. */
    static final int ENOUGH = 30;

    private static final long WINDOW = 10_000_000_000L;

    private enum State {
        RUNNING,
        PAUSED,
        PROBING
    }

    private final FleetSettings.Pause settings;
    private final Map<Object, Long> unreachable = new HashMap<>();

    /** Hosts of which it is known that they could not be reached: another one is the better probe. */
    private final Set<Object> known = new HashSet<>();

    private State state = State.RUNNING;
    private long step;
    private long until;

    public Pause(FleetSettings.Pause settings) {
        this.settings = settings;
    }

    public boolean isOn() {
        return state != State.RUNNING;
    }

    /** The first moment at which a dial may begin; empty: when the probe that is out has come back. */
    public OptionalLong next(long now) {
        return switch (state) {
            case RUNNING -> OptionalLong.of(now);
            case PAUSED -> OptionalLong.of(Math.max(now, until));
            case PROBING -> OptionalLong.empty();
        };
    }

    /** A dial begins, which {@link #next} allows; tells whether it is the probe. */
    public boolean dialing() {
        if (state == State.PAUSED) {
            state = State.PROBING;
            return true;
        }
        return false;
    }

    /** We lack something of our own. */
    public void lacking(boolean probe, long now) {
        if (probe || state == State.RUNNING) {
            pause(now);
        }
    }

    /**
     * A host cannot be reached.
     *
     * @param hosts how many there are in all
     */
    public void unreachable(Object host, boolean probe, int hosts, long now) {
        known.add(host);
        if (probe) {
            pause(now);
            return;
        }
        unreachable.values().removeIf(at -> now - at > WINDOW);
        unreachable.put(host, now);
        if (state == State.RUNNING && unreachable.size() >= Math.max(HOSTS, Math.min(ENOUGH, (hosts + 1) / 2))) {
            pause(now);
        }
    }

    /** Whether this host says nothing new by not being reached. */
    public boolean isKnown(Object host) {
        return known.contains(host);
    }

    /** A host answered, whatever it said: the way there is open. */
    public void reached(boolean probe) {
        unreachable.clear();
        if (probe || state == State.RUNNING) {
            known.clear();
        }
        if (probe) {
            state = State.RUNNING;
            step = 0;
        }
    }

    /** The probe ended without having met anything: another one may go at once. */
    public void undecided(boolean probe, long now) {
        if (probe) {
            state = State.PAUSED;
            until = now;
        }
    }

    private void pause(long now) {
        state = State.PAUSED;
        step = step == 0
                ? settings.first().toNanos()
                : Math.min(2 * step, settings.cap().toNanos());
        until = now + step;
        unreachable.clear();
    }
}

package io.flotilla.policy;

import java.util.OptionalDouble;

/**
 * A dial rate that gives way: halved when a peer says that we come too fast, and grown back evenly within a minute (AIMD: additive
 * increase, multiplicative decrease, as in RFC 5681). What many refusals of one moment say, they say once. Where no rate is set, the
 * one that was too fast is what it grows back to, and then it is off again.
 *
 * <p>Times are readings of one monotonic clock in nanoseconds. Not thread-safe.
 */
public final class AdaptiveRate {

    private static final long SECOND = 1_000_000_000L;

    /** How long it takes from next to nothing to the whole rate. */
    private static final long GROWTH = 60 * SECOND;

    /** Refusals that come so soon after a cut were earned before it. */
    private static final long ECHO = 2 * SECOND;

    /** What is left at the least: a peer that never lets go of its refusals is still asked now and then. */
    private static final double LEAST = 0.1;

    /** Stands for a rate that is off, so that what is dialled is measured all the same. */
    private static final double FASTEST = 1e6;

    private final OptionalDouble ceiling;
    private final Pace pace;
    private boolean cut;
    private double top;
    private double atCut;
    private long cutAt;

    /** @param ceiling dials a second; empty: off until a peer complains */
    public AdaptiveRate(OptionalDouble ceiling) {
        this.ceiling = ceiling;
        this.pace = new Pace(ceiling.orElse(FASTEST));
    }

    /** The first moment, not before {@code now}, at which a turn may be taken. */
    public long next(long now) {
        grow(now);
        return isOff() ? now : pace.next(now);
    }

    /** Takes a turn, which {@link #next} says is there. */
    public void take(long now) {
        grow(now);
        if (isOff()) {
            pace.took(now);
        } else {
            pace.take(now);
        }
    }

    /** A peer says that this was too fast. */
    public void tooFast(long now) {
        if (cut && now - cutAt < ECHO) {
            return;
        }
        double was = perSecond(now).orElse(Math.max(1, pace.lastSecond(now)));
        if (!cut) {
            top = was;
        }
        double met = Math.max(1, pace.lastSecond(now));
        atCut = Math.max(LEAST, Math.min(was, met) / 2);
        cutAt = now;
        cut = true;
        pace.rate(atCut);
    }

    /** The rate in force; empty: off. */
    public OptionalDouble perSecond(long now) {
        if (!cut) {
            return ceiling;
        }
        double grown = atCut + top * (now - cutAt) / GROWTH;
        return grown < top ? OptionalDouble.of(grown) : ceiling;
    }

    /** Whether nothing is left of what was: a fresh one will do. */
    public boolean idle(long now) {
        grow(now);
        return !cut && pace.idle(now);
    }

    /** Whether no turn was taken for so long that the rate does not matter now. */
    public boolean isStill(long now) {
        return pace.idle(now);
    }

    private boolean isOff() {
        return !cut && ceiling.isEmpty();
    }

    private void grow(long now) {
        if (cut) {
            OptionalDouble rate = perSecond(now);
            cut = !rate.equals(ceiling);
            pace.rate(rate.orElse(FASTEST));
        }
    }
}

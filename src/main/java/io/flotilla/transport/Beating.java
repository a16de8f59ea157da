package io.flotilla.transport;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Heartbeat;
import io.flotilla.spec.Heartbeats;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats of one link: when the next one is due, and by when the last one must be acknowledged. At most one is unacknowledged.
 * Does not read the clock; every {@code now} is of {@link System#nanoTime}. Confined to the link's event loop.
 */
final class Beating implements Heartbeats.Voice {

    private final Heartbeat settings;
    private final Heartbeats.OfLink beats;
    private final boolean acknowledged;
    private final Pulse.Owner owner;

    /** Messages that are to be said before the first heartbeat. */
    private int first;

    private long interval;
    private long next;
    private boolean begun;
    private boolean beaten;
    private boolean awaiting;
    private long awaitedSince;
    private @Nullable Frame said;

    private Beating(Heartbeat settings, Heartbeats.OfLink beats, boolean acknowledged, int first, Pulse.Owner owner) {
        this.settings = settings;
        this.beats = beats;
        this.acknowledged = acknowledged;
        this.first = first;
        this.owner = owner;
    }

    /** Those of the spec; none when it has none, or when user code fails to begin them. */
    static @Nullable Beating of(ConnectionSpec spec, Pulse.Owner owner) {
        Heartbeat settings = spec.liveness().heartbeat().orElse(null);
        if (settings == null) {
            return null;
        }
        int first = spec.opening().onOpen().size();
        if (settings.wording() instanceof Heartbeat.Template template) {
            return new Beating(
                    settings,
                    new TemplateBeats(spec.id(), template),
                    template.acknowledgement().isPresent(),
                    first,
                    owner);
        }
        Heartbeats made = ((Heartbeat.ByClass) settings.wording()).heartbeats();
        try {
            return new Beating(settings, made.begin(spec.id()), made.areAcknowledged(), first, owner);
        } catch (Throwable thrown) { // user code: whatever it throws is its own, and the link goes on
            owner.failed(thrown);
            return null;
        }
    }

    /** The link is open. Tells whether the heartbeats have begun. */
    boolean opened(long now) {
        return first <= 0 && begin(now);
    }

    /** A message was sent. Tells whether the heartbeats have begun with it. */
    boolean sent(long now) {
        return !begun && --first <= 0 && begin(now);
    }

    private boolean begin(long now) {
        begun = true;
        interval = every();
        next = firstAfter(now, interval);
        return true;
    }

    /** A random share: a fleet that came back at once must not beat in step. */
    private static long firstAfter(long now, long interval) {
        return now + ThreadLocalRandom.current().nextLong(interval + 1);
    }

    /** Hears a message; tells whether it acknowledges the last heartbeat. */
    boolean hears(boolean isText, byte[] payload) {
        try {
            boolean meant = beats.hears(isText, payload);
            awaiting &= !meant;
            return meant;
        } catch (Throwable thrown) { // as above
            owner.failed(thrown);
            return false;
        }
    }

    /** The interval may have changed with a message. Tells whether the next heartbeat is at another time now. */
    boolean reconsiders(long now) {
        long changed = every();
        if (!begun || changed == interval) {
            return false;
        }
        next = beaten ? next - interval + changed : firstAfter(now, changed);
        interval = changed;
        return true;
    }

    private long every() {
        Duration every = settings.every();
        try {
            every = beats.every(every);
        } catch (Throwable thrown) { // as above
            owner.failed(thrown);
        }
        return Math.min(Math.max(every.toNanos(), Heartbeat.LEAST.toNanos()), Heartbeat.MOST.toNanos());
    }

    /** While we do not read, no acknowledgement can be seen. */
    void suspend(long now) {
        awaitedSince = now;
    }

    /** Does what is due; answers the nanoseconds until something is, or {@link Pulse#NEVER}. */
    long look(long now) {
        if (!begun) {
            return Pulse.NEVER;
        }
        if (awaiting) {
            long deadline = Math.min(settings.deadline().toNanos(), interval);
            long left = awaitedSince + deadline - now;
            if (left < -Pulse.LATE) { // it is we who were away
                awaitedSince = now - deadline + Pulse.LATE;
                left = Pulse.LATE;
            }
            if (left <= 0) {
                owner.dead(Failure.of(
                        FailureKind.HEARTBEAT_TIMEOUT,
                        "no acknowledgement within " + Duration.ofNanos(deadline) + " after a heartbeat"));
                return Pulse.NEVER;
            }
            return next - now <= 0 ? beat(now) : Math.min(left, next - now);
        }
        return next - now <= 0 ? beat(now) : next - now;
    }

    private long beat(long now) {
        said = null;
        try {
            beats.next(this);
        } catch (Throwable thrown) { // as above
            said = null;
            owner.failed(thrown);
        }
        Frame heartbeat = said;
        said = null;
        if (heartbeat != null) {
            beaten = true;
            awaiting = acknowledged;
            awaitedSince = now;
            owner.say(heartbeat);
        }
        interval = every();
        next = now + interval;
        return awaiting ? Math.min(interval, settings.deadline().toNanos()) : interval;
    }

    @Override
    public void text(String text) {
        said = Frame.text(text);
    }

    @Override
    public void binary(byte[] bytes) {
        said = Frame.binary(bytes);
    }
}

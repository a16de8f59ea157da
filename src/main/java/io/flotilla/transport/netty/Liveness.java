package io.flotilla.transport.netty;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Pulse;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the peer is still there: a ping after a silence, and any inbound byte by its deadline; and what the {@link Pulse}
 * of the link does. One timer for each link, moved on and not set anew by what arrives. Confined to the link's event loop.
 */
public final class Liveness implements Pulse.Owner {

    /** What the link does for it. */
    public interface Owner {
        void sendPing(byte[] payload);

        /** Sends a message of ours. */
        void say(Frame message);

        /** The peer is dead: nothing came by the deadline. */
        void dead(Failure failure);

        /** Whether bytes are being read at all; while they are not, silence is our own. */
        boolean reading();
    }

    private final EventLoop loop;
    private final Dial dial;
    private final Owner owner;

    private long lastInbound = System.nanoTime();
    private long pings;
    private long pingSent;

    /** When the ping left whose pong has not come yet; zero when there is none. */
    private long pingedAt;

    private boolean awaiting;
    private boolean stopped;
    private @Nullable Pulse pulse;
    private @Nullable ScheduledFuture<?> timer;

    public Liveness(EventLoop loop, Dial dial, Owner owner) {
        this.loop = loop;
        this.dial = dial;
        this.owner = owner;
    }

    public void start() {
        Settings.Liveness settings = dial.spec().liveness();
        pulse = Pulse.of(dial.spec(), this, System.nanoTime());
        if (pulse != null) {
            arm(0);
        } else {
            settings.ping().ifPresent(silence -> arm(silence.toNanos()));
        }
    }

    public void stop() {
        stopped = true;
        disarm();
    }

    /** Bytes came. */
    public void heard() {
        lastInbound = System.nanoTime();
    }

    /** Reading begins again after it was stopped for our own consumer. */
    public void resumed() {
        heard();
        if (pulse != null) {
            pulse.suspend(lastInbound);
        }
    }

    /** A whole message came; its bytes were {@link #heard} before. */
    public void message(Inbound message) {
        if (pulse != null && pulse.hears(message, lastInbound)) {
            soon();
        }
    }

    /** A message left that is not the {@link Owner#say} of this. */
    public void sent() {
        if (pulse != null && pulse.sent(System.nanoTime())) {
            soon();
        }
    }

    /** A pong came: of the last ping it says how long the way is. */
    public void pong(byte[] payload) {
        if (payload.length == 8 && ByteBuffer.wrap(payload).getLong() == pings && pingedAt != 0) {
            dial.traffic().roundTrip(System.nanoTime() - pingedAt);
            pingedAt = 0;
        }
    }

    private void soon() {
        disarm();
        arm(0);
    }

    private void arm(long nanos) {
        if (!stopped && nanos != Pulse.NEVER) {
            timer = loop.schedule(this::look, Math.max(nanos, 1_000_000), TimeUnit.NANOSECONDS);
        }
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void look() {
        timer = null;
        long now = System.nanoTime();
        boolean reading = owner.reading();
        long next = dial.spec().liveness().ping().isPresent() ? lookAtPings(now, reading) : Pulse.NEVER;
        if (pulse != null && !stopped) {
            if (!reading) {
                pulse.suspend(now);
            }
            next = Math.min(next, pulse.look(now));
        }
        arm(next);
    }

    /** The nanoseconds until it must look again. */
    private long lookAtPings(long now, boolean reading) {
        long silence = dial.spec().liveness().ping().orElseThrow().toNanos();
        long deadline = dial.spec().liveness().pongDeadline().toNanos();
        if (!reading) {
            awaiting = false;
            lastInbound = now;
            return silence;
        }
        if (awaiting && lastInbound - pingSent < 0) {
            long left = pingSent + deadline - now;
            if (left < -Pulse.LATE) { // it is we who were away: what came meanwhile is still to be read
                pingSent = now - deadline + Pulse.LATE;
                left = Pulse.LATE;
            }
            if (left <= 0) {
                owner.dead(Failure.of(
                        FailureKind.PONG_TIMEOUT,
                        "not a byte within " + dial.spec().liveness().pongDeadline() + " after a ping"));
            }
            return left <= 0 ? Pulse.NEVER : left;
        }
        awaiting = false;
        long left = lastInbound + silence - now;
        if (left > 0) {
            return left;
        }
        ping(now);
        return Math.min(silence, deadline); // its pong begins a new silence, long before the deadline
    }

    private void ping(long now) {
        awaiting = true;
        pingSent = now;
        pingedAt = now;
        owner.sendPing(ByteBuffer.allocate(8).putLong(++pings).array());
    }

    // What the pulse asks for.

    @Override
    public void say(Frame heartbeat) {
        owner.say(heartbeat);
    }

    @Override
    public void dead(Failure failure) {
        owner.dead(failure);
    }

    @Override
    public void silent(boolean again) {
        dial.listener().silent(again);
    }

    @Override
    public void dataAgain() {
        dial.listener().dataAgain();
    }

    @Override
    public void failed(Throwable thrown) {
        dial.listener().sinkFailed(thrown);
    }
}

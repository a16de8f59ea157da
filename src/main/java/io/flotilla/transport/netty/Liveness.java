package io.flotilla.transport.netty;

import io.flotilla.spec.Settings;
import io.flotilla.transport.Traffic;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the peer is still there: a ping after a silence, and any inbound byte by its deadline. One timer for each
 * link, moved on and not set anew by what arrives. Confined to the link's event loop.
 */
public final class Liveness {

    /** What the link does for it. */
    public interface Owner {
        void sendPing(byte[] payload);

        /** Nothing came by the deadline: the peer is dead. */
        void dead(Duration waited);

        /** Whether bytes are being read at all; while they are not, silence is our own. */
        boolean reading();
    }

    private final EventLoop loop;
    private final Settings.Liveness settings;
    private final Traffic traffic;
    private final Owner owner;

    private long lastInbound = System.nanoTime();
    private long pings;
    private long pingSent;

    /** When the ping left whose pong has not come yet; zero when there is none. */
    private long pingedAt;

    private boolean awaiting;
    private @Nullable ScheduledFuture<?> timer;

    public Liveness(EventLoop loop, Settings.Liveness settings, Traffic traffic, Owner owner) {
        this.loop = loop;
        this.settings = settings;
        this.traffic = traffic;
        this.owner = owner;
    }

    public void start() {
        settings.ping().ifPresent(silence -> arm(silence.toNanos()));
    }

    public void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    public void heard() {
        lastInbound = System.nanoTime();
    }

    /** A pong came: of the last ping it says how long the way is. */
    public void pong(byte[] payload) {
        if (payload.length == 8 && ByteBuffer.wrap(payload).getLong() == pings && pingedAt != 0) {
            traffic.roundTrip(System.nanoTime() - pingedAt);
            pingedAt = 0;
        }
    }

    private void arm(long nanos) {
        timer = loop.schedule(this::look, Math.max(nanos, 1_000_000), TimeUnit.NANOSECONDS);
    }

    private void look() {
        long silence = settings.ping().orElseThrow().toNanos();
        long deadline = settings.pongDeadline().toNanos();
        long now = System.nanoTime();
        if (!owner.reading()) {
            awaiting = false;
            lastInbound = now;
            arm(silence);
        } else if (awaiting && lastInbound - pingSent < 0) {
            long left = pingSent + deadline - now;
            if (left > 0) {
                arm(left);
            } else {
                owner.dead(settings.pongDeadline());
            }
        } else {
            awaiting = false;
            long left = lastInbound + silence - now;
            if (left > 0) {
                arm(left);
            } else {
                ping(now);
                arm(Math.min(silence, deadline)); // its pong begins a new silence, long before the deadline
            }
        }
    }

    private void ping(long now) {
        awaiting = true;
        pingSent = now;
        pingedAt = now;
        owner.sendPing(ByteBuffer.allocate(8).putLong(++pings).array());
    }
}

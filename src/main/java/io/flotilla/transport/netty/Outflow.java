package io.flotilla.transport.netty;

import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What leaves one link: messages, each with an answer; pongs, of which only the last one waits; and an eye on whether bytes move
 * at all. Confined to the link's event loop.
 */
final class Outflow {

    private final Channel channel;
    private final Traffic traffic;
    private final Duration timeout;

    /** Told when accepted bytes have waited for the timeout and none was written. */
    private final Runnable stalled;

    private int pending;
    private long done;
    private long progress;
    private boolean flushing;
    private boolean pongLeaving;
    private byte @Nullable [] nextPong;
    private @Nullable ScheduledFuture<?> timer;

    Outflow(Channel channel, Traffic traffic, Duration timeout, Runnable stalled) {
        this.channel = channel;
        this.traffic = traffic;
        this.timeout = timeout;
        this.stalled = stalled;
    }

    void message(Frame frame, Link.Written outcome) {
        int opcode = frame.isText() ? FrameWriter.TEXT : FrameWriter.BINARY;
        pending++;
        watch();
        write(FrameWriter.frame(channel.alloc(), opcode, frame.payload())).addListener(written -> {
            pending--;
            done++;
            if (written.isSuccess()) {
                traffic.written(frame.size());
            }
            outcome.done(written.isSuccess());
        });
    }

    void ping(byte[] payload) {
        write(FrameWriter.frame(channel.alloc(), FrameWriter.PING, payload));
    }

    /** Answers a ping; of pings that come faster than answers leave, the last one is answered (RFC 6455 5.5.3). */
    void pong(byte[] payload) {
        if (pongLeaving) {
            nextPong = payload;
            return;
        }
        pongLeaving = true;
        write(FrameWriter.frame(channel.alloc(), FrameWriter.PONG, payload)).addListener(written -> {
            pongLeaving = false;
            byte[] next = nextPong;
            nextPong = null;
            if (next != null && written.isSuccess()) {
                pong(next);
            }
        });
    }

    /** Nothing leaves after it. */
    ChannelFuture close(int code, String reason) {
        nextPong = null;
        return channel.writeAndFlush(FrameWriter.close(channel.alloc(), code, reason));
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** What is written in one pass of the loop leaves with one flush. */
    private ChannelFuture write(ByteBuf frame) {
        ChannelFuture written = channel.write(frame);
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                flushing = false;
                channel.flush();
            });
        }
        return written;
    }

    private void watch() {
        if (timer == null) {
            progress = progress();
            timer = channel.eventLoop().schedule(this::look, timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        timer = null;
        if (pending == 0) {
            return;
        }
        if (progress() == progress) {
            stalled.run();
        } else {
            watch();
        }
    }

    /** A number that changes when bytes leave. */
    private long progress() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? done : 31 * (31 * done + buffer.currentProgress()) + buffer.totalPendingWriteBytes();
    }
}

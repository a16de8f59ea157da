package io.flotilla.transport.netty;

import io.flotilla.transport.Frame;
import io.flotilla.transport.LastSent;
import io.flotilla.transport.Link;
import io.flotilla.transport.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What leaves one link: messages, each with an answer; pongs, of which a bounded number waits; and an eye on whether bytes move at
 * all. What is written in one pass of the event loop leaves with one flush. Confined to the link's event loop.
 */
final class Outflow implements Runnable {

    /** Pongs that may wait at once; beyond it only the latest ping is answered (RFC 6455 5.5.3). */
    private static final int MOST_PONGS = 32;

    /** How often within the timeout it is looked whether bytes move. */
    private static final int LOOKS = 4;

    private final Channel channel;
    private final Traffic traffic;
    private final boolean deflates;
    private final Duration timeout;

    /** Told when bytes have waited for the timeout and none of them was written. */
    private final Runnable stalled;

    /** Told when every message has its answer. */
    private final Runnable answered;

    private final LastSent lastSent = new LastSent();

    private boolean reading;
    private boolean unflushed;
    private boolean flushComes;

    private int pongs;
    private byte @Nullable [] nextPong;

    private long begun;
    private long done;
    private @Nullable Watch watch;

    /** One message on its way out. */
    private final class Leaving extends DefaultChannelPromise implements ChannelFutureListener {
        private final int size;
        private final int checksum;
        private final Link.Written outcome;

        Leaving(Frame frame, Link.Written outcome) {
            super(channel);
            this.size = frame.size();
            this.checksum = LastSent.checksum(frame);
            this.outcome = outcome;
            begun++;
            addListener(this);
        }

        @Override
        public void operationComplete(ChannelFuture written) {
            done++;
            if (written.isSuccess()) {
                traffic.written(size);
                lastSent.was(size, checksum);
            }
            outcome.done(written.isSuccess());
            if (answeredAll()) {
                answered.run();
            }
        }
    }

    /** @param deflates whether permessage-deflate was agreed upon */
    Outflow(Channel channel, Traffic traffic, boolean deflates, Duration timeout, Runnable stalled, Runnable answered) {
        this.channel = channel;
        this.deflates = deflates;
        this.traffic = traffic;
        this.timeout = timeout;
        this.stalled = stalled;
        this.answered = answered;
    }

    LastSent lastSent() {
        return lastSent;
    }

    boolean answeredAll() {
        return done == begun;
    }

    void message(Frame frame, Link.Written outcome) {
        int opcode = frame.isText() ? FrameWriter.TEXT : FrameWriter.BINARY;
        byte[] deflated = deflates ? Deflation.of(frame.payload()) : null;
        ByteBuf out = deflated == null
                ? FrameWriter.frame(channel.alloc(), opcode, frame.payload())
                : FrameWriter.frame(channel.alloc(), opcode | FrameWriter.DEFLATED, deflated);
        channel.write(out, new Leaving(frame, outcome));
        flushSoon();
    }

    void ping(byte[] payload) {
        write(FrameWriter.frame(channel.alloc(), FrameWriter.PING, payload));
    }

    /** Answers a ping, or leaves it to the next one when answers leave more slowly than pings come. */
    void pong(byte[] payload) {
        if (pongs == MOST_PONGS) {
            flush();
        }
        if (pongs == MOST_PONGS) {
            nextPong = payload;
            return;
        }
        pongs++;
        write(FrameWriter.frame(channel.alloc(), FrameWriter.PONG, payload)).addListener(written -> {
            pongs--;
            byte[] next = nextPong;
            nextPong = null;
            if (next != null && written.isSuccess()) {
                pong(next);
            }
        });
    }

    /** The last thing to leave. */
    ChannelFuture close(int code, String reason) {
        nextPong = null;
        ChannelFuture written = write(FrameWriter.close(channel.alloc(), code, reason));
        flush();
        return written;
    }

    /** Between this and {@link #readDone} bytes of the peer are being looked at: what they give rise to leaves at once after it. */
    void readBegins() {
        reading = true;
    }

    void readDone() {
        reading = false;
        if (unflushed) {
            flush();
        }
    }

    void stop() {
        nextPong = null;
        if (watch != null) {
            watch.timer.cancel(false);
            watch = null;
        }
    }

    private ChannelFuture write(ByteBuf frame) {
        ChannelFuture written = channel.write(frame);
        flushSoon();
        return written;
    }

    private void flushSoon() {
        unflushed = true;
        if (!reading && !flushComes) {
            flushComes = true;
            channel.eventLoop().execute(this);
        }
    }

    /** The flush that was promised for after the present pass. */
    @Override
    public void run() {
        flushComes = false;
        if (unflushed) {
            flush();
        }
    }

    private void flush() {
        unflushed = false;
        channel.flush();
        if (watch == null && waiting() > 0) {
            watch = new Watch();
        }
    }

    private long waiting() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Looks from time to time whether bytes move, as long as some wait. */
    private final class Watch implements Runnable {
        private final long period = Math.max(1, timeout.toNanos() / LOOKS);
        private long movedAt = System.nanoTime();
        private long doneThen = -1;
        private @Nullable Object headThen;
        private long headWrittenThen;
        private ScheduledFuture<?> timer = later();

        private ScheduledFuture<?> later() {
            return channel.eventLoop().schedule(this, period, TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() {
            if (watch != this) {
                return;
            }
            ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
            if (buffer == null || buffer.totalPendingWriteBytes() == 0) {
                watch = null;
                return;
            }
            long now = System.nanoTime();
            if (hasMoved(buffer)) {
                movedAt = now;
            } else if (now - movedAt >= timeout.toNanos()) {
                watch = null;
                stalled.run();
                return;
            }
            timer = later();
        }

        /** Bytes have moved when a message is through, or when another buffer is at the head of the queue, or more of the same is out. */
        private boolean hasMoved(ChannelOutboundBuffer buffer) {
            Object head = buffer.current();
            long headWritten = buffer.currentProgress();
            boolean moved = done != doneThen || head != headThen || headWritten != headWrittenThen;
            doneThen = done;
            headThen = head;
            headWrittenThen = headWritten;
            return moved;
        }
    }
}

package io.flotilla.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The last handler before the socket: counts bytes both ways, and lets out only as many as its shape allows, beneath TLS too. */
final class Wire extends ChannelDuplexHandler {

    /**
     * How bytes leave.
     *
     * @param budget how many may leave at once
     * @param pause how long it then takes until more may leave; null: what is left over never leaves
     * @param refill how many may leave after each pause
     */
    record Shape(long budget, @Nullable Duration pause, long refill) {

        static final Shape OPEN = new Shape(Long.MAX_VALUE, null, 0);

        static Shape trickle(int bytes, Duration every) {
            return new Shape(bytes, every, bytes);
        }

        static Shape pauseAfter(int bytes, Duration pause) {
            return new Shape(bytes, pause, Long.MAX_VALUE);
        }

        static Shape cutAfter(int bytes) {
            return new Shape(bytes, null, 0);
        }
    }

    private record Piece(ByteBuf bytes, ChannelPromise promise) {}

    /** How long the client has to end its side when somebody above closes the channel. */
    static final Duration LINGER = Duration.ofSeconds(10);

    private final Runnable changed;
    private final ArrayDeque<Piece> queue = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private Shape shape = Shape.OPEN;
    private long budget = Long.MAX_VALUE;
    private boolean pausing;
    private boolean outputEnded;
    private boolean closedHere;
    private volatile long bytesIn;
    private volatile long bytesOut;

    /** @param changed told when bytes came in, and when a cut was reached */
    Wire(Runnable changed) {
        this.changed = changed;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }

    /** Whether the shape let its last byte out. */
    boolean isCut() {
        return budget == 0 && shape.pause() == null;
    }

    void shape(Shape next) {
        shape = next;
        budget = next.budget();
        pausing = false;
        pump();
    }

    /** Bytes that pass by TLS. */
    ChannelFuture write(byte[] bytes) {
        ChannelPromise promise = context().newPromise();
        write(context(), Unpooled.wrappedBuffer(bytes), promise);
        flush(context());
        return promise;
    }

    /** Done when everything written so far is with the kernel, or swallowed by a cut. */
    ChannelFuture drained() {
        return write(new byte[0]);
    }

    boolean isOutputEnded() {
        return outputEnded;
    }

    /** Whether the channel was closed or reset from here, not by the client. */
    boolean isClosedHere() {
        return closedHere;
    }

    /**
     * Ends our side of the socket once everything is written.
     *
     * @param linger when the socket is then closed if the client has not ended its own side; zero: never
     * @return done when our FIN is out
     */
    ChannelFuture endOutput(Duration linger) {
        outputEnded = true;
        ChannelPromise ended = context().newPromise();
        drained().addListener(done -> {
            if (done.isSuccess() && context().channel().isActive()) {
                ((DuplexChannel) context().channel()).shutdownOutput(ended);
                if (!linger.isZero()) {
                    context().executor().schedule(this::closeNow, linger.toNanos(), TimeUnit.NANOSECONDS);
                }
            } else {
                ended.tryFailure(new ClosedChannelException());
            }
        });
        return ended;
    }

    /** Closes the socket; bytes of the client's that nobody read make the kernel reset it. */
    ChannelFuture closeNow() {
        closedHere |= context().channel().isOpen();
        return context().close();
    }

    /** Resets the connection. */
    ChannelFuture reset() {
        if (context().channel().isOpen()) {
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        return closeNow();
    }

    /**
     * Whoever closes from above, TLS after a failure for example, wants its last words to be heard: a plain close would reset the
     * connection if bytes of the client's were on their way.
     */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (outputEnded) {
            ctx.close(promise);
        } else {
            endOutput(LINGER);
            promise.trySuccess();
        }
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("Wire must be in a pipeline");
        }
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        addIn(((ByteBuf) msg).readableBytes());
        ctx.fireChannelRead(msg);
        changed.run();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) msg;
        if (budget == Long.MAX_VALUE && queue.isEmpty()) {
            addOut(bytes.readableBytes());
            ctx.write(bytes, promise);
        } else {
            queue.add(new Piece(bytes, promise));
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        pump();
        ctx.flush();
    }

    private void pump() {
        boolean wrote = false;
        for (Piece piece = queue.peek(); piece != null; piece = queue.peek()) {
            int size = piece.bytes().readableBytes();
            if (size == 0) {
                queue.remove();
                context().write(piece.bytes(), piece.promise());
                wrote = true;
            } else if (budget > 0) {
                int allowed = (int) Math.min(size, budget);
                let(piece, allowed, size);
                wrote = true;
            } else if (shape.pause() == null) {
                queue.remove();
                piece.bytes().release();
                piece.promise().trySuccess();
            } else {
                pause(shape.pause());
                break;
            }
        }
        if (wrote) {
            context().flush();
        }
        if (isCut()) {
            changed.run();
        }
    }

    private void let(Piece piece, int allowed, int size) {
        addOut(allowed);
        if (budget != Long.MAX_VALUE) {
            budget -= allowed;
        }
        if (allowed == size) {
            queue.remove();
            context().write(piece.bytes(), piece.promise());
        } else {
            context().write(piece.bytes().readRetainedSlice(allowed));
        }
    }

    private void pause(Duration length) {
        if (pausing) {
            return;
        }
        pausing = true;
        Shape paused = shape;
        context()
                .executor()
                .schedule(
                        () -> {
                            if (pausing && shape.equals(paused)) {
                                pausing = false;
                                budget = paused.refill();
                                pump();
                            }
                        },
                        length.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    // Only the event loop writes the counters; any thread reads them.
    private void addIn(int bytes) {
        long sum = bytesIn + bytes;
        bytesIn = sum;
    }

    private void addOut(int bytes) {
        long sum = bytesOut + bytes;
        bytesOut = sum;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (Piece piece = queue.poll(); piece != null; piece = queue.poll()) {
            piece.bytes().release();
            piece.promise().tryFailure(new ClosedChannelException());
        }
        ctx.fireChannelInactive();
    }
}

package io.flotilla.sink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages as lines of JSON on a thread of its own. Holds at most {@code buffer} bytes; then its connections wait. When its
 * target fails it is degraded, keeps what it holds, and tries again: nothing taken is lost or written twice, and nothing ends.
 */
final class LineSink implements Sink {

    /** Takes whole lines, all of them or none. */
    interface Target {
        /**
         * Writes lines.
         *
         * @throws IOException when none of the lines is there; the same lines come again
         */
        void write(byte[] lines, int length) throws IOException;

        /** Nothing is waiting: the moment to do what can wait. */
        default void idle() throws IOException {}

        default void close() throws IOException {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(LineSink.class);
    private static final int BATCH = 256 * 1024;
    private static final int OVERHEAD = 128;
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Duration CLOSE = Duration.ofSeconds(10);
    private static final long IDLE_MILLIS = 1000;

    private final String name;
    private final Target target;
    private final SinkContext context;
    private final long buffer;
    private final Thread writer;

    private final Object lock = new Object();
    private final Queue<Inbound> queue = new ArrayDeque<>();
    private long held;
    private boolean closing;
    private boolean abandoned;
    private @Nullable CompletableFuture<Void> demand;

    LineSink(String name, Target target, SinkContext context, long buffer) {
        this.name = name;
        this.target = target;
        this.context = context;
        this.buffer = buffer;
        this.writer = new Thread(this::run, "flotilla-sink-" + name);
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        synchronized (lock) {
            queue.add(message);
            held += cost(message);
            if (queue.size() == 1) {
                lock.notifyAll();
            }
            if (held < buffer) {
                return MORE;
            }
            if (demand == null) {
                demand = new CompletableFuture<>();
            }
            return demand;
        }
    }

    private void run() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(BATCH);
        try {
            long cost;
            while ((cost = nextBatch(lines)) > 0) {
                if (!writeUntilWritten(lines)) {
                    break;
                }
                written(cost);
                lines.reset();
            }
        } catch (InterruptedException e) {
            LOG.warn("Sink {} was interrupted", name);
        }
        closeTarget();
    }

    /** Fills the batch, waiting for the first message; zero when there will be none. */
    private long nextBatch(ByteArrayOutputStream lines) throws InterruptedException {
        long cost = 0;
        while (cost == 0) {
            boolean idle = false;
            synchronized (lock) {
                if (queue.isEmpty()) {
                    if (closing) {
                        return 0;
                    }
                    lock.wait(IDLE_MILLIS);
                }
                idle = queue.isEmpty();
            }
            if (idle) {
                idle();
            }
            Inbound next;
            while (lines.size() < BATCH && (next = poll()) != null) {
                cost += cost(next);
                Ndjson.append(next, lines);
            }
        }
        return cost;
    }

    private @Nullable Inbound poll() {
        synchronized (lock) {
            return queue.poll();
        }
    }

    private boolean writeUntilWritten(ByteArrayOutputStream lines) throws InterruptedException {
        Duration wait = FIRST_RETRY;
        boolean failed = false;
        while (true) {
            try {
                target.write(lines.toByteArray(), lines.size());
                if (failed) {
                    context.healed();
                    LOG.info("Sink {} writes again; nothing was lost", name);
                }
                return true;
            } catch (IOException e) {
                String reason = reason(e);
                context.degraded(reason);
                if (!failed) {
                    LOG.warn("Sink {} cannot write: {}; it holds what it has and tries again", name, reason);
                }
                failed = true;
                if (!pause(wait)) {
                    return false;
                }
                wait = wait.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? wait.multipliedBy(2) : LAST_RETRY;
            }
        }
    }

    /** Waits before the next try; false when it should not be tried any more. */
    private boolean pause(Duration wait) throws InterruptedException {
        long until = System.nanoTime() + wait.toNanos();
        synchronized (lock) {
            long rest;
            while (!abandoned && (rest = (until - System.nanoTime()) / 1_000_000) > 0) {
                lock.wait(rest);
            }
            return !abandoned;
        }
    }

    private void written(long cost) {
        CompletableFuture<Void> met = null;
        synchronized (lock) {
            held -= cost;
            if (held < buffer) {
                met = demand;
                demand = null;
            }
        }
        if (met != null) {
            met.complete(null);
        }
    }

    private void idle() {
        try {
            target.idle();
        } catch (IOException e) {
            LOG.warn("Sink {} could not tidy up: {}", name, reason(e));
        }
    }

    private void closeTarget() {
        try {
            target.close();
        } catch (IOException e) {
            LOG.warn("Sink {} did not close well: {}", name, reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static long cost(Inbound message) {
        return (long) message.size() + OVERHEAD;
    }

    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        try {
            writer.join(CLOSE.toMillis());
            synchronized (lock) {
                abandoned = true;
                lock.notifyAll();
            }
            writer.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (lock) {
            if (held > 0) {
                LOG.error("Sink {} closed with about {} bytes of messages that it could not write", name, held);
            }
        }
    }
}

package io.flotilla.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** Takes lines. Called by one thread. */
    interface Target {

        /**
         * Takes all lines, marking as {@linkplain Lines#take taken} what is surely there.
         *
         * @throws IOException when it cannot; what it has not marked comes again
         */
        void write(Lines lines) throws IOException;

        /**
         * Nothing is waiting: the moment to do what time asks for. Called about once a second.
         *
         * @throws IOException when it cannot; it is called again
         */
        default void idle() throws IOException {}

        default void close() throws IOException {}
    }

    /**
     * How long it waits.
     *
     * @param firstRetry after the first failure; doubles with each one
     * @param lastRetry the longest
     * @param flush for what it holds, when it is closed
     */
    record Patience(Duration firstRetry, Duration lastRetry, Duration flush) {
        static final Patience USUAL =
                new Patience(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    private static final Logger LOG = LoggerFactory.getLogger(LineSink.class);

    /** Bytes that are encoded before they are written. */
    private static final int BATCH = 256 * 1024;

    /** What a message costs in the queue beside its payload. */
    static final int OVERHEAD = 128;

    private static final long IDLE_MILLIS = 1000;

    /** While messages come the writer looks by itself so often: waking it for each of them would cost the event loops more. */
    private static final long LINGER_MILLIS = 2;

    private final String name;
    private final Target target;
    private final SinkContext context;
    private final long buffer;
    private final Patience patience;
    private final Thread writer;

    private final Object lock = new Object();
    private List<Inbound> incoming = new ArrayList<>();
    private long held;
    private long messagesHeld;
    private boolean asleep;
    private boolean closing;
    private boolean ended;
    private @Nullable CompletableFuture<Void> demand;

    // Confined to the writer.
    private final Lines lines = new Lines();
    private final Ndjson ndjson = new Ndjson(lines);
    private List<Inbound> batch = new ArrayList<>();
    private int encoded;
    private long linesCost;
    private int linesMessages;
    private @Nullable Duration retry;
    private boolean lively;
    private boolean closingSeen;
    private long idledAt = System.nanoTime();

    LineSink(String name, Target target, SinkContext context, long buffer) {
        this(name, target, context, buffer, Patience.USUAL);
    }

    LineSink(String name, Target target, SinkContext context, long buffer, Patience patience) {
        this.name = name;
        this.target = target;
        this.context = context;
        this.buffer = buffer;
        this.patience = patience;
        this.writer = new Thread(this::run, "flotilla-sink-" + name);
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        synchronized (lock) {
            if (ended) {
                LOG.error("Sink {} is closed; a {} came too late and is dropped", name, message);
                return MORE;
            }
            incoming.add(message);
            held += cost(message);
            messagesHeld++;
            if (asleep) {
                asleep = false;
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

    private static long cost(Inbound message) {
        return (long) message.size() + OVERHEAD;
    }

    // The writer.

    private void run() {
        try {
            boolean more = true;
            while (more) {
                more = step();
            }
        } finally {
            synchronized (lock) {
                messagesHeld -= Math.max(0, linesMessages - lines.linesLeft()); // of a batch that was written in part
            }
            try {
                target.close();
            } catch (IOException | RuntimeException e) {
                LOG.warn("Sink {} did not close well: {}", name, reason(e));
            }
            end();
        }
    }

    /** One thing: a batch, or what time asks for, or a try again. False when it was the last. */
    private boolean step() {
        try {
            if (lines.isEmpty() && !fill()) {
                return false;
            }
            if (!lines.isEmpty()) {
                target.write(lines);
                written();
                healed();
            } else if (System.nanoTime() - idledAt >= IDLE_MILLIS * 1_000_000) {
                target.idle();
                idledAt = System.nanoTime();
                healed();
            }
            return true;
        } catch (IOException e) {
            return failed(reason(e));
        } catch (RuntimeException | Error e) { // a writer that ended would hold its connections for ever
            if (retry == null) {
                LOG.error("Sink {} failed in a way that it should not", name, e);
            }
            return failed(e.toString());
        }
    }

    /** Encodes what has come, after a wait when nothing has; false when nothing will come any more. */
    private boolean fill() {
        if (encoded == batch.size()) {
            batch.clear();
            encoded = 0;
            if (!swap()) {
                return false;
            }
        }
        lines.clear();
        linesCost = 0;
        linesMessages = 0;
        while (encoded < batch.size() && lines.size() < BATCH) {
            Inbound message = batch.get(encoded);
            encode(message);
            linesCost += cost(message);
            linesMessages++;
            encoded++;
        }
        if (lines.isEmpty() && linesMessages > 0) {
            written(); // none of them could be encoded
        }
        return true;
    }

    private void encode(Inbound message) {
        try {
            ndjson.append(message);
        } catch (RuntimeException e) {
            LOG.error("Sink {} cannot write a {} and drops it", name, message, e);
        }
    }

    private boolean swap() {
        synchronized (lock) {
            if (incoming.isEmpty() && !closing) {
                asleep = !lively;
                await(lively ? LINGER_MILLIS : IDLE_MILLIS);
                asleep = false;
            }
            List<Inbound> full = incoming;
            incoming = batch;
            batch = full;
            lively = !full.isEmpty();
            return !full.isEmpty() || !closing;
        }
    }

    /** Call with the lock. Nobody has a reason to interrupt the writer; who does it anyway only wakes it. */
    @SuppressWarnings("WaitNotInLoop") // every caller looks again
    private void await(long millis) {
        try {
            lock.wait(millis);
        } catch (InterruptedException e) {
            LOG.debug("Sink {} was interrupted and goes on", name);
        }
    }

    private void written() {
        CompletableFuture<Void> met = null;
        synchronized (lock) {
            held -= linesCost;
            messagesHeld -= linesMessages;
            if (held <= buffer / 2) { // not at every batch: each time all its connections wake
                met = demand;
                demand = null;
            }
        }
        linesCost = 0;
        linesMessages = 0;
        if (met != null) {
            met.complete(null);
        }
    }

    private void healed() {
        if (retry != null) {
            retry = null;
            context.healed();
            LOG.info("Sink {} writes again; nothing was lost", name);
        }
    }

    /** Says so, and waits; false when it should not be tried any more. */
    private boolean failed(String reason) {
        if (retry == null) {
            LOG.warn("Sink {} cannot write: {}; it keeps what it holds and tries again", name, reason);
        }
        context.degraded(reason);
        Duration wait = retry == null || closingSeen ? patience.firstRetry() : retry.multipliedBy(2);
        retry = wait.compareTo(patience.lastRetry()) < 0 ? wait : patience.lastRetry();
        return pause(retry);
    }

    /** Waits before the next try. The close cuts it short, and the wait after it too; false when it gives up. */
    private boolean pause(Duration wait) {
        long until = System.nanoTime() + wait.toNanos();
        synchronized (lock) {
            long rest;
            while (!ended && (closingSeen || !closing) && (rest = until - System.nanoTime()) > 0) {
                await(rest / 1_000_000 + 1);
            }
            if (closing && !closingSeen) {
                closingSeen = true; // from now on there is little time
            }
            return !ended;
        }
    }

    // The end.

    private void end() {
        CompletableFuture<Void> met;
        synchronized (lock) {
            ended = true;
            met = demand;
            demand = null;
            lock.notifyAll();
        }
        if (met != null) {
            met.complete(null);
        }
    }

    /** Flushes within {@code patience.flush}, trying on while the target fails, and says what could not be written. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        boolean interrupted = !join(patience.flush().toMillis());
        end();
        interrupted = interrupted || !join(patience.firstRetry().toMillis());
        long lost;
        synchronized (lock) {
            lost = messagesHeld;
        }
        if (lost > 0) {
            LOG.error("Sink {} is closed with {} messages that it could not write", name, lost);
            context.degraded("closed with " + lost + " messages not written");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when the wait was interrupted. */
    private boolean join(long millis) {
        try {
            writer.join(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}

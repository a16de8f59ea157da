package io.flotilla.sink;

import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool that user code runs on. A handler that blocks holds one thread; the others go on as long as fewer than all of them
 * block. What waits is bounded by what the connections may have in flight.
 */
public final class Handlers implements AutoCloseable {

    /** Hears that user code holds up other user code. Called on a thread of the pool's own; must not block. */
    public interface Saturation {

        /** All threads are in user code, and work has waited for one longer than it should. Told once, until relieved. */
        void saturated();

        /** Work gets its thread in time again. */
        default void relieved() {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final ThreadPoolExecutor pool;
    private final ScheduledThreadPoolExecutor watch;
    private final int threads;
    private final Saturation saturation;
    private final long patienceNanos;

    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicBoolean watching = new AtomicBoolean();
    private boolean told; // confined to the watch

    /**
     * The sinks of an id that have work, the one that works at the head. An id that was replaced may have two for a while; the
     * second waits for the first, so that one id is never in user code twice.
     */
    private final ConcurrentHashMap<ConnectionId, Queue<HandlerSink>> lanes = new ConcurrentHashMap<>();

    private final Object drained = new Object();
    private volatile boolean draining;
    private volatile boolean closed;

    /**
     * A pool whose threads come when they are needed.
     *
     * @param threads handlers that may block before others wait
     */
    public Handlers(int threads, Saturation saturation) {
        this(threads, saturation, PATIENCE);
    }

    /**
     * The same, less or more patient.
     *
     * @param patience how long work may wait for a thread before the pool counts as saturated
     */
    Handlers(int threads, Saturation saturation, Duration patience) {
        this.threads = threads;
        this.saturation = saturation;
        this.patienceNanos = patience.toNanos();
        this.pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("flotilla-handler-"));
        pool.allowCoreThreadTimeOut(true);
        this.watch = new ScheduledThreadPoolExecutor(1, named("flotilla-handler-watch-"));
        watch.setKeepAliveTime(10, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        watch.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The sink of one connection: hands its messages to the handler, one at a time and in order. */
    public Sink sinkFor(ConnectionSpec spec, MessageHandler handler, HandlerErrors errors) {
        return new HandlerSink(
                spec.id(),
                this,
                handler,
                errors,
                spec.receive().inFlight(),
                spec.onHandlerError() == Settings.OnHandlerError.STOP);
    }

    /** Threads that are in user code now. */
    public int busy() {
        return busy.get();
    }

    public int threads() {
        return threads;
    }

    /** The sink has work: its turn is after other sinks of its id, and after other ids. */
    void begin(HandlerSink sink) {
        boolean[] alone = new boolean[1];
        lanes.compute(sink.id(), (id, line) -> {
            Queue<HandlerSink> joined = line == null ? new ArrayDeque<>(1) : line;
            alone[0] = joined.isEmpty();
            joined.add(sink);
            return joined;
        });
        if (alone[0]) {
            goOn(sink);
        }
    }

    /** The sink, whose turn it is, has more work than one turn may do, or begins. */
    void goOn(HandlerSink sink) {
        sink.queuedAt(System.nanoTime());
        try {
            pool.execute(sink);
        } catch (RejectedExecutionException afterClose) {
            sink.dropAll();
            return;
        }
        if (busy.get() >= threads) {
            lookLater();
        }
    }

    /** The sink has no more work for now. */
    void ended(HandlerSink sink) {
        HandlerSink[] head = new HandlerSink[1];
        lanes.computeIfPresent(sink.id(), (id, line) -> {
            line.poll();
            head[0] = line.peek();
            return line.isEmpty() ? null : line;
        });
        HandlerSink next = head[0];
        if (next != null) {
            goOn(next);
        } else if (draining) {
            synchronized (drained) {
                drained.notifyAll();
            }
        }
    }

    void entered() {
        busy.incrementAndGet();
    }

    void left() {
        busy.decrementAndGet();
    }

    /** Whether what waits should be dropped: the deadline of {@link #close} is over. */
    boolean closed() {
        return closed;
    }

    // Saturation: looked for only while all threads are busy, so that it costs nothing as long as nothing is wrong.

    private void lookLater() {
        if (watching.compareAndSet(false, true)) {
            again();
        }
    }

    private void again() {
        try {
            watch.schedule(this::look, patienceNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException afterClose) {
            watching.set(false);
        }
    }

    private void look() {
        HandlerSink longest = (HandlerSink) pool.getQueue().peek();
        boolean late = longest != null && System.nanoTime() - longest.queuedAt() >= patienceNanos;
        if (late != told) {
            told = late;
            tell();
        }
        if (longest != null || told) {
            again();
            return;
        }
        watching.set(false);
        if (!pool.getQueue().isEmpty()) {
            lookLater();
        }
    }

    private void tell() {
        try {
            if (told) {
                saturation.saturated();
            } else {
                saturation.relieved();
            }
        } catch (RuntimeException e) {
            LOG.error("Who hears of the saturation of handlers failed", e);
        }
    }

    // The end.

    /**
     * Hands over what waits, as long as the deadline allows; then interrupts who is still in user code and drops the rest, which
     * {@link HandlerErrors#dropped} hears of. No message should come any more.
     */
    public void close(Duration deadline) {
        draining = true;
        boolean interrupted = !awaitDrained(System.nanoTime() + deadline.toNanos());
        closed = true;
        watch.shutdownNow();
        for (Runnable never : pool.shutdownNow()) {
            ((HandlerSink) never).dropAll();
        }
        try {
            if (!interrupted && !pool.awaitTermination(AFTER_INTERRUPT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} handlers did not end within {} after they were interrupted", busy(), AFTER_INTERRUPT);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when the wait was interrupted. */
    private boolean awaitDrained(long until) {
        synchronized (drained) {
            long rest;
            while (!lanes.isEmpty() && (rest = until - System.nanoTime()) > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(drained, Math.max(rest, 1_000_000));
                } catch (InterruptedException e) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        close(DRAIN);
    }
}

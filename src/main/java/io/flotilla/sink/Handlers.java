package io.flotilla.sink;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pool that user code runs on. A handler that blocks holds one thread; the others go on as long as fewer than all of them
 * block. The queue is bounded by what the connections may have in flight.
 */
public final class Handlers implements AutoCloseable {

    private final ThreadPoolExecutor pool;
    private final int threads;
    private final Runnable saturated;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * A pool of that many threads, which come when they are needed.
     *
     * @param saturated called once each time that all threads are busy and work is waiting
     */
    public Handlers(int threads, Runnable saturated) {
        this.threads = threads;
        this.saturated = saturated;
        AtomicInteger count = new AtomicInteger();
        this.pool =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "flotilla-handler-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** The sink of one connection: hands its messages to the handler, one at a time and in order. */
    public Sink sinkFor(ConnectionSpec spec, MessageHandler handler, HandlerErrors errors) {
        return new HandlerSink(
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

    void execute(Runnable work) {
        pool.execute(work);
        if (busy.get() >= threads && !pool.getQueue().isEmpty() && told.compareAndSet(false, true)) {
            saturated.run();
        }
    }

    void entered() {
        busy.incrementAndGet();
    }

    void left() {
        busy.decrementAndGet();
        if (pool.getQueue().isEmpty()) {
            told.set(false);
        }
    }

    /** Waits for what is under way, at most so long, then interrupts it. */
    public void close(Duration deadline) {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}

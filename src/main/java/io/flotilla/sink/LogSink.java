package io.flotilla.sink;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs some messages, each cut short, and says how many it left out. Logs on a thread of its own: an appender that blocks must not
 * hold up an event loop. Never pushes back: what the log cannot take is left out.
 */
final class LogSink implements Sink {

    /**
     * @param truncate bytes of a message that are shown
     * @param every one of so many is shown
     * @param perSecond and no more of them than this
     */
    record Settings(int truncate, long every, int perSecond) {}

    /** What waits for the log: no more of a message than is shown. */
    private record Line(String id, long generation, String excerpt) {}

    private static final Logger OWN = LoggerFactory.getLogger(LogSink.class);
    private static final int WAITING = 256;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long SAY_EVERY = 10 * SECOND;
    private static final long IDLE_MILLIS = 1000;
    private static final long CLOSE_MILLIS = 5000;
    private static final int COUNT_BITS = 20;

    /** Wakes the writer at the end. */
    private static final Line END = new Line("", 0, "");

    private final String name;
    private final Logger log;
    private final Settings settings;
    private final LongSupplier nanos;
    private final long began;
    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong secondAndCount = new AtomicLong();
    private final LongAdder leftOut = new LongAdder();
    private final Thread writer;
    private long saidAt;
    private volatile boolean closing;

    LogSink(String name, Logger log, Settings settings, LongSupplier nanos) {
        this.name = name;
        this.log = log;
        this.settings = settings;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.saidAt = began;
        this.writer = new Thread(this::run, "flotilla-sink-" + name);
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        boolean chosen = seen.getAndIncrement() % settings.every() == 0 && turn();
        if (!chosen || !waiting.offer(line(message))) {
            leftOut.increment();
        }
        return MORE;
    }

    private Line line(Inbound message) {
        return new Line(message.id().value(), message.generation(), Excerpt.of(message, settings.truncate()));
    }

    /** Whether this second has room for one more. */
    private boolean turn() {
        long second = (nanos.getAsLong() - began) / SECOND;
        while (true) {
            long before = secondAndCount.get();
            long count = before >>> COUNT_BITS == second ? before & ((1 << COUNT_BITS) - 1) : 0;
            if (count >= settings.perSecond()) {
                return false;
            }
            if (secondAndCount.compareAndSet(before, second << COUNT_BITS | (count + 1))) {
                return true;
            }
        }
    }

    private void run() {
        Line next;
        while ((next = next()) != null || !closing) {
            try {
                if (next != null && !next.equals(END)) {
                    log.atInfo()
                            .addKeyValue("id", next.id())
                            .addKeyValue("generation", next.generation())
                            .log("{}: {}", next.id(), next.excerpt());
                }
                sayLeftOut(false);
            } catch (RuntimeException | Error e) { // an appender of the user's; the next line may do better
                OWN.warn("Sink {} could not log a message", name, e);
            }
        }
        sayLeftOut(true);
    }

    private @Nullable Line next() {
        try {
            return closing ? waiting.poll() : waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return null; // by nobody of ours; the loop asks again
        }
    }

    private void sayLeftOut(boolean now) {
        long time = nanos.getAsLong();
        if (now || time - saidAt >= SAY_EVERY) {
            saidAt = time;
            long count = leftOut.sumThenReset();
            if (count > 0) {
                log.info(
                        "{} messages were left out: sink {} shows one of {}, at most {} a second",
                        count,
                        name,
                        settings.every(),
                        settings.perSecond());
            }
        }
    }

    /** Logs what waits, and what was left out. */
    @Override
    public void close() {
        closing = true;
        if (!waiting.offer(END)) {
            OWN.debug("Sink {} has lines to log and need not be woken", name);
        }
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

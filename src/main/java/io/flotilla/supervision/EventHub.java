package io.flotilla.supervision;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where events fan out. Each reader has a bounded queue of its own and is called off the publisher's thread, one
 * event at a time and in order; what does not fit is lost to that reader alone, and counted. Safe from any thread.
 */
public final class EventHub {

    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);

    /** Events that wait for one reader, at the most. */
    public static final int QUEUE = 8192;

    private final Executor executor;
    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private final AtomicLong lost = new AtomicLong();

    /**
     * A hub without readers.
     *
     * @param executor calls the readers
     */
    public EventHub(Executor executor) {
        this.executor = executor;
    }

    /** One reader's place. */
    public interface Subscription extends AutoCloseable {
        /** Events that this reader lost because it was slow. */
        long lost();

        /** No event is handed over after the one under way. */
        @Override
        void close();
    }

    public Subscription subscribe(Consumer<FleetEvent> reader) {
        Reader place = new Reader(reader);
        readers.add(place);
        return place;
    }

    /** Hands an event to every reader; never blocks. */
    public void publish(FleetEvent event) {
        for (Reader reader : readers) {
            reader.offer(event);
        }
    }

    /** Events lost to slow readers, over all of them. */
    public long lost() {
        return lost.get();
    }

    private final class Reader implements Subscription {
        private static final int BATCH = 256;

        private final Consumer<FleetEvent> reader;
        private final BlockingQueue<FleetEvent> queue = new ArrayBlockingQueue<>(QUEUE);
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private final AtomicLong missed = new AtomicLong();

        Reader(Consumer<FleetEvent> reader) {
            this.reader = reader;
        }

        void offer(FleetEvent event) {
            if (!queue.offer(event)) {
                missed.incrementAndGet();
                lost.incrementAndGet();
            }
            schedule();
        }

        private void schedule() {
            if (scheduled.compareAndSet(false, true)) {
                executor.execute(this::run);
            }
        }

        private void run() {
            FleetEvent event;
            for (int taken = 0; taken < BATCH && (event = queue.poll()) != null; taken++) {
                hand(event);
            }
            scheduled.set(false);
            if (!queue.isEmpty()) {
                schedule();
            }
        }

        private void hand(FleetEvent event) {
            try {
                reader.accept(event);
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError thrown) {
                LOG.warn(
                        "A reader of events failed on {}; it goes on with the next one",
                        event.getClass().getSimpleName(),
                        thrown);
            }
        }

        @Override
        public long lost() {
            return missed.get();
        }

        @Override
        public void close() {
            readers.remove(this);
            queue.clear();
        }
    }
}

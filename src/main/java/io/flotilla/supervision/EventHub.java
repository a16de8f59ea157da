package io.flotilla.supervision;

import io.flotilla.sink.Shelf;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    private final List<Consumer<FleetEvent>> witnesses = new CopyOnWriteArrayList<>();
    private final List<Place> places = new CopyOnWriteArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean ended;

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
        places.add(place.place);
        return place;
    }

    /**
     * The same on the publisher's own thread, before anybody else: loses nothing, must not block and must be quick. Events of one
     * connection come in order, those of several at the same time. {@code lost} is always zero.
     */
    public Subscription witness(Consumer<FleetEvent> witness) {
        witnesses.add(witness);
        return new Subscription() {
            @Override
            public long lost() {
                return 0;
            }

            @Override
            public void close() {
                witnesses.remove(witness);
            }
        };
    }

    /**
     * The same for one who takes events when he can.
     *
     * @param arrived called when there may be something to take, by the publisher; must not block
     */
    public Shelf<FleetEvent> open(Runnable arrived) {
        Place place = new Place(arrived);
        places.add(place);
        return place;
    }

    /** Nothing will be published any more. */
    public void end() {
        ended = true;
        places.forEach(place -> place.arrived.run());
    }

    /** Hands an event to every reader; never blocks. */
    public void publish(FleetEvent event) {
        for (Consumer<FleetEvent> witness : witnesses) {
            hand(witness, event);
        }
        for (Place place : places) {
            place.offer(event);
        }
    }

    /** Says less and less often that readers fail: one that fails on every event must not fill the log of a storm. */
    private void hand(Consumer<FleetEvent> reader, FleetEvent event) {
        try {
            reader.accept(event);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError thrown) {
            long times = failed.incrementAndGet();
            if (Long.bitCount(times) == 1) {
                LOG.warn(
                        "A reader of events failed on {}, failure {} of readers in all; it goes on with the next one",
                        event.getClass().getSimpleName(),
                        times,
                        thrown);
            }
        }
    }

    /** Events lost to slow readers, over all of them. */
    public long lost() {
        return lost.get();
    }

    /** What waits for one reader. */
    private final class Place implements Shelf<FleetEvent> {
        private final Runnable arrived;
        private final BlockingQueue<FleetEvent> queue = new ArrayBlockingQueue<>(QUEUE);
        private final AtomicLong missed = new AtomicLong();

        Place(Runnable arrived) {
            this.arrived = arrived;
        }

        void offer(FleetEvent event) {
            if (!queue.offer(event)) {
                missed.incrementAndGet();
                lost.incrementAndGet();
            }
            arrived.run();
        }

        @Override
        public @Nullable FleetEvent take() {
            return queue.poll();
        }

        @Override
        public boolean isOver() {
            return ended && queue.isEmpty();
        }

        @Override
        public long lost() {
            return missed.get();
        }

        @Override
        public void close() {
            places.remove(this);
            queue.clear();
        }
    }

    /** Calls one reader with what waits for it. */
    private final class Reader implements Subscription {
        private static final int BATCH = 256;

        private final Consumer<FleetEvent> reader;
        private final Place place = new Place(this::schedule);
        private final AtomicBoolean scheduled = new AtomicBoolean();

        Reader(Consumer<FleetEvent> reader) {
            this.reader = reader;
        }

        private void schedule() {
            if (scheduled.compareAndSet(false, true)) {
                executor.execute(this::run);
            }
        }

        private void run() {
            FleetEvent event;
            for (int taken = 0; taken < BATCH && (event = place.take()) != null; taken++) {
                hand(reader, event);
            }
            scheduled.set(false);
            if (!place.queue.isEmpty()) {
                schedule();
            }
        }

        @Override
        public long lost() {
            return place.lost();
        }

        @Override
        public void close() {
            place.close();
        }
    }
}

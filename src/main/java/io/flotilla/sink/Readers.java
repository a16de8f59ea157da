package io.flotilla.sink;

import io.flotilla.spec.ConnectionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who reads along, of one connection or of all of them: what a sink takes they get too, from the moment they begin. A slow one holds
 * back the connections that it reads, and no other. Costs one look at a field per message as long as there is none. Safe from any
 * thread.
 */
public final class Readers {

    /** Bytes that may wait for a reader who only peeks, unless one message alone has more. */
    private static final long PEEKED_BYTES = 1024 * 1024;

    /** Messages that may wait for one reader before it holds back who brings more: then one more of each connection it reads. */
    private static final int ROOM = 16;

    private final Map<ConnectionId, List<Reader>> ofOne = new ConcurrentHashMap<>();
    private final List<Reader> ofAll = new CopyOnWriteArrayList<>();
    private final Object gone = new Object();
    private volatile int count;
    private volatile boolean ended;

    /** This sink, read along. */
    public Sink around(Sink sink) {
        return new ReadAlong(sink);
    }

    /**
     * Begins to read.
     *
     * @param id of this connection only; empty: of all
     * @param arrived called when there may be something to take; must not block
     */
    public Shelf<Inbound> open(Optional<ConnectionId> id, Runnable arrived) {
        return join(new Reader(id, arrived, false));
    }

    /**
     * Begins to read what this connection brings, as far as it is taken in time: holds nothing back, and loses what does not fit, which is
     * counted.
     *
     * @param arrived called when there may be something to take; must not block
     */
    public Shelf<Inbound> peek(ConnectionId id, Runnable arrived) {
        return join(new Reader(Optional.of(id), arrived, true));
    }

    private Reader join(Reader reader) {
        Optional<ConnectionId> id = reader.id;
        synchronized (gone) {
            count++;
        }
        if (id.isPresent()) {
            ofOne.compute(id.get(), (key, readers) -> {
                List<Reader> joined = readers == null ? new CopyOnWriteArrayList<>() : readers;
                joined.add(reader);
                return joined;
            });
        } else {
            ofAll.add(reader);
        }
        return reader;
    }

    /** No message will come any more: readers end when they have taken what waits, for which they have until the deadline. */
    public void end(Duration deadline) {
        ended = true;
        ofAll.forEach(Reader::tell);
        ofOne.values().forEach(readers -> readers.forEach(Reader::tell));
        long until = System.nanoTime() + deadline.toNanos();
        synchronized (gone) {
            long rest;
            while (count > 0 && (rest = until - System.nanoTime()) > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(gone, Math.max(rest, 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void remove(Reader reader) {
        ofAll.remove(reader);
        reader.id.ifPresent(id -> ofOne.computeIfPresent(id, (key, readers) -> {
            readers.remove(reader);
            return readers.isEmpty() ? null : readers;
        }));
        synchronized (gone) {
            count--;
            gone.notifyAll();
        }
    }

    /** A sink and those who read along. */
    private final class ReadAlong implements Sink {
        private final Sink sink;

        ReadAlong(Sink sink) {
            this.sink = sink;
        }

        @Override
        public CompletionStage<Void> accept(Inbound message) {
            return count == 0 ? sink.accept(message) : both(message);
        }

        private CompletionStage<Void> both(Inbound message) {
            CompletionStage<Void> all = MORE;
            for (Reader reader : ofAll) {
                all = after(all, reader.put(message));
            }
            for (Reader reader : ofOne.getOrDefault(message.id(), List.of())) {
                all = after(all, reader.put(message));
            }
            return after(all, sink.accept(message));
        }

        private static CompletionStage<Void> after(CompletionStage<Void> one, CompletionStage<Void> other) {
            if (other == MORE) {
                return one;
            }
            return one == MORE ? other : one.thenCompose(first -> other);
        }
    }

    /** A message, and what completes when it is taken; null where nobody waits for that. */
    private record Waiting(Inbound message, @Nullable CompletableFuture<Void> taken) {}

    private final class Reader implements Shelf<Inbound> {
        private final Optional<ConnectionId> id;
        private final Runnable arrived;
        private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
        private final AtomicInteger size = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final boolean peeks;
        private volatile boolean closed;

        Reader(Optional<ConnectionId> id, Runnable arrived, boolean peeks) {
            this.id = id;
            this.arrived = arrived;
            this.peeks = peeks;
        }

        CompletionStage<Void> put(Inbound message) {
            if (peeks && !hasRoom(message)) {
                lost.incrementAndGet();
                return Sink.MORE;
            }
            bytes.addAndGet(message.size());
            boolean fits = size.incrementAndGet() <= ROOM || peeks;
            CompletableFuture<Void> taken = fits ? null : new CompletableFuture<>();
            waiting.add(new Waiting(message, taken));
            arrived.run();
            if (closed) {
                drop();
            }
            return taken == null ? Sink.MORE : taken;
        }

        private boolean hasRoom(Inbound message) {
            int waits = size.get();
            return waits < ROOM && (waits == 0 || bytes.get() + message.size() <= PEEKED_BYTES);
        }

        void tell() {
            arrived.run();
        }

        @Override
        public @Nullable Inbound take() {
            Waiting next = waiting.poll();
            if (next == null) {
                return null;
            }
            size.decrementAndGet();
            bytes.addAndGet(-next.message().size());
            if (next.taken() != null) {
                next.taken().complete(null);
            }
            return next.message();
        }

        @Override
        public boolean isOver() {
            return ended && waiting.isEmpty();
        }

        @Override
        public long lost() {
            return lost.get();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                remove(this);
                drop();
            }
        }

        private void drop() {
            while (take() != null) {
                // who waited goes on without this reader
            }
        }
    }
}

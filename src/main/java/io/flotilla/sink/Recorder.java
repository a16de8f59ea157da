package io.flotilla.sink;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.Verdict;
import io.flotilla.sink.RecordedFrame.Direction;
import io.flotilla.sink.RecordedFrame.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last frames of one connection, both ways: a ring of {@code record} bytes, whose oldest frames leave for the newest. When a
 * session ends badly its frames are frozen, in the place of those that were frozen before, and the next session begins a ring of its
 * own; a dial that brought no frame freezes nothing. Where the memory of all recorders is used up, a ring makes room by its own oldest
 * frames; one that has none records nothing until there is room again. Safe from any thread.
 */
public final class Recorder {

    /** Bytes of each payload that are kept. */
    public static final int PAYLOAD = 4096;

    /** What a frame costs besides its payload. */
    private static final int COST = 128;

    private final RecorderMemory memory;
    private final long bytes;
    private final Clock clock;
    private final Deque<RecordedFrame> ring = new ArrayDeque<>();
    private long used;
    private List<RecordedFrame> frozen = List.of();
    private long frozenUsed;
    private boolean spoke;
    private boolean closed;

    Recorder(RecorderMemory memory, long bytes, Clock clock) {
        this.memory = memory;
        this.bytes = bytes;
        this.clock = clock;
    }

    long bytes() {
        return bytes;
    }

    /** The sink, with everything recorded that goes to it. */
    public Sink around(Sink sink, Redaction redaction) {
        return new Recorded(sink, redaction);
    }

    private final class Recorded implements Sink {
        private final Sink sink;
        private final Redaction redaction;

        Recorded(Sink sink, Redaction redaction) {
            this.sink = sink;
            this.redaction = redaction;
        }

        @Override
        public CompletionStage<Void> accept(Inbound message) {
            record(
                    message.receivedAt(),
                    message.generation(),
                    Direction.IN,
                    message.isText(),
                    message.bytes(),
                    redaction);
            return sink.accept(message);
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    /** A message was handed to the kernel. */
    public void sent(long generation, boolean isText, byte[] payload, Redaction redaction) {
        record(clock.instant(), generation, Direction.OUT, isText, payload, redaction);
    }

    private void record(
            Instant at, long generation, Direction way, boolean isText, byte[] payload, Redaction redaction) {
        byte[] kept = redaction.kept(payload, isText, PAYLOAD);
        boolean cut = payload.length > PAYLOAD;
        add(new RecordedFrame(at, generation, way, isText ? Kind.TEXT : Kind.BINARY, payload.length, kept, cut, false));
    }

    /** A session or a dial is over; what the peer gave as its reason is masked. */
    public synchronized void ended(Instant at, long generation, Failure failure) {
        Evidence seen = failure.evidence();
        boolean badly = failure.verdict() != Verdict.DONE;
        if (badly) {
            close(at, generation, Direction.IN, seen.closeCodeReceived(), seen.closeReason());
            close(at, generation, Direction.OUT, seen.closeCodeSent(), null);
        } else {
            close(at, generation, Direction.OUT, seen.closeCodeSent(), null);
            close(at, generation, Direction.IN, seen.closeCodeReceived(), seen.closeReason());
        }
        if (badly && spoke && !ring.isEmpty()) {
            memory.give(frozenUsed);
            frozen = ring.stream().map(RecordedFrame::asFrozen).toList();
            frozenUsed = used;
            ring.clear();
            used = 0;
        }
        spoke = false;
    }

    private void close(Instant at, long generation, Direction way, @Nullable Integer code, @Nullable String reason) {
        if (code != null) {
            byte[] text = (reason == null || reason.isEmpty() ? code.toString() : code + " " + reason)
                    .getBytes(StandardCharsets.UTF_8);
            add(new RecordedFrame(at, generation, way, Kind.CLOSE, text.length, text, false, false));
        }
    }

    private synchronized void add(RecordedFrame frame) {
        long cost = cost(frame);
        while (used + cost > bytes && !ring.isEmpty()) {
            dropOldest();
        }
        while (!closed && !memory.take(cost)) {
            if (ring.isEmpty()) {
                return;
            }
            dropOldest();
        }
        if (!closed) {
            used += cost;
            ring.addLast(frame);
            spoke = true;
        }
    }

    private void dropOldest() {
        long freed = cost(ring.removeFirst());
        used -= freed;
        memory.give(freed);
    }

    private static long cost(RecordedFrame frame) {
        return (long) COST + frame.payload().length;
    }

    /** What it has: first what is frozen, then the present; each the oldest first. */
    public synchronized List<RecordedFrame> frames() {
        List<RecordedFrame> all = new ArrayList<>(frozen);
        all.addAll(ring);
        return all;
    }

    /** Forgets everything, and records nothing more. */
    synchronized void close() {
        closed = true;
        memory.give(used + frozenUsed);
        ring.clear();
        frozen = List.of();
        used = 0;
        frozenUsed = 0;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.sink.Inbound;
import io.flotilla.sink.Sink;
import io.flotilla.transport.LinkListener;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Traffic;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Hands the messages of one link to its sink as fast as the sink asks for them, and holds a bounded number of bytes while it does
 * not. Confined to the link's event loop.
 */
final class ReadAhead {

    private static final int OVERHEAD = 64;

    private final EventLoop loop;
    private final Sink sink;
    private final LinkListener listener;
    private final Traffic traffic;
    private final ReceiveMemory memory;
    private final long bound;

    /** Told when there is room again, and when nothing is held any more. */
    private final Runnable roomier;

    private @Nullable Deque<Inbound> held;
    private long heldBytes;
    private boolean stalled;

    ReadAhead(
            EventLoop loop,
            Sink sink,
            LinkListener listener,
            Traffic traffic,
            ReceiveMemory memory,
            long bound,
            Runnable roomier) {
        this.loop = loop;
        this.sink = sink;
        this.listener = listener;
        this.traffic = traffic;
        this.memory = memory;
        this.bound = bound;
        this.roomier = roomier;
    }

    /** Takes one message, always: who reads asks {@link #full} between reads. */
    void take(Inbound message) {
        if (!stalled) {
            handOver(message);
            return;
        }
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.add(message);
        heldBytes += cost(message);
        memory.charge(cost(message));
    }

    /** Whether reading should stop: the bound is met, or that of the fleet is and this link holds some of it. */
    boolean full() {
        return heldBytes > 0 && (heldBytes >= bound || memory.exhausted());
    }

    /** Whether reading may begin again: half of the bound, so that a slow sink does not switch it for every message. */
    boolean roomy() {
        return heldBytes == 0 || (heldBytes * 2 <= bound && !memory.exhausted());
    }

    boolean empty() {
        return heldBytes == 0;
    }

    private void handOver(Inbound message) {
        CompletionStage<Void> answer;
        try {
            answer = sink.accept(message);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError thrown) {
            listener.sinkFailed(thrown);
            return;
        }
        if (answer != Sink.MORE && !answer.toCompletableFuture().isDone()) {
            stalled = true;
            answer.whenComplete((nothing, thrown) -> loop.execute(() -> {
                if (thrown != null) {
                    listener.sinkFailed(thrown);
                }
                resume();
            }));
        }
    }

    private void resume() {
        stalled = false;
        Inbound next;
        while (!stalled && held != null && (next = held.poll()) != null) {
            heldBytes -= cost(next);
            memory.give(cost(next));
            handOver(next);
        }
        if (held != null && held.isEmpty()) {
            held = null;
        }
        roomier.run();
    }

    /** Nobody waits for the sink any more: what it has not taken is dropped and counted. */
    void drop() {
        if (held != null) {
            traffic.dropped(held.size());
            held = null;
            memory.give(heldBytes);
            heldBytes = 0;
        }
    }

    private static long cost(Inbound message) {
        return (long) message.size() + OVERHEAD;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.sink.Inbound;
import io.flotilla.sink.Sink;
import io.flotilla.spec.Settings;
import io.flotilla.transport.LinkListener;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Traffic;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands the messages of one link to its sink as fast as the sink asks for them, and holds a bounded number of bytes while it does
 * not; at the bound {@code receive.on-slow} says what happens. Confined to the link's event loop.
 */
public final class ReadAhead {

    /** What a held message costs besides its payload, so that a flood of empty ones is bounded too. */
    private static final int OVERHEAD = 64;

    /** The link that reads. */
    public interface Owner {

        /** Some of what was held is gone. */
        void roomier();

        /** Reading has stopped for as long as it may; not after {@link ReadAhead#readingGoesOn}. */
        void stalledFor(Duration stall);
    }

    private final EventLoop loop;
    private final Sink sink;
    private final LinkListener listener;
    private final Traffic traffic;
    private final ReceiveMemory memory;
    private final Settings.Receive settings;
    private final Owner owner;

    private @Nullable Slowness slowness;
    private @Nullable Deque<Inbound> held;
    private long heldBytes;
    private @Nullable Demand awaited;

    public ReadAhead(
            EventLoop loop,
            Sink sink,
            LinkListener listener,
            Traffic traffic,
            ReceiveMemory memory,
            Settings.Receive settings,
            Owner owner) {
        this.loop = loop;
        this.sink = sink;
        this.listener = listener;
        this.traffic = traffic;
        this.memory = memory;
        this.settings = settings;
        this.owner = owner;
    }

    /** Takes one message, always: who reads asks {@link #full} between reads. */
    public void take(Inbound message) {
        if (awaited == null && held == null) {
            handOver(message);
            return;
        }
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.add(message);
        heldBytes += cost(message);
        memory.charge(cost(message));
        if (settings.onSlow() == Settings.OnSlow.DROP_OLDEST) {
            dropAllButWhatFits(held);
        }
    }

    /** The newest is kept in any case: it may be as big as the bound. */
    private void dropAllButWhatFits(Deque<Inbound> waiting) {
        while (waiting.size() > 1 && (heldBytes > settings.buffer() || memory.exhausted())) {
            release(waiting.remove());
            slowness().dropped();
        }
    }

    private void release(Inbound message) {
        heldBytes -= cost(message);
        memory.give(cost(message));
    }

    private Slowness slowness() {
        if (slowness == null) {
            slowness = new Slowness(loop, listener, traffic);
        }
        return slowness;
    }

    /** The link has stopped reading, because this was {@link #full}. */
    public void readingStops() {
        slowness().stopped();
        if (settings.onSlow() == Settings.OnSlow.FAIL) {
            slowness().within(settings.stall(), () -> owner.stalledFor(settings.stall()));
        }
    }

    /** The link reads again, or there is nothing more to read. */
    public void readingGoesOn() {
        if (slowness != null) {
            slowness.over();
        }
    }

    /** Whether reading should stop: the bound is met, or that of the fleet is and this link holds some of it; never where it drops. */
    public boolean full() {
        return heldBytes > 0
                && settings.onSlow() != Settings.OnSlow.DROP_OLDEST
                && (heldBytes >= settings.buffer() || memory.exhausted());
    }

    /** Whether reading may begin again: half of the bound, so that a slow sink does not switch it for every message. */
    public boolean roomy() {
        return heldBytes == 0 || (heldBytes * 2 <= settings.buffer() && !memory.exhausted());
    }

    public boolean empty() {
        return heldBytes == 0;
    }

    /** Whether the fleet holds all it may, and this link some of it. */
    boolean crowded() {
        return heldBytes > 0 && memory.exhausted();
    }

    /** The sink answers the demand; whoever throws on its side has thrown at us. */
    @SuppressWarnings("FutureReturnValueIgnored") // what whenComplete returns says no more than the stage itself
    private void handOver(Inbound message) {
        try {
            CompletionStage<Void> answer = sink.accept(message);
            if (answer != Sink.MORE && !isDone(answer)) {
                Demand demand = new Demand();
                awaited = demand;
                answer.whenComplete(demand);
            }
        } catch (Throwable thrown) { // user code: whatever it throws is its own, and the link goes on
            awaited = null;
            listener.sinkFailed(thrown);
        }
    }

    private static boolean isDone(CompletionStage<Void> answer) {
        return answer.getClass() == CompletableFuture.class
                && answer instanceof CompletableFuture<Void> future
                && future.isDone()
                && !future.isCompletedExceptionally();
    }

    /** One answer of the sink that was not there at once; counts once, however often the sink completes it. */
    private final class Demand implements BiConsumer<@Nullable Void, @Nullable Throwable> {
        @Override
        public void accept(@Nullable Void nothing, @Nullable Throwable thrown) {
            if (loop.inEventLoop() && awaited == this && held == null) {
                awaited = null; // at once after all
                if (thrown != null) {
                    listener.sinkFailed(thrown);
                }
                owner.roomier();
                return;
            }
            loop.execute(() -> {
                if (awaited == this) {
                    awaited = null;
                    if (thrown != null) {
                        listener.sinkFailed(thrown);
                    }
                    resume();
                }
            });
        }
    }

    private void resume() {
        while (awaited == null && held != null) {
            Inbound next = held.poll();
            if (next == null) {
                held = null;
            } else {
                release(next);
                handOver(next);
            }
        }
        owner.roomier();
    }

    /** Nobody waits for the sink any more: what it has not taken is dropped and counted. */
    public void drop() {
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

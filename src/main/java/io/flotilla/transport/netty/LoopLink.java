package io.flotilla.transport.netty;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One dial and the socket that comes of it: takes what others ask of it to its event loop, and tells its end once. */
public final class LoopLink implements Link {

    /** What the link is for now: a dial first, then perhaps an open socket. Lives on the event loop. */
    public interface Stage {
        default void send(Frame frame, Written outcome) {
            outcome.done(false);
        }

        default void close(FailureKind why, int code, String reason, Duration flush) {
            abort(why);
        }

        void abort(FailureKind why);
    }

    private final EventLoop loop;
    private final Dial dial;
    private final Consumer<LoopLink> gone;

    // The loop's alone.
    private @Nullable Stage stage;
    private boolean over;

    /** @param gone hears once that the link has ended, before its listener does */
    public LoopLink(EventLoop loop, Dial dial, Consumer<LoopLink> gone) {
        this.loop = loop;
        this.dial = dial;
        this.gone = gone;
    }

    /**
     * Begins on the event loop.
     *
     * @param first enters the first stage
     */
    public void start(Runnable first) {
        onLoop(
                () -> {
                    if (!over) {
                        first.run();
                    }
                },
                this::orphaned);
    }

    /** It is this from now on. */
    public void enter(Stage next) {
        stage = next;
    }

    /** Tells its end where there is no loop any more to do that. */
    public void orphaned() {
        ended(Failure.of(
                FailureKind.DRAINED,
                "the transport is closed",
                new Evidence.Builder().generation(dial.generation()).build()));
    }

    public void ended(Failure failure) {
        stage = null;
        if (!over) {
            over = true;
            gone.accept(this);
            dial.listener().ended(failure);
        }
    }

    @Override
    public long generation() {
        return dial.generation();
    }

    @Override
    public void send(Frame frame, Written outcome) {
        if (loop.inEventLoop()) {
            sendNow(frame, outcome);
        } else {
            onLoop(() -> sendNow(frame, outcome), () -> outcome.done(false));
        }
    }

    private void sendNow(Frame frame, Written outcome) {
        Stage now = stage;
        if (now == null) {
            outcome.done(false);
        } else {
            now.send(frame, outcome);
        }
    }

    @Override
    public void close(FailureKind why, int code, String reason, Duration flush) {
        onStage(now -> now.close(why, code, reason, flush));
    }

    @Override
    public void abort(FailureKind why) {
        onStage(now -> now.abort(why));
    }

    private void onStage(Consumer<Stage> asked) {
        onLoop(
                () -> {
                    if (stage != null) {
                        asked.accept(stage);
                    }
                },
                () -> {});
    }

    /** @param closed runs instead when the transport is closed and its loops with it */
    private void onLoop(Runnable task, Runnable closed) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException rejected) {
            closed.run();
        }
    }
}

package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** One dial and the socket that comes of it: takes what others ask of it to its event loop, and tells its end once. */
final class PekkoHttpLink implements Link, Dialing.Outcome {

    private final PekkoHttpTransport transport;
    private final EventLoop loop;
    private final Dial dial;

    // The loop's alone. First there is a dialing, then perhaps an open socket, then neither.
    private @Nullable Dialing dialing;
    private @Nullable OpenSocket open;
    private boolean over;

    PekkoHttpLink(PekkoHttpTransport transport, EventLoop loop, Dial dial) {
        this.transport = transport;
        this.loop = loop;
        this.dial = dial;
    }

    void start() {
        onLoop(
                () -> {
                    if (!over) {
                        Dialing begun = new Dialing(transport, loop, dial, this);
                        dialing = begun;
                        begun.start();
                    }
                },
                this::orphaned);
    }

    /** Tells its end where there is no loop any more to do that. */
    void orphaned() {
        failed(Failure.of(
                FailureKind.DRAINED,
                "the transport is closed",
                new Evidence.Builder().generation(dial.generation()).build()));
    }

    @Override
    public void opened(Stream stream, ByteString answer, ByteString rest, Opened how) {
        dialing = null;
        OpenSocket socket = new OpenSocket(stream, loop, dial, transport.memory(), how.remote(), this::failed);
        open = socket;
        socket.start(how, answer, rest);
    }

    @Override
    public void failed(Failure failure) {
        dialing = null;
        open = null;
        if (!over) {
            over = true;
            transport.gone(this);
            dial.listener().ended(failure);
        }
    }

    @Override
    public long generation() {
        return dial.generation();
    }

    @Override
    public void send(Frame frame, Written outcome) {
        onLoop(
                () -> {
                    OpenSocket socket = open;
                    if (socket == null) {
                        outcome.done(false);
                    } else {
                        socket.send(frame, outcome);
                    }
                },
                () -> outcome.done(false));
    }

    @Override
    public void close(FailureKind why, int code, String reason, Duration flush) {
        onLoop(
                () -> {
                    if (dialing != null) {
                        dialing.abandon(why);
                    } else if (open != null) {
                        open.close(why, code, reason, flush);
                    }
                },
                () -> {});
    }

    @Override
    public void abort(FailureKind why) {
        onLoop(
                () -> {
                    if (dialing != null) {
                        dialing.abandon(why);
                    } else if (open != null) {
                        open.abort(why);
                    }
                },
                () -> {});
    }

    /** @param gone runs instead when the transport is closed and its loops with it */
    private void onLoop(Runnable task, Runnable gone) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException closed) {
            gone.run();
        }
    }
}

package io.flotilla.sink;

import io.flotilla.spec.ConnectionId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the messages of one connection to user code, off the event loop, in order, within a bound. When the handler fails and its
 * connection stops for that, the rest of that generation is dropped, not handed over: whoever asked to stop at an error has not
 * asked for the messages behind it.
 */
final class HandlerSink implements Sink, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(HandlerSink.class);

    /** Messages in a row before another connection gets the thread. */
    static final int BATCH = 32;

    private final ConnectionId id;
    private final Handlers handlers;
    private final MessageHandler handler;
    private final HandlerErrors errors;
    private final int most;
    private final boolean stopsOnError;

    /** Also the lock of the three below. */
    private final Queue<Inbound> waiting = new ArrayDeque<>(2);

    private boolean running;
    private int inFlight;
    private @Nullable CompletableFuture<Void> demand;

    private long stoppedGeneration = -1; // confined to the turn
    private long queuedAt; // passed on through the queue of the pool

    HandlerSink(
            ConnectionId id,
            Handlers handlers,
            MessageHandler handler,
            HandlerErrors errors,
            int most,
            boolean stopsOnError) {
        this.id = id;
        this.handlers = handlers;
        this.handler = handler;
        this.errors = errors;
        this.most = most;
        this.stopsOnError = stopsOnError;
    }

    ConnectionId id() {
        return id;
    }

    long queuedAt() {
        return queuedAt;
    }

    void queuedAt(long nanos) {
        queuedAt = nanos;
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        boolean begins;
        CompletionStage<Void> answer = MORE;
        synchronized (waiting) {
            waiting.add(message);
            inFlight++;
            begins = !running;
            running = true;
            if (inFlight >= most) {
                if (demand == null) {
                    demand = new CompletableFuture<>();
                }
                answer = demand;
            }
        }
        if (begins) {
            handlers.begin(this);
        }
        return answer;
    }

    /** One turn: a batch, then the others. */
    @Override
    public void run() {
        boolean more = true;
        handlers.entered();
        try {
            for (int handed = 0; handed < BATCH && more; handed++) {
                more = handNext();
            }
        } finally { // whatever came out of there: a turn that does not end would hold the connection for ever
            handlers.left();
            if (more) {
                handlers.goOn(this);
            } else {
                handlers.ended(this);
            }
        }
    }

    private boolean handNext() {
        Inbound next = poll();
        if (next == null) {
            return false;
        }
        try {
            if (handlers.closed() || next.generation() <= stoppedGeneration) {
                drop(next);
            } else {
                hand(next);
            }
        } finally {
            finished();
        }
        return true;
    }

    private @Nullable Inbound poll() {
        synchronized (waiting) {
            Inbound next = waiting.poll();
            running = next != null;
            return next;
        }
    }

    private void hand(Inbound message) {
        try {
            handler.onMessage(message);
        } catch (Throwable thrown) { // user code: a LinkageError or a StackOverflowError of it is no different
            Thread.interrupted();
            failed(message, thrown);
        } finally {
            Thread.interrupted(); // an interrupt that user code left behind is not for the next connection
        }
    }

    private void failed(Inbound message, Throwable thrown) {
        if (stopsOnError) {
            stoppedGeneration = message.generation();
        }
        try {
            errors.failed(message, thrown);
        } catch (Throwable second) { // the turn must end well, or the connection would hang for ever
            LOG.error("The handler failed on a {}, and so did who hears of it", message, second);
        }
        if (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError)) {
            Thread thread = Thread.currentThread(); // not only the handler's: the embedder's own hook hears of it too
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }

    private void drop(Inbound message) {
        try {
            errors.dropped(message);
        } catch (Throwable second) { // as above
            LOG.error("A {} was dropped, and who hears of it failed", message, second);
        }
    }

    /** Asks for more once half of the bound is free, so that a slow handler does not wake the event loop for every message. */
    private void finished() {
        CompletableFuture<Void> met = null;
        synchronized (waiting) {
            inFlight--;
            if (inFlight <= most / 2) {
                met = demand;
                demand = null;
            }
        }
        if (met != null) {
            met.complete(null);
        }
    }

    /** The pool is closed: what waits will not be handed over. */
    void dropAll() {
        Inbound next;
        while ((next = poll()) != null) {
            drop(next);
            finished();
        }
        handlers.ended(this);
    }
}

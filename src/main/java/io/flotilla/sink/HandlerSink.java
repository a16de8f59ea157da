package io.flotilla.sink;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Hands the messages of one connection to user code, off the event loop, in order, within a bound. */
final class HandlerSink implements Sink {

    /** Messages in a row before another connection gets the thread. */
    private static final int BATCH = 32;

    private final Handlers handlers;
    private final MessageHandler handler;
    private final HandlerErrors errors;
    private final int most;
    private final boolean stopsOnError;

    private final Object lock = new Object();
    private final Queue<Inbound> waiting = new ArrayDeque<>(2);
    private boolean running;
    private int inFlight;
    private long stoppedGeneration = -1;
    private @Nullable CompletableFuture<Void> demand;

    HandlerSink(Handlers handlers, MessageHandler handler, HandlerErrors errors, int most, boolean stopsOnError) {
        this.handlers = handlers;
        this.handler = handler;
        this.errors = errors;
        this.most = most;
        this.stopsOnError = stopsOnError;
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        boolean start;
        CompletionStage<Void> answer = MORE;
        synchronized (lock) {
            waiting.add(message);
            inFlight++;
            start = !running;
            running = true;
            if (inFlight >= most) {
                if (demand == null) {
                    demand = new CompletableFuture<>();
                }
                answer = demand;
            }
        }
        if (start) {
            schedule();
        }
        return answer;
    }

    private void schedule() {
        try {
            handlers.execute(this::run);
        } catch (RejectedExecutionException closed) {
            dropAll();
        }
    }

    private void run() {
        for (int handed = 0; handed < BATCH; handed++) {
            Inbound next;
            synchronized (lock) {
                next = waiting.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            hand(next);
            finished();
        }
        schedule();
    }

    private void hand(Inbound message) {
        if (message.generation() <= stoppedGeneration) {
            errors.dropped(message);
            return;
        }
        handlers.entered();
        try {
            handler.onMessage(message);
        } catch (Throwable thrown) { // user code: a LinkageError or a StackOverflowError of it is no different
            if (stopsOnError) {
                stoppedGeneration = message.generation();
            }
            errors.failed(message, thrown);
        } finally {
            handlers.left();
            Thread.interrupted(); // an interrupt that user code left behind is not for the next connection
        }
    }

    private void finished() {
        CompletableFuture<Void> met = null;
        synchronized (lock) {
            inFlight--;
            if (inFlight < most) {
                met = demand;
                demand = null;
            }
        }
        if (met != null) {
            met.complete(null);
        }
    }

    /** The pool is closed: what is waiting will not be handed over. */
    private void dropAll() {
        Inbound next;
        do {
            synchronized (lock) {
                next = waiting.poll();
                running = next != null;
            }
            if (next != null) {
                errors.dropped(next);
                finished();
            }
        } while (next != null);
    }
}

package io.flotilla.credential;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Where user code is asked: on one thread of its own, one question after the other, each with a deadline that counts from the asking.
 * Code that never returns holds up nobody but those who ask here. Safe from any thread.
 */
final class Desk implements AutoCloseable {

    /** Questions that may wait; one more is refused at once. */
    private static final int MOST = 100_000;

    private final String what;
    private final Duration timeout;
    private final ThreadPoolExecutor thread;

    /** @param what who is asked, for people */
    Desk(String what, Duration timeout) {
        this.what = what;
        this.timeout = timeout;
        this.thread = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST), task -> {
            Thread made = new Thread(task, "flotilla-" + what);
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** The answer; fails with what was thrown, or with CredentialUnavailable at the deadline. */
    <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            thread.execute(() -> {
                if (!answer.isDone()) { // else nobody waits for it any more
                    run(question, answer);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new CredentialUnavailable(what + " has too many questions to answer"));
        }
        return answer.exceptionally(thrown -> {
            if (thrown instanceof TimeoutException) {
                throw new CredentialUnavailable(what + " gave no answer within " + timeout.toMillis() + " ms");
            }
            throw new CompletionException(thrown);
        });
    }

    private static <T> void run(Supplier<CompletionStage<T>> question, CompletableFuture<T> answer) {
        try {
            question.get().whenComplete((value, thrown) -> {
                if (thrown != null) {
                    answer.completeExceptionally(thrown);
                } else if (value == null) {
                    answer.completeExceptionally(new CredentialUnavailable("no answer is no credential"));
                } else {
                    answer.complete(value);
                }
            });
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError thrown) { // user code
            answer.completeExceptionally(thrown);
        }
    }

    /** Ends the thread; what it is at is interrupted. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}

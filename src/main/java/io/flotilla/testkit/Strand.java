package io.flotilla.testkit;

import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** One script being performed on one connection; a connection has its own, and one for each reaction at work. */
final class Strand {

    /** Steps after which others get their turn on the event loop. */
    private static final int BURST = 64;

    private final Conversation conversation;
    private final ArrayDeque<Step> program;
    private final Runnable whenOver;
    private long frameCursor;

    Strand(Conversation conversation, List<Step> steps, Runnable whenOver) {
        this.conversation = conversation;
        this.program = new ArrayDeque<>(steps);
        this.whenOver = whenOver;
    }

    Conversation conversation() {
        return conversation;
    }

    /** Performs steps until one waits or none is left. What a function given to the script throws ends the connection. */
    void run() {
        try {
            perform();
        } catch (RuntimeException | Error e) {
            conversation.scriptFailed(e);
        }
    }

    private void perform() {
        for (int i = 0; i < BURST; i++) {
            if (conversation.isOver()) {
                return;
            }
            Step step = program.poll();
            if (step == null) {
                conversation.uncork();
                whenOver.run();
                return;
            }
            if (!step.action().perform(this)) {
                conversation.uncork();
                return;
            }
        }
        conversation.execute(this::run);
    }

    /** These steps come next. */
    void insert(List<Step> steps) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            program.addFirst(steps.get(i));
        }
    }

    boolean pause(Duration length) {
        conversation.executor().schedule(this::run, length.toNanos(), TimeUnit.NANOSECONDS);
        return false;
    }

    /** Goes on when the bytes are with the kernel; when they cannot be, the connection is over and so is the script. */
    boolean awaitWritten(ChannelFuture written) {
        if (written.isDone()) {
            return written.isSuccess();
        }
        written.addListener(done -> {
            if (done.isSuccess()) {
                run();
            }
        });
        return false;
    }

    boolean awaitUntil(BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        conversation.wakeWhen(condition, this);
        return false;
    }

    /** Goes on with the first matching frame that this script has not passed yet. */
    boolean awaitFrame(Predicate<ClientFrame> wanted) {
        return awaitUntil(() -> {
            long found = conversation.peer().find(frameCursor, wanted);
            if (found < 0) {
                return false;
            }
            frameCursor = found + 1;
            return true;
        });
    }
}

package io.flotilla.transport.pekkohttp;

import io.flotilla.transport.netty.OneTimer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps the order of a peer: what ends its socket is seen in the bytes, and is told only when the messages that came before it were
 * handed over, which Pekko HTTP does a little later. Waits for a bounded time. Confined to the link's event loop.
 */
final class AfterMessages {

    private final Duration most;
    private final OneTimer deadline;
    private final Deque<Runnable> endings = new ArrayDeque<>();
    private long expected;

    /** @param most how long an ending may wait */
    AfterMessages(EventLoop loop, Duration most) {
        this.most = most;
        this.deadline = new OneTimer(loop);
    }

    /** The last byte of a message has come. */
    void expectOneMore() {
        expected++;
    }

    void handedOver() {
        expected--;
        goOn();
    }

    /** What was not handed over will not be. */
    void expectNone() {
        expected = 0;
    }

    void then(Runnable ending) {
        endings.add(ending);
        if (expected > 0 && !deadline.isSet()) {
            deadline.set(most, () -> {
                expected = 0;
                goOn();
            });
        }
        goOn();
    }

    private void goOn() {
        while (expected <= 0 && !endings.isEmpty()) {
            endings.remove().run();
        }
    }

    void stop() {
        deadline.stop();
    }
}

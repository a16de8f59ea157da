package io.flotilla.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all links together hold ahead of stalled consumers. At the bound a link that holds some stops reading; one that
 * holds none may still read, so that nobody waits for another. Safe from any thread.
 */
public final class ReceiveMemory {

    private final long most;
    private final AtomicLong used = new AtomicLong();

    /**
     * A bound for all links together.
     *
     * @param most bytes, more than zero
     */
    public ReceiveMemory(long most) {
        this.most = most;
    }

    public void charge(long bytes) {
        used.addAndGet(bytes);
    }

    public void give(long bytes) {
        used.addAndGet(-bytes);
    }

    public boolean exhausted() {
        return used.get() >= most;
    }

    public long used() {
        return used.get();
    }
}

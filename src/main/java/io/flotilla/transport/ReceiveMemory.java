package io.flotilla.transport;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all links together may read ahead of stalled consumers. Safe from any thread. */
public final class ReceiveMemory {

    private final long most;
    private final AtomicLong used = new AtomicLong();

    /** @param most bytes, more than zero */
    public ReceiveMemory(long most) {
        this.most = most;
    }

    /** Takes so many bytes if they are there. */
    public boolean take(long bytes) {
        if (used.addAndGet(bytes) <= most) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    public void give(long bytes) {
        used.addAndGet(-bytes);
    }

    public long used() {
        return used.get();
    }
}

package io.flotilla.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all links together hold of what their peers sent, in two accounts of one size. Ahead of stalled consumers: at the
 * bound a link that holds some stops reading; one that holds none may still read, so that nobody waits for another. And of messages
 * that are not whole yet: at the bound a message that would grow is refused, so that peers that never end theirs cannot take the heap,
 * nor the room of those whose consumers stall. Safe from any thread.
 */
public final class ReceiveMemory {

    private final long most;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong unfinished = new AtomicLong();

    /**
     * A bound for each account of all links together.
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

    /** Takes so many bytes more for a message that is not whole; false, and nothing is taken, when there are not so many. */
    public boolean claim(long bytes) {
        if (unfinished.addAndGet(bytes) > most) {
            unfinished.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    public void unclaim(long bytes) {
        unfinished.addAndGet(-bytes);
    }

    public long unfinished() {
        return unfinished.get();
    }
}

package io.flotilla.sink;

import java.util.concurrent.atomic.AtomicLong;

/** What all recorders of a fleet may hold together: {@code recorder.memory}. Safe from any thread. */
final class RecorderMemory {

    private final long most;
    private final AtomicLong used = new AtomicLong();

    RecorderMemory(long most) {
        this.most = most;
    }

    boolean take(long bytes) {
        if (used.addAndGet(bytes) <= most) {
            return true;
        }
        give(bytes);
        return false;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}

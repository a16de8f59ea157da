package io.flotilla;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, as long as a slow machine may need. */
public final class Waiting {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private Waiting() {}

    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("Awaited in vain: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}

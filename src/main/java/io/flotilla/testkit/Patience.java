package io.flotilla.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits, on a monitor that is notified at every change, for something to be there; not for ever. */
final class Patience {

    private Patience() {}

    /** @throws AssertionError when it is not there in time; says what was awaited and how things stand */
    static <T> T await(
            Object monitor, Duration atMost, Supplier<Optional<T>> wanted, String what, Supplier<String> situation) {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (monitor) {
            while (true) {
                Optional<T> found = wanted.get();
                if (found.isPresent()) {
                    return found.get();
                }
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("Awaited " + what + " for " + atMost + " in vain; " + situation.get());
                }
                try {
                    monitor.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("Interrupted awaiting " + what, e);
                }
            }
        }
    }
}

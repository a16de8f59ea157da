package io.flotilla.sink;

import java.time.Duration;
import java.util.Optional;

/**
 * When a file is forced to its device.
 *
 * @param onRoll before it is set aside or closed
 * @param every and so often in between; zero: after each batch, before it counts as written
 */
record Fsync(boolean onRoll, Optional<Duration> every) {

    static final Fsync NEVER = new Fsync(false, Optional.empty());
    static final Fsync ON_ROLL = new Fsync(true, Optional.empty());
    static final Fsync ALWAYS = every(Duration.ZERO);

    static Fsync every(Duration interval) {
        return new Fsync(true, Optional.of(interval));
    }
}

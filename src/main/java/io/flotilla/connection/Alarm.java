package io.flotilla.connection;

import java.time.Duration;

/** Time for what waits: a clock that never jumps, and somebody who calls later. Safe from any thread. */
public interface Alarm {

    /** A reading of the clock, in nanoseconds. */
    long nanos();

    /**
     * Calls once after the delay, or somewhat later.
     *
     * @param call must not block
     * @return what calls it off
     */
    Runnable in(Duration delay, Runnable call);
}

package io.flotilla.simulation;

import java.time.Duration;
import java.util.Optional;

/** How a host of the scripted world treats those who dial it. */
public sealed interface Manner {

    /** Lets everybody in. */
    record Answers() implements Manner {}

    /** Nobody listens there: the port refuses. */
    record Refuses() implements Manner {}

    /** There is no way to it: a router says so. */
    record Unroutable() implements Manner {}

    /** Takes the TCP connection and then says nothing, as a process that is stopped does; open links fall silent. */
    record Hangs() implements Manner {}

    /** Nothing that is sent there ever arrives; open links fall silent. */
    record Swallows() implements Manner {}

    /** Lets so many in within each second of the clock, and says 429 to the rest. */
    record Throttles(int perSecond, Duration retryAfter) implements Manner {}

    /** Answers every upgrade with a status that is no upgrade. */
    record Says(int status, Optional<Duration> retryAfter) implements Manner {}

    /** Lets everybody in and ends the link a moment later. */
    record Drops(Duration after) implements Manner {}

    /** Whether those who are in hear nothing any more. */
    default boolean isSilent() {
        return this instanceof Hangs || this instanceof Swallows;
    }
}

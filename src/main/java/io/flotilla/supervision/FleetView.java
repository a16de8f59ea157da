package io.flotilla.supervision;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fleet at one moment, as far as it takes to say what is wrong with it.
 *
 * @param incidents of the last {@link Bursts#WINDOW}, the oldest first
 * @param sinks that take nothing now, by name
 * @param saturated when the handlers became saturated; empty: they are not
 * @param handlerThreads that they have
 */
public record FleetView(
        Instant now,
        List<Standing> standings,
        List<Incident> incidents,
        DialStats dials,
        Map<String, DegradedSink> sinks,
        Optional<Instant> saturated,
        int handlerThreads) {

    /** Why a sink takes nothing, and since when. */
    public record DegradedSink(String reason, Instant since) {}
}

package io.flotilla.supervision;

import io.flotilla.spec.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How dialling goes, at one moment.
 *
 * @param lastSecond dials begun in the last second, to a tenth of a second
 * @param waiting connections that wait for their turn
 * @param inFlight dials begun and neither open nor over
 * @param breakers endpoints that nobody may dial but a probe, by name
 * @param paused whether nobody may dial because the trouble is on our side
 * @param probeAt when one may, for all, while {@code paused}; empty: its probe is out
 */
public record DialStats(
        int lastSecond,
        int waiting,
        int inFlight,
        List<OpenBreaker> breakers,
        boolean paused,
        Optional<Instant> probeAt) {

    public static final DialStats NONE = new DialStats(0, 0, 0, List.of(), false, Optional.empty());

    /**
     * An endpoint that answers nobody.
     *
     * @param probeAt when one may dial it, for all; empty: its probe is out
     * @param waiting connections that wait for it
     */
    public record OpenBreaker(Endpoint endpoint, Optional<Instant> probeAt, int waiting) {}

    public int breakersOpen() {
        return breakers.size();
    }

    /** The open breaker of this host, written {@code host:port}; the first one where it has several, by scheme or proxy. */
    public Optional<OpenBreaker> breakerOf(String host) {
        return breakers.stream()
                .filter(open -> open.endpoint().toString().equals(host))
                .findFirst();
    }
}

package io.flotilla.simulation;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a fleet.
 *
 * @param rows one for each step, in their order
 * @param dials all of them
 * @param worst the most dials of any second, wherever it begins
 * @param hosts in the order of their names
 * @param ends what links and dials ended with, in the order of the table
 * @param attempts the most failures in a row that any connection had
 * @param after how it went with each episode, in the order of the scenario
 * @param peaks the most connections that ever did the same at once; every mode is a key
 * @param end what the connections did at the end
 */
public record Outcome(
        Scenario scenario,
        List<Row> rows,
        int dials,
        Worst worst,
        Map<Endpoint, OfHost> hosts,
        Map<FailureKind, Integer> ends,
        int attempts,
        List<Recovery> after,
        Map<Mode, Integer> peaks,
        Map<Mode, Integer> end) {

    /** The worst second, and when it began. */
    public record Worst(int dials, Duration at) {}

    /**
     * How it went with one host.
     *
     * @param away the longest time for which not all of its connections were ready, once they had been
     */
    public record OfHost(int connections, int dials, int worst, Duration away) {}

    /**
     * One step.
     *
     * @param dials begun in it
     * @param worst the most of any second that ends in it
     * @param modes what the connections did at its end; every mode is a key
     */
    public record Row(Duration from, int dials, int worst, Map<Mode, Integer> modes) {}

    /**
     * How it went after an episode.
     *
     * @param before how many were ready when it began
     * @param lowest the fewest that were ready from then on until all were back
     * @param most from the end of the episode until nineteen of twenty that were ready before were so again; empty: never
     * @param all the same for all of them but those given up since
     */
    public record Recovery(Episode episode, int before, int lowest, Optional<Duration> most, Optional<Duration> all) {}

    public int givenUp() {
        return end.getOrDefault(Mode.GIVEN_UP, 0);
    }

    public int ready() {
        return end.getOrDefault(Mode.READY, 0);
    }
}

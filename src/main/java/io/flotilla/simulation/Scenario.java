package io.flotilla.simulation;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import java.time.Duration;
import java.util.List;

/**
 * A fleet and what happens to it. All its specs are put at once, at the start.
 *
 * @param settings of which the limits are in force
 * @param specs what is wanted; a handshake makes them ready, since nobody can say what their peers would have to say
 * @param episodes what happens
 * @param length how long it is watched
 * @param step how long each row of the report is; a whole number of seconds
 * @param seed of everything that is drawn
 */
public record Scenario(
        FleetSettings settings,
        List<ConnectionSpec> specs,
        List<Episode> episodes,
        Duration length,
        Duration step,
        long seed) {

    /** Throws an {@link IllegalArgumentException} when there is nothing to watch, or a step is no whole number of seconds. */
    public Scenario {
        specs = List.copyOf(specs);
        episodes = List.copyOf(episodes);
        if (step.toSeconds() < 1 || step.toNanosPart() != 0 || length.compareTo(step) < 0) {
            throw new IllegalArgumentException(
                    "A scenario has a step of whole seconds, not longer than the whole; not " + step + " of " + length);
        }
    }
}

package io.flotilla.failure;

import java.time.Duration;
import java.util.Optional;

/**
 * Everything a rule prescribes for a failure.
 *
 * @param ruling the verdict as it stands at first
 * @param otherwise the ruling where {@code ruling} asks for a repair that this connection has no means for
 * @param ladder what repetition makes of it
 * @param pace the wait that stands in for the peer's hint when the peer gave none
 */
public record Treatment(Ruling ruling, Ruling otherwise, Optional<Ladder> ladder, Optional<Pace> pace) {

    /** {@code count} failures of the same kind within {@code window} get another ruling; no window: with no READY between. */
    public record Ladder(int count, Optional<Duration> window, Ruling then) {}

    /** A wait drawn uniformly from {@code [min, max]}. */
    public record Pace(Duration min, Duration max) {}

    /** The plain treatment: this ruling and nothing else; an impossible repair is permanent. */
    public static Treatment of(Ruling ruling) {
        return new Treatment(
                ruling,
                ruling.verdict() == Verdict.REPAIRABLE ? Ruling.PERMANENT : ruling,
                Optional.empty(),
                Optional.empty());
    }

    Treatment otherwise(Ruling unrepairable) {
        return new Treatment(ruling, unrepairable, ladder, pace);
    }

    Treatment within(int count, Duration window, Ruling then) {
        return new Treatment(ruling, otherwise, Optional.of(new Ladder(count, Optional.of(window), then)), pace);
    }

    Treatment withoutReady(int count, Ruling then) {
        return new Treatment(ruling, otherwise, Optional.of(new Ladder(count, Optional.empty(), then)), pace);
    }

    Treatment paced(Duration min, Duration max) {
        return new Treatment(ruling, otherwise, ladder, Optional.of(new Pace(min, max)));
    }
}

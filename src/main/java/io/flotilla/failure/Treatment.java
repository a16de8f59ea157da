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

    /** {@code count} failures of one kind within {@code window} get another ruling; no window: with no READY between. */
    public record Ladder(int count, Optional<Duration> window, Ruling then) {
        @Override
        public String toString() {
            String where =
                    window.map(span -> "within " + span.toMinutes() + " min").orElse("with no READY between");
            return count + " " + where + ": " + then.word();
        }
    }

    /** A wait drawn uniformly from {@code [min, max]}. */
    public record Pace(Duration min, Duration max) {
        @Override
        public String toString() {
            return min.toSeconds() + "-" + max.toSeconds() + " s without a hint";
        }
    }

    /** The plain treatment: this ruling and nothing else; an impossible repair is permanent. */
    public static Treatment of(Ruling ruling) {
        return new Treatment(ruling, unrepairable(ruling), Optional.empty(), Optional.empty());
    }

    /**
     * This treatment under a rule that stands before it. What the rule says holds however often it happens, so the ladder goes;
     * the pace stays, and with the same repair what is done without means for it.
     */
    public Treatment instead(Ruling other) {
        return new Treatment(other, other == ruling ? otherwise : unrepairable(other), Optional.empty(), pace);
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

    private static Ruling unrepairable(Ruling ruling) {
        return ruling.verdict() == Verdict.REPAIRABLE ? Ruling.PERMANENT : ruling;
    }

    /** As the documents and the commands write it, such as {@code transient; 3 within 10 min: suspect-bounded}. */
    @Override
    public String toString() {
        return ruling.word()
                + (otherwise == ruling ? "" : ", else " + otherwise.word())
                + ladder.map(steps -> "; " + steps).orElse("")
                + pace.map(wait -> "; " + wait).orElse("");
    }
}

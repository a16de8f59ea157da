package io.flotilla.policy;

import io.flotilla.failure.Repair;
import java.time.Duration;

/** What becomes of a connection after a failure; {@code because} says why, for people. */
public sealed interface Decision {

    String because();

    /**
     * Dial again.
     *
     * @param delay from the failure
     * @param notBefore the part of the delay that the peer asked for: nobody may skip it
     * @param slowLane whether it goes at the pace of the slow lane
     * @param news whether people should hear of it: this kind has just come to the slow lane, for the first time since a
     *     settled session
     */
    record Retry(Duration delay, Duration notBefore, boolean slowLane, boolean news, String because)
            implements Decision {}

    /**
     * Repair, and dial again if that changed something; give up if not.
     *
     * @param delay from the failure, at least
     * @param notBefore the part of the delay that the peer asked for: nobody may skip it
     */
    record RepairFirst(Repair repair, Duration delay, Duration notBefore, String because) implements Decision {}

    /** Never by itself again. */
    record GiveUp(String because) implements Decision {}

    /** It was asked for; no failure. */
    record Finish(String because) implements Decision {}
}

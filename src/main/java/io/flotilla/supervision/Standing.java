package io.flotilla.supervision;

import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Desired;
import java.time.Instant;
import java.util.Optional;

/**
 * How one connection stands, as far as it is compared with others.
 *
 * @param lastFailureAt when that was; empty when nothing ever failed
 */
public record Standing(
        ConnectionId id,
        ConnectionState state,
        Desired desired,
        String host,
        String sink,
        Optional<String> credential,
        Optional<HeldBy> heldBy,
        int failuresInARow,
        Optional<Failure> lastFailure,
        Optional<Instant> lastFailureAt) {

    boolean isReady() {
        return state == ConnectionState.READY;
    }

    /** Whether it should be READY and is not, because of its last failure. */
    boolean isDown() {
        return desired == Desired.UP
                && !isReady()
                && lastFailure.isPresent()
                && (state == ConnectionState.GIVEN_UP || failuresInARow > 0 || isExcused());
    }

    /** What was on our side is not held against it, and holds it all the same. */
    private boolean isExcused() {
        return heldBy.filter(by -> by == HeldBy.BACKOFF || by == HeldBy.HINT || by == HeldBy.PAUSED)
                .isPresent();
    }
}

package io.flotilla.supervision;

import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Labels;
import java.util.Optional;

/**
 * What one sees of a connection at a glance: cheap enough to look at ten thousand of them.
 *
 * @param host {@code host:port} of the last dial, or of the next one
 * @param heldBy what keeps it waiting
 * @param kind of its last failure, also when it is READY again
 * @param verdict of its last failure
 */
public record Glance(
        ConnectionId id,
        ConnectionState state,
        Desired desired,
        String host,
        Labels labels,
        Optional<HeldBy> heldBy,
        Optional<FailureKind> kind,
        Optional<Verdict> verdict) {}

package io.flotilla.supervision;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import java.time.Instant;
import java.util.List;

/**
 * One thing that is wrong now, with all the connections that have it in common.
 *
 * @param sentence for people; never a secret
 * @param subject what it is about: a host and port, the name of a credential or a sink, {@code this machine}
 * @param connections how many it is of
 * @param sample some of them, at most ten, in the order of their ids
 * @param since when the first of them met it
 * @param last when the last of them did
 */
public record Trouble(
        String sentence,
        FailureKind kind,
        Verdict verdict,
        Scope scope,
        String subject,
        int connections,
        List<ConnectionId> sample,
        Instant since,
        Instant last) {

    /** Names of connections that stand for all of them. */
    public static final int SAMPLE = 10;
}

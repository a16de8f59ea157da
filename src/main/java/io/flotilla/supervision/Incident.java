package io.flotilla.supervision;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One ending that nobody asked for.
 *
 * @param host where it dialled, {@code host:port}
 * @param session whether a session ended; else a dial
 * @param code the close code or the HTTP status that came with it
 */
public record Incident(
        Instant at,
        ConnectionId id,
        String host,
        Optional<String> credential,
        FailureKind kind,
        Verdict verdict,
        boolean session,
        @Nullable Integer code) {

    static Incident of(ConnectionEvent.LinkEnded ended, String host, Optional<String> credential) {
        Failure failure = ended.failure();
        Evidence seen = failure.evidence();
        return new Incident(
                ended.at(),
                ended.id(),
                host,
                credential,
                failure.kind(),
                failure.verdict(),
                failure.phase().compareTo(Phase.READY) >= 0,
                seen.closeCodeReceived() == null ? seen.httpStatus() : seen.closeCodeReceived());
    }

    /** How it ended, in a word: its code where there is one, else its kind. */
    String word() {
        return code == null ? kind.name() : code.toString();
    }
}

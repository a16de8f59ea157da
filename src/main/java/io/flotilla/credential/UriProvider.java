package io.flotilla.credential;

import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.WebSocketUri;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Says where a connection dials, each time anew: a discovery service, a gateway that hands out addresses. Every method is called on a
 * thread of this provider's own, never two at once: it may block, and holds up only the connections that name it. What it throws, or
 * does not answer within {@link #timeout}, is CREDENTIAL_UNAVAILABLE for them.
 */
@FunctionalInterface
public interface UriProvider extends AutoCloseable {

    /**
     * The URI of the next dial. Asked before each dial, and once more when a failure asks for another endpoint: the connection is given
     * up when the answer is the URI that has just failed.
     *
     * @param configured the URI of the spec, or the one of its fail-over list whose turn it is
     * @param last how the dial before ended; empty for the first one, and after a session that lasted
     */
    CompletionStage<WebSocketUri> next(ConnectionId id, WebSocketUri configured, Optional<Failure> last);

    /** How long an answer may take. */
    default Duration timeout() {
        return CredentialProvider.DEFAULT_TIMEOUT;
    }

    /** The fleet is closed. Called on another thread, perhaps while a question is open. */
    @Override
    default void close() {}

    /** The same with another timeout. */
    static UriProvider within(Duration timeout, UriProvider provider) {
        return new UriProvider() {
            @Override
            public CompletionStage<WebSocketUri> next(
                    ConnectionId id, WebSocketUri configured, Optional<Failure> last) {
                return provider.next(id, configured, last);
            }

            @Override
            public Duration timeout() {
                return timeout;
            }

            @Override
            public void close() {
                provider.close();
            }
        };
    }
}

package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gives the credential that a dial presents. Every method is called on a thread of this credential's own, never two at once: it may
 * block, and holds up only the connections of this credential. What it throws, or does not answer within {@link #timeout}, is
 * CREDENTIAL_UNAVAILABLE for them.
 */
@FunctionalInterface
public interface CredentialProvider extends AutoCloseable {

    /** What a provider may take for an answer where it says nothing else. */
    Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * The credential of this moment. Asked before each dial, once for all who ask at the same time; fails with anything when there
     * is none to be had. Only the message of a {@link CredentialUnavailable} is ever shown.
     */
    CompletionStage<Secret> current();

    /** Another credential than the one that a peer has just refused; the same one when there is no other. */
    default CompletionStage<Secret> refresh() {
        return current();
    }

    /**
     * Changes what one dial says to its peer, such as a signature with the time in it. Asked for each dial, after {@link #current};
     * {@code {credential}} in what it returns is replaced afterwards.
     */
    default CompletionStage<DialContent> sign(DialContent content, Secret credential) {
        return CompletableFuture.completedStage(content);
    }

    /** How long an answer may take. */
    default Duration timeout() {
        return DEFAULT_TIMEOUT;
    }

    /** How often to ask whether the credential has changed by itself; empty: only dials and repairs ask. */
    default Optional<Duration> watchEvery() {
        return Optional.empty();
    }

    /** The fleet is closed. Called on another thread, perhaps while a question is open. */
    @Override
    default void close() {}
}

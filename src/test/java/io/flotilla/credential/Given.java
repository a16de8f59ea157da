package io.flotilla.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.Secret;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a stage came to. */
final class Given {

    private Given() {}

    static String secret(CompletionStage<Secret> stage) {
        return value(stage).reveal();
    }

    static <T> T value(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("expected a value", e);
        }
    }

    static String reason(CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
            throw new AssertionError("expected a failure, not " + value);
        } catch (ExecutionException e) {
            return CredentialUnavailable.reason(new CompletionException(e.getCause()));
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("expected a failure", e);
        }
    }

    /** What a provider throws or fails with is the same to those who ask it. */
    static String refusal(CredentialProvider provider) {
        String reason;
        try {
            reason = reason(provider.current());
        } catch (CredentialUnavailable thrown) {
            reason = String.valueOf(thrown.getMessage());
        }
        assertThat(reason).doesNotContain("hush");
        return reason;
    }
}

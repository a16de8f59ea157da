package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A provider with the timeout that the configuration gives it. */
record Timed(CredentialProvider provider, Duration timeout) implements CredentialProvider {

    @Override
    public CompletionStage<Secret> current() {
        return provider.current();
    }

    @Override
    public CompletionStage<Secret> refresh() {
        return provider.refresh();
    }

    @Override
    public CompletionStage<DialContent> sign(DialContent content, Secret credential) {
        return provider.sign(content, credential);
    }

    @Override
    public Optional<Duration> watchEvery() {
        return provider.watchEvery();
    }

    @Override
    public void close() {
        provider.close();
    }
}

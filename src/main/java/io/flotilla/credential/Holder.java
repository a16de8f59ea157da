package io.flotilla.credential;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One credential, for all who share it. Safe from any thread. */
final class Holder implements AutoCloseable {

    private final CredentialProvider provider;
    private final Desk desk;
    private final Runnable changed;
    private CompletableFuture<Secret> asking = CompletableFuture.failedFuture(new CredentialUnavailable("not asked"));
    private CompletableFuture<Secret> refreshing = asking;
    private @Nullable Secret latest;
    private long questions;
    private long learnedFrom;
    private long lastRefresh;

    /** @param changed hears when it is another one than before; must not block */
    Holder(String name, CredentialProvider provider, Runnable changed) {
        this.provider = provider;
        this.desk = new Desk("credential [" + name + "]", provider.timeout());
        this.changed = changed;
    }

    /** What a dial of this spec says and presents. */
    CompletionStage<Credentials.Prepared> prepare(ConnectionSpec spec) {
        long since;
        CompletableFuture<Secret> secret;
        synchronized (this) {
            since = ++questions;
            secret = ask();
        }
        return secret.thenCompose(credential -> desk.ask(() -> provider.sign(DialContent.of(spec), credential))
                .thenApply(content -> new Credentials.Prepared(content.over(spec), Optional.of(credential), since)));
    }

    /** The last one that was had. */
    synchronized Optional<Secret> latest() {
        return Optional.ofNullable(latest);
    }

    /** Asks, once for all who ask at the same time. */
    synchronized CompletableFuture<Secret> ask() {
        if (asking.isDone()) {
            asking = learned(desk.ask(provider::current), ++questions);
        }
        return asking;
    }

    /**
     * Whether there is another credential than the one that this dial presented. A refresh that began after the dial was prepared
     * has answered that already: fifty who were refused at once cost one refresh.
     */
    synchronized CompletionStage<Boolean> repair(Credentials.Prepared refused) {
        Optional<Secret> presented = refused.credential();
        if (latest != null && !Optional.of(latest).equals(presented)) {
            return CompletableFuture.completedFuture(true);
        }
        boolean answered = lastRefresh > refused.asked() && !refreshing.isCompletedExceptionally();
        if (refreshing.isDone() && !answered) {
            lastRefresh = ++questions;
            refreshing = learned(desk.ask(provider::refresh), lastRefresh);
            asking = refreshing; // who dials meanwhile takes the new one
        }
        return refreshing.thenApply(secret -> !Optional.of(secret).equals(presented));
    }

    /** An answer to an older question than the last one that was answered is no news. */
    private CompletableFuture<Secret> learned(CompletableFuture<Secret> answer, long question) {
        return answer.thenApply(secret -> {
            boolean other;
            synchronized (this) {
                if (question < learnedFrom) {
                    return Objects.requireNonNull(latest);
                }
                learnedFrom = question;
                other = latest != null && !latest.equals(secret);
                latest = secret;
            }
            if (other) {
                changed.run();
            }
            return secret;
        });
    }

    @Override
    public void close() {
        desk.close();
        provider.close();
    }
}

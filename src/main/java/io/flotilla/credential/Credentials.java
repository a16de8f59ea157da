package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The credentials of a fleet by name. A repair asks the provider once for all who wait for it. Safe from any thread. */
public final class Credentials {

    private final Map<String, Holder> holders = new ConcurrentHashMap<>();

    public Credentials(Map<String, CredentialProvider> providers) {
        providers.forEach((name, provider) -> holders.put(name, new Holder(provider)));
    }

    public boolean knows(String name) {
        return holders.containsKey(name);
    }

    /** The credential for a dial; fails when it cannot be had. */
    public CompletionStage<Secret> forDial(String name) {
        Holder holder = holders.get(name);
        return holder == null ? unknown(name) : holder.ask();
    }

    /** Asks anew; tells whether the credential is another one than the last dial presented. */
    public CompletionStage<Boolean> refresh(String name) {
        Holder holder = holders.get(name);
        return holder == null ? unknown(name) : holder.refresh();
    }

    private static <T> CompletionStage<T> unknown(String name) {
        return CompletableFuture.failedStage(new NoSuchElementException("There is no credential [" + name + "]"));
    }

    private static final class Holder {
        private final CredentialProvider provider;
        private volatile Secret presented = Secret.of("");
        private CompletableFuture<Boolean> refreshing = CompletableFuture.completedFuture(false);

        Holder(CredentialProvider provider) {
            this.provider = provider;
        }

        CompletionStage<Secret> ask() {
            return current().thenApply(secret -> {
                presented = secret;
                return secret;
            });
        }

        synchronized CompletionStage<Boolean> refresh() {
            if (refreshing.isDone()) {
                Secret before = presented;
                refreshing =
                        current().thenApply(secret -> !secret.equals(before)).toCompletableFuture();
            }
            return refreshing;
        }

        private CompletionStage<Secret> current() {
            try {
                return provider.current();
            } catch (RuntimeException | LinkageError thrown) { // user code: a throw is a failed answer
                return CompletableFuture.failedStage(thrown);
            }
        }
    }
}

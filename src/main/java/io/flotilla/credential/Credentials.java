package io.flotilla.credential;

import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The credentials of a fleet by name: asked once for all who ask at the same time, refreshed once for all whom a peer refused, and
 * watched where they may change by themselves. Safe from any thread.
 */
public final class Credentials implements AutoCloseable {

    /** Hears that a credential is another one than before. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Must not block.
         *
         * @param byItself whether it is one that changes by itself only, such as a file; else any question may have changed it
         */
        void changed(String name, boolean byItself);
    }

    /**
     * What a dial says and presents.
     *
     * @param spec the connection's spec as this dial has it
     * @param asked when it was asked for, in the order of questions to its credential
     */
    public record Prepared(ConnectionSpec spec, Optional<Secret> credential, long asked) {
        /** A dial as its spec has it, without a credential. */
        public static Prepared plain(ConnectionSpec spec) {
            return new Prepared(spec, Optional.empty(), 0);
        }
    }

    /** A provider of URIs, and where it is asked. */
    private record Finder(UriProvider provider, Desk desk) {}

    private final Map<String, Holder> holders = new HashMap<>();
    private final Map<String, Finder> finders = new HashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "flotilla-credentials");
        thread.setDaemon(true);
        return thread;
    });

    public Credentials(Map<String, CredentialProvider> providers, Map<String, UriProvider> uris, Listener listener) {
        uris.forEach((name, provider) ->
                finders.put(name, new Finder(provider, new Desk("URI provider [" + name + "]", provider.timeout()))));
        providers.forEach((name, provider) -> {
            Optional<Duration> every = provider.watchEvery();
            Holder holder = new Holder(name, provider, () -> listener.changed(name, every.isPresent()));
            holders.put(name, holder);
            every.ifPresent(wait ->
                    clock.scheduleWithFixedDelay(holder::ask, wait.toMillis(), wait.toMillis(), TimeUnit.MILLISECONDS));
        });
    }

    public boolean knows(String name) {
        return holders.containsKey(name);
    }

    public boolean knowsUris(String name) {
        return finders.containsKey(name);
    }

    /**
     * What a dial of this spec says and presents; fails when that cannot be had.
     *
     * @param last how the dial before ended
     */
    public CompletionStage<Prepared> prepare(ConnectionSpec spec, Optional<Failure> last) {
        return spec.uriFrom().isEmpty()
                ? presenting(spec)
                : found(spec, last).thenCompose(uri -> presenting(spec.with(change -> change.uri(uri))));
    }

    /** The credential of the spec as it was had last; asks nobody. */
    public Optional<Secret> latest(ConnectionSpec spec) {
        return spec.credential().map(holders::get).flatMap(Holder::latest);
    }

    /** Whether its provider of URIs has another one than the one that failed. */
    public CompletionStage<Boolean> elsewhere(ConnectionSpec spec, Prepared failed, Failure failure) {
        return found(spec, Optional.of(failure))
                .thenApply(uri -> !uri.equals(failed.spec().uri()));
    }

    private CompletionStage<WebSocketUri> found(ConnectionSpec spec, Optional<Failure> last) {
        String name = spec.uriFrom().orElseThrow();
        Finder finder = finders.get(name);
        return finder == null
                ? CompletableFuture.failedStage(new NoSuchElementException("There is no URI provider [" + name + "]"))
                : finder.desk().ask(() -> finder.provider().next(spec.id(), spec.uri(), last));
    }

    private CompletionStage<Prepared> presenting(ConnectionSpec spec) {
        if (spec.credential().isEmpty()) {
            return CompletableFuture.completedStage(Prepared.plain(spec));
        }
        Holder holder = holders.get(spec.credential().get());
        return holder == null ? unknown(spec.credential().get()) : holder.prepare(spec);
    }

    /** Whether there is another credential than the one that a refused dial presented; asks for one where that is not known. */
    public CompletionStage<Boolean> repair(Prepared refused) {
        String name = refused.spec().credential().orElse("none");
        Holder holder = holders.get(name);
        return holder == null ? unknown(name) : holder.repair(refused);
    }

    private static <T> CompletionStage<T> unknown(String name) {
        return CompletableFuture.failedStage(new NoSuchElementException("There is no credential [" + name + "]"));
    }

    @Override
    public void close() {
        clock.shutdownNow();
        holders.values().forEach(Holder::close);
        finders.values().forEach(finder -> {
            finder.desk().close();
            finder.provider().close();
        });
    }
}

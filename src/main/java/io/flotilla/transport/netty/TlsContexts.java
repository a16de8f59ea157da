package io.flotilla.transport.netty;

import io.flotilla.spec.Settings;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * TLS for dials, on OpenSSL where it loads and on the JDK where it does not. Dials with equal settings share a context, and with other
 * settings they share nothing: no session of one trust, key or pin is ever resumed under another. Safe from any thread.
 */
public final class TlsContexts implements AutoCloseable {

    private static final long IDLE_SECONDS = 30;

    /** A disk that hangs must not stop a fleet that has what it needs. */
    private static final long PATIENCE_SECONDS = 2;

    private final SslProvider provider;
    private final int most;
    private final ExecutorService reader;

    /** In the order of their use, so that the first is the one to leave. */
    private final Map<Settings.Tls, Shared> contexts = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * No context yet.
     *
     * @param openSsl OpenSSL where it loads
     * @param most contexts kept ready; 1 or more
     */
    public TlsContexts(boolean openSsl, int most) {
        this(openSsl, most, oneThread());
    }

    /** @param reader runs what waits for the disk, one at a time */
    TlsContexts(boolean openSsl, int most, ExecutorService reader) {
        this.provider = openSsl && OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
        this.most = most;
        this.reader = reader;
    }

    private static ExecutorService oneThread() {
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "flotilla-tls-files");
                    thread.setDaemon(true);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /** {@code OpenSSL …} or {@code the JDK's TLS}. */
    String describe() {
        return provider == SslProvider.JDK ? "the JDK's TLS" : OpenSsl.versionString();
    }

    /**
     * The context for a dial that begins now: of what is in the files after this call, or what was last good in them when they cannot be
     * looked at for two seconds. Fails with {@link TlsUnusable}, and is then tried anew by the next dial.
     */
    public CompletableFuture<TlsContext> context(Settings.Tls settings) {
        return shared(settings).current();
    }

    /** Whether the key in the files is now another one than that of this fingerprint. */
    public CompletionStage<Boolean> renewed(Settings.Tls settings, @Nullable String rejected) {
        return context(settings).thenApply(context -> !context.fingerprint().equals(Optional.ofNullable(rejected)));
    }

    private Shared shared(Settings.Tls settings) {
        synchronized (contexts) {
            Shared shared = contexts.computeIfAbsent(settings, Shared::new);
            if (contexts.size() > most) {
                contexts.remove(contexts.keySet().iterator().next());
            }
            return shared;
        }
    }

    /** How many are kept. */
    int size() {
        synchronized (contexts) {
            return contexts.size();
        }
    }

    /** To be called when nothing is dialled any more; the sockets that are left keep their own share. */
    @Override
    public void close() {
        reader.shutdownNow();
        synchronized (contexts) {
            contexts.values().forEach(Shared::release);
            contexts.clear();
        }
    }

    /** The context of one setting, and the look at its files that has not begun yet: all dials of a moment wait for the same one. */
    private final class Shared {
        private final TlsSource source;
        private @Nullable CompletableFuture<TlsContext> asked;
        private volatile @Nullable TlsContext last;

        Shared(Settings.Tls settings) {
            this.source = new TlsSource(settings, provider, Clock.systemUTC());
        }

        synchronized CompletableFuture<TlsContext> current() {
            TlsContext made = last;
            if (made != null && !source.hasFiles()) {
                return CompletableFuture.completedFuture(made);
            }
            CompletableFuture<TlsContext> waiting = asked;
            if (waiting == null) {
                CompletableFuture<TlsContext> next = new CompletableFuture<>();
                waiting = next;
                asked = next;
                if (made != null) {
                    next.completeOnTimeout(made, PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
                try {
                    reader.execute(() -> look(next));
                } catch (RejectedExecutionException closed) {
                    next.completeExceptionally(closed);
                }
            }
            return waiting;
        }

        /** Who asks from now on may have seen a file change that this look does not see. */
        private synchronized void begun() {
            asked = null;
        }

        private void look(CompletableFuture<TlsContext> waiting) {
            begun();
            try {
                TlsContext current = source.current();
                last = current;
                waiting.complete(current);
            } catch (TlsUnusable | RuntimeException | LinkageError unusable) {
                waiting.completeExceptionally(unusable);
            }
        }

        void release() {
            TlsContext made = last;
            if (made != null) {
                made.release();
            }
        }
    }
}

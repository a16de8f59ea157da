package io.flotilla.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open sinks of a fleet by name, and what is wrong with them. {@code none} is always there. Safe from any thread. */
public final class Sinks implements AutoCloseable {

    /** The name of the sink that drops everything. */
    public static final String NONE = "none";

    /** Hears when a sink gets degraded, for another reason too, and when it is well again. Called on a sink's thread. */
    public interface Listener {
        void degraded(String sink, String reason);

        void healed(String sink);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Sinks.class);
    private static final Duration CLOSE = Duration.ofSeconds(15);

    private final Map<String, Sink> open = new LinkedHashMap<>();
    private final Map<String, String> degraded = new ConcurrentHashMap<>();
    private final Listener listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sinks(Listener listener) {
        this.listener = listener;
    }

    /**
     * Opens all of them, or none.
     *
     * @throws IOException names the sink that could not be opened, and why; those opened before it are closed
     */
    public static Sinks open(Map<String, SinkProvider.Opener> openers, Listener listener) throws IOException {
        Sinks sinks = new Sinks(listener);
        for (Map.Entry<String, SinkProvider.Opener> opener : openers.entrySet()) {
            String name = opener.getKey();
            try {
                sinks.open.put(name, opener.getValue().open(sinks.new Voice(name)));
            } catch (IOException | RuntimeException | LinkageError e) {
                sinks.close();
                String reason = e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
                throw new IOException("Sink [" + name + "] cannot be opened: " + reason, e);
            }
        }
        sinks.open.put(NONE, NoneSink.INSTANCE);
        return sinks;
    }

    public Optional<Sink> find(String name) {
        return Optional.ofNullable(open.get(name));
    }

    /** In alphabetical order. */
    public Set<String> names() {
        return new TreeSet<>(open.keySet());
    }

    /** The sinks that cannot take messages for now, and why. */
    public Map<String, String> degraded() {
        return new TreeMap<>(degraded);
    }

    /**
     * Closes each of them once, all at the same time; one that fails or hangs does not keep the others open, nor the caller for
     * longer than 15 seconds. A second call does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        List<Thread> closers = new ArrayList<>();
        open.forEach((name, sink) -> {
            if (sink != NoneSink.INSTANCE) {
                Thread closer = new Thread(() -> close(name, sink), "flotilla-close-" + name);
                closer.setDaemon(true);
                closer.start();
                closers.add(closer);
            }
        });
        long until = System.nanoTime() + CLOSE.toNanos();
        try {
            for (Thread closer : closers) {
                long rest = Math.max(until - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(1));
                TimeUnit.NANOSECONDS.timedJoin(closer, rest);
                if (closer.isAlive()) {
                    LOG.error("{} did not end within {}; it is left behind", closer.getName(), CLOSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(String name, Sink sink) {
        try {
            sink.close();
        } catch (
                Throwable thrown) { // maybe a plugin's: it must not keep the others from being closed, or end a process
            LOG.error("Sink {} did not close well", name, thrown);
        }
    }

    /** A sink's way to say how it is doing. */
    private final class Voice implements SinkContext {
        private final String name;

        Voice(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void degraded(String reason) {
            @Nullable String before = degraded.put(name, reason);
            if (!reason.equals(before)) {
                tell(() -> listener.degraded(name, reason));
            }
        }

        @Override
        public void healed() {
            if (degraded.remove(name) != null) {
                tell(() -> listener.healed(name));
            }
        }

        private void tell(Runnable news) {
            try {
                news.run();
            } catch (RuntimeException e) {
                LOG.error("Who hears how sink {} is doing failed", name, e);
            }
        }
    }
}

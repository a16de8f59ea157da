package io.flotilla.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The open sinks of a fleet by name. */
public final class Sinks implements AutoCloseable {

    private final Map<String, Sink> open;

    public Sinks(Map<String, Sink> open) {
        this.open = new HashMap<>(open);
    }

    public Optional<Sink> find(String name) {
        return Optional.ofNullable(open.get(name));
    }

    public Set<String> names() {
        return Set.copyOf(open.keySet());
    }

    /** Closes each of them once; one that fails does not keep the others open. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (Sink sink : Set.copyOf(open.values())) {
            try {
                sink.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

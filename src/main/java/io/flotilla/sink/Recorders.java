package io.flotilla.sink;

import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The recorders of a fleet, one for each connection that has {@code record} on; they outlive its links. Safe from any thread. */
public final class Recorders {

    private final RecorderMemory memory;
    private final Clock clock;
    private final Map<ConnectionId, Recorder> recorders = new ConcurrentHashMap<>();

    /** @param most bytes that they may hold together */
    public Recorders(long most, Clock clock) {
        this.memory = new RecorderMemory(most);
        this.clock = clock;
    }

    /** That of a connection, which begins to live; empty when it records nothing, and then nothing is left of what it recorded before. */
    public Optional<Recorder> of(ConnectionSpec spec) {
        return Optional.ofNullable(recorders.compute(spec.id(), (id, before) -> {
            if (before != null && before.bytes() == spec.record()) {
                return before;
            }
            if (before != null) {
                before.close();
            }
            return spec.record() == 0 ? null : new Recorder(memory, spec.record(), clock);
        }));
    }

    /** Forgets what was recorded of a connection, unless it is still there. */
    public void forget(ConnectionId id, Predicate<ConnectionId> isThere) {
        recorders.computeIfPresent(id, (same, recorder) -> {
            if (isThere.test(id)) {
                return recorder;
            }
            recorder.close();
            return null;
        });
    }

    /** What is recorded of a connection; nothing when it records nothing. */
    public List<RecordedFrame> frames(ConnectionId id) {
        return Optional.ofNullable(recorders.get(id)).map(Recorder::frames).orElse(List.of());
    }

    /** Bytes that are held. */
    long used() {
        return memory.used();
    }
}

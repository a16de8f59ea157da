package io.flotilla;

import io.flotilla.sink.Handlers;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Says when user code holds up other user code, and since when it does. Safe from any thread. */
final class Saturation implements Handlers.Saturation {

    private final EventHub hub;
    private final Clock clock;
    private final int threads;
    private volatile Optional<Instant> since = Optional.empty();

    /** @param threads that handlers have */
    Saturation(EventHub hub, Clock clock, int threads) {
        this.hub = hub;
        this.clock = clock;
        this.threads = threads;
    }

    /** Empty: it does not now. */
    Optional<Instant> since() {
        return since;
    }

    @Override
    public void saturated() {
        Instant now = clock.instant();
        since = Optional.of(now);
        hub.publish(new FleetEvent.HandlersSaturated(now, threads));
    }

    @Override
    public void relieved() {
        since = Optional.empty();
        hub.publish(new FleetEvent.HandlersRelieved(clock.instant()));
    }
}

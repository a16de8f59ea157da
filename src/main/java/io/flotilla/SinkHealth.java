package io.flotilla;

import io.flotilla.sink.Sinks;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.StatusBoard;
import java.time.Clock;
import java.time.Instant;

/** Says how the sinks are doing, on the board and as events. */
record SinkHealth(StatusBoard board, EventHub hub, Clock clock) implements Sinks.Listener {

    @Override
    public void degraded(String sink, String reason) {
        Instant now = clock.instant();
        if (board.degraded(sink, reason, now)) {
            hub.publish(new FleetEvent.SinkDegraded(now, sink, reason));
        }
    }

    @Override
    public void healed(String sink) {
        if (board.healed(sink)) {
            hub.publish(new FleetEvent.SinkHealed(clock.instant(), sink));
        }
    }
}

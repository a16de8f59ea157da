package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionState;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import io.flotilla.supervision.Status;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.jspecify.annotations.Nullable;

/** Brings the fleet's events into the ring, and says how many did not come that far. */
final class Follower {

    private final Fleet fleet;
    private final EventRing ring;
    private volatile EventHub.@Nullable Subscription subscription;
    private long lost;

    private Follower(Fleet fleet, EventRing ring) {
        this.fleet = fleet;
        this.ring = ring;
    }

    /** Runs on the fleet's threads: an API that is asked a lot must not lose events for those who wait for them. */
    static void follow(Fleet fleet, EventRing ring) {
        Follower follower = new Follower(fleet, ring);
        Pair<EventHub.Subscription, CompletionStage<Done>> run =
                fleet.events().toMat(Sink.foreach(follower::on), Keep.both()).run(fleet.actorSystem());
        follower.subscription = run.first();
        run.second().whenComplete((done, thrown) -> ring.end());
    }

    private void on(FleetEvent event) {
        EventHub.Subscription known = subscription;
        long now = known == null ? 0 : known.lost();
        if (now > lost) {
            ring.skip(now - lost);
            lost = now;
        }
        ring.append(event, state(event));
    }

    /** What the event leads to, or else how its connection is now. */
    private Optional<ConnectionState> state(FleetEvent event) {
        return event instanceof FleetEvent.OfConnection of
                ? EventJson.led(of.event())
                        .or(() -> fleet.status(of.event().id()).map(Status::state))
                : Optional.empty();
    }
}

package io.flotilla;

import io.flotilla.sink.Inbound;
import io.flotilla.sink.Readers;
import io.flotilla.sink.Shelf;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetEvent;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/** A fleet as sources and flows; {@link Fleet} says what they promise. */
final class Streams {

    private Streams() {}

    /** @param id empty: of all connections */
    static Source<Inbound, NotUsed> inbound(Readers along, Optional<ConnectionId> id) {
        return Source.fromGraph(new ShelfSource<>("inbound", arrived -> along.open(id, arrived)))
                .mapMaterializedValue(shelf -> NotUsed.getInstance());
    }

    static Flow<Outgoing, Outgoing.Answered, NotUsed> outbound(Sending sending, int underWay) {
        return Flow.of(Outgoing.class)
                .mapAsyncUnordered(
                        underWay,
                        message -> sending.send(message.id(), message.frame())
                                .thenApply(outcome -> new Outgoing.Answered(message, outcome)));
    }

    static Source<FleetEvent, EventHub.Subscription> events(EventHub hub) {
        return Source.fromGraph(new ShelfSource<>("events", hub::open)).mapMaterializedValue(Streams::subscription);
    }

    private static EventHub.Subscription subscription(Shelf<FleetEvent> shelf) {
        return new EventHub.Subscription() {
            @Override
            public long lost() {
                return shelf.lost();
            }

            @Override
            public void close() {
                shelf.close();
            }
        };
    }
}

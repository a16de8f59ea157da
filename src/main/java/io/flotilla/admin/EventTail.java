package io.flotilla.admin;

import io.flotilla.sink.Shelf;
import io.flotilla.supervision.FleetEvent;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** What one reader of the event stream gets, as server-sent events. */
final class EventTail implements Shelf<ByteString> {

    private final EventRing ring;
    private final Predicate<FleetEvent> wanted;
    private final Runnable arrived;
    private long next;
    private long unsaid;
    private long lost;
    private boolean unknown;

    /**
     * A reader.
     *
     * @param after the number that it has come to; empty: what comes from now on
     */
    EventTail(EventRing ring, OptionalLong after, Predicate<FleetEvent> wanted, Runnable arrived) {
        this.ring = ring;
        this.wanted = wanted;
        this.arrived = arrived;
        long last = ring.last();
        long from = after.orElse(last);
        this.unknown = from < ring.before() || from > last; // a number of another process
        this.next = unknown ? ring.oldest() : from + 1;
        if (from > last) {
            this.next = last + 1;
        }
        ring.listen(arrived);
    }

    @Override
    public @Nullable ByteString take() {
        if (unknown) {
            unknown = false;
            return Sse.event("lost", json -> json.writeNullField("count"));
        }
        while (next <= ring.last()) {
            long oldest = ring.oldest();
            if (next < oldest) {
                unsaid += oldest - next;
                next = oldest;
            }
            EventRing.Entry entry = ring.find(next).orElse(null);
            if (entry == null) { // overwritten since, or never here
                unsaid++;
                next++;
            } else if (unsaid > 0) {
                return sayLost();
            } else {
                next++;
                if (wanted.test(entry.event())) {
                    return event(entry);
                }
            }
        }
        return unsaid > 0 ? sayLost() : null;
    }

    private ByteString sayLost() {
        long count = unsaid;
        lost += count;
        unsaid = 0;
        return Sse.event("lost", json -> json.writeNumberField("count", count));
    }

    private static ByteString event(EventRing.Entry entry) {
        return Sse.event(
                Long.toString(entry.seq()),
                EventJson.kind(entry.event()),
                json -> EventJson.write(json, entry.event(), OptionalLong.of(entry.seq()), entry.state()));
    }

    @Override
    public boolean isOver() {
        return ring.isEnded() && next > ring.last();
    }

    @Override
    public long lost() {
        return lost;
    }

    @Override
    public void close() {
        ring.leave(arrived);
    }
}

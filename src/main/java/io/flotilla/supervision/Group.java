package io.flotilla.supervision;

import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The connections that are alike in the labels that metrics are told apart by; without such labels the whole fleet. */
public final class Group implements LongConsumer {

    private final List<String> values;
    private volatile @Nullable LongConsumer roundTrips;

    /** What is left of connections that are gone, or in another group now; guarded by the board. */
    Totals left = Totals.NONE;

    Group(List<String> values) {
        this.values = values;
    }

    /** The value of each of those labels, in their order. */
    public List<String> values() {
        return values;
    }

    /** Hears every measured round trip, in nanoseconds, on event loops; must not block. One at a time: the last one who asked. */
    public void onRoundTrip(LongConsumer reader) {
        roundTrips = reader;
    }

    /** A connection of it measured a round trip. */
    @Override
    public void accept(long nanos) {
        LongConsumer reader = roundTrips;
        if (reader != null) {
            reader.accept(nanos);
        }
    }
}

package io.flotilla.supervision;

import io.flotilla.connection.ConnectionState;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How many connections of a group are in each state now, and what the group has done so far. */
public record Census(Group group, Map<ConnectionState, Integer> states, Totals totals) {

    /** Adds one connection after the other. */
    static final class Count {
        private final Map<ConnectionState, Integer> states = everyState();
        private Totals totals;

        /** @param left what those have done that are gone */
        Count(Totals left) {
            this.totals = left;
        }

        void add(ConnectionState state, Totals done) {
            states.merge(state, 1, Integer::sum);
            totals = totals.plus(done);
        }

        Census of(Group group) {
            return new Census(group, Collections.unmodifiableMap(states), totals);
        }
    }

    /** A count for every state, zero at first. */
    static Map<ConnectionState, Integer> everyState() {
        Map<ConnectionState, Integer> counts = new EnumMap<>(ConnectionState.class);
        for (ConnectionState state : ConnectionState.values()) {
            counts.put(state, 0);
        }
        return counts;
    }
}

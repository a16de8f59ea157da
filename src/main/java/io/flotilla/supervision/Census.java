package io.flotilla.supervision;

import io.flotilla.connection.ConnectionState;
import java.util.Map;

/** How many connections of a group are in each state now, and what the group has done so far. */
public record Census(Group group, Map<ConnectionState, Integer> states, Totals totals) {}

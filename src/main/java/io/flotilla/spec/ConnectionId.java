package io.flotilla.spec;

import java.util.regex.Pattern;

/** Names one connection of the fleet. Case-sensitive; never an actor's name, never a metric tag. */
public record ConnectionId(String value) implements Comparable<ConnectionId> {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}");

    public ConnectionId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("Connection id [" + shown(value) + "] must match " + VALID);
        }
    }

    public static ConnectionId of(String value) {
        return new ConnectionId(value);
    }

    @Override
    public int compareTo(ConnectionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String shown(String value) {
        return value.length() <= 140 ? value : value.substring(0, 140) + "…";
    }
}

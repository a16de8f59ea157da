package io.flotilla.sink;

import io.flotilla.spec.ConnectionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** One whole message from a peer. Immutable as long as nobody writes into {@link #bytes()}; may be kept. */
public final class Inbound {

    private final ConnectionId id;
    private final long generation;
    private final long receivedAtMillis;
    private final boolean isText;
    private final byte[] payload;

    /**
     * A message as a transport makes it.
     *
     * @param payload taken over, not copied; valid UTF-8 when {@code isText}
     */
    public Inbound(ConnectionId id, long generation, long receivedAtMillis, boolean isText, byte[] payload) {
        this.id = id;
        this.generation = generation;
        this.receivedAtMillis = receivedAtMillis;
        this.isText = isText;
        this.payload = payload;
    }

    public ConnectionId id() {
        return id;
    }

    /** The dial whose socket it came from; rises with every dial. */
    public long generation() {
        return generation;
    }

    public Instant receivedAt() {
        return Instant.ofEpochMilli(receivedAtMillis);
    }

    /** The same in milliseconds since 1970. */
    public long receivedAtMillis() {
        return receivedAtMillis;
    }

    public boolean isText() {
        return isText;
    }

    /** Payload bytes. */
    public int size() {
        return payload.length;
    }

    /** The payload itself, not a copy: do not write into it. */
    public byte[] bytes() {
        return payload;
    }

    /**
     * The text, decoded anew at each call.
     *
     * @throws IllegalStateException when the message is binary
     */
    public String text() {
        if (!isText) {
            throw new IllegalStateException("Message of [" + id + "] is binary, " + size() + " bytes; ask bytes()");
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Names the message without its payload. */
    @Override
    public String toString() {
        return (isText ? "text" : "binary") + " message of " + id + ", generation " + generation + ", " + size()
                + " bytes";
    }
}

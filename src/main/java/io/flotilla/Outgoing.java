package io.flotilla;

import io.flotilla.connection.SendOutcome;
import io.flotilla.spec.ConnectionId;
import io.flotilla.transport.Frame;

/**
 * A message for a connection, as an element of {@link Fleet#outbound}.
 *
 * @param frame its bytes must not change until it is answered
 */
public record Outgoing(ConnectionId id, Frame frame) {

    public static Outgoing text(ConnectionId id, String text) {
        return new Outgoing(id, Frame.text(text));
    }

    public static Outgoing binary(ConnectionId id, byte[] bytes) {
        return new Outgoing(id, Frame.binary(bytes));
    }

    /** The message, and what became of it. */
    public record Answered(Outgoing message, SendOutcome outcome) {}
}

package io.flotilla.admin;

import org.apache.pekko.util.ByteString;

/** Server-sent events, as they stand on the wire. JSON has no line end within, so each is one line of data. */
final class Sse {

    /** Says nothing, and that the stream lives. */
    static final ByteString COMMENT = ByteString.fromString(":\n\n");

    /** The first thing of each stream: how long to wait before coming back. */
    static final ByteString BEGIN = ByteString.fromString("retry: 2000\n\n");

    private static final ByteString END = ByteString.fromString("\n\n");

    private Sse() {}

    /** One that a reader cannot come back to, with an object of these fields. */
    static ByteString event(String name, Json.Body fields) {
        return ByteString.fromString("event: " + name + "\ndata: ")
                .concat(Json.object(fields))
                .concat(END);
    }

    /** One with a number; {@code data} writes the whole value. */
    static ByteString event(String id, String name, Json.Body data) {
        return ByteString.fromString("id: " + id + "\nevent: " + name + "\ndata: ")
                .concat(Json.of(data))
                .concat(END);
    }
}

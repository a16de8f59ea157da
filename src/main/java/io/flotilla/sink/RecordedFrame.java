package io.flotilla.sink;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One frame of a connection as its recorder kept it, known secrets masked.
 *
 * @param generation the dial whose socket it went over
 * @param size bytes of the whole payload, also where only its beginning was kept
 * @param payload what was kept, not a copy; of a close frame its code and reason as text
 * @param cut whether only its beginning was kept
 * @param frozen whether it is of the last session that ended badly, which later frames do not push out
 */
public record RecordedFrame(
        Instant at,
        long generation,
        Direction direction,
        Kind kind,
        int size,
        byte[] payload,
        boolean cut,
        boolean frozen) {

    /** Which way it went. */
    public enum Direction {
        IN,
        OUT
    }

    /** What it was. */
    public enum Kind {
        TEXT,
        BINARY,
        CLOSE
    }

    /** The payload as text, decoded anew at each call; of a binary frame whatever that gives. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    RecordedFrame asFrozen() {
        return new RecordedFrame(at, generation, direction, kind, size, payload, cut, true);
    }

    /** Names the frame without its payload. */
    @Override
    public String toString() {
        return direction + " " + kind + ", generation " + generation + ", " + size + " bytes";
    }
}

package io.flotilla.sink;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** RFC 3339 in UTC with milliseconds, as bytes. Formats once a second and patches the milliseconds; for one thread. */
final class Timestamp {

    /** Bytes of a timestamp, years 0 to 9999. */
    static final int LENGTH = "2026-01-01T00:00:00.000Z".length();

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private byte[] formatted = new byte[LENGTH];
    private long second = Long.MIN_VALUE;

    /** Valid until the next call. */
    byte[] of(long epochMillis) {
        long at = Math.floorDiv(epochMillis, 1000L);
        if (at != second) {
            formatted = FORMAT.format(Instant.ofEpochSecond(at)).getBytes(StandardCharsets.US_ASCII);
            second = at;
        }
        int millis = (int) Math.floorMod(epochMillis, 1000L);
        formatted[LENGTH - 4] = (byte) ('0' + millis / 100);
        formatted[LENGTH - 3] = (byte) ('0' + millis / 10 % 10);
        formatted[LENGTH - 2] = (byte) ('0' + millis % 10);
        return formatted;
    }
}

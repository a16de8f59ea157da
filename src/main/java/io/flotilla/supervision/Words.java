package io.flotilla.supervision;

import io.flotilla.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** How explanations write numbers, times and failures. */
final class Words {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private Words() {}

    static String at(Instant time) {
        return TIME.format(time);
    }

    /** {@code 800 ms}, {@code 3.2 s}, {@code 45 s}, {@code 12 min}, {@code 3 h}, {@code 4 days}. */
    static String span(Duration span) {
        long millis = Math.max(0, span.toMillis());
        if (millis < 1000) return millis + " ms";
        if (millis < 10_000) return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        long seconds = millis / 1000;
        if (seconds < 120) return seconds + " s";
        if (seconds < 7200) return seconds / 60 + " min";
        return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }

    static String connections(int count) {
        return count == 1 ? "1 connection" : count + " connections";
    }

    static String are(int count) {
        return count == 1 ? "is" : "are";
    }

    /** Its kind, and what was seen. */
    static String failure(Failure failure) {
        return failure.kind() + " (" + failure.detail() + ")";
    }
}

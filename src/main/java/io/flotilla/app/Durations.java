package io.flotilla.app;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as an option takes them, in the units of the configuration, and as people read them. */
final class Durations implements ITypeConverter<Duration> {

    private static final Duration MOST = Duration.ofDays(365);
    private static final double NANOS_A_MILLI = 1e6;

    @Override
    public Duration convert(String text) {
        if (text.matches("\\d+(\\.\\d+)?")) {
            throw new TypeConversionException(
                    "[" + text + "] has no unit; expected a duration such as 500ms, 10s or 2m");
        }
        try {
            Duration read = ConfigValueFactory.fromAnyRef(text).atKey("option").getDuration("option");
            if (!read.isNegative() && read.compareTo(MOST) <= 0) {
                return read;
            }
        } catch (ConfigException e) {
            throw new TypeConversionException("[" + text + "] is no duration; expected one such as 500ms, 10s or 2m");
        }
        throw new TypeConversionException("[" + text + "] must lie between 0 and 365 days");
    }

    /** With three digits or so: {@code 0.42 ms}, {@code 17.3 ms}, {@code 450 ms}, {@code 3.02 s}, {@code 75 s}, {@code 24 h}. */
    static String shown(Duration duration) {
        double millis = duration.toNanos() / NANOS_A_MILLI;
        if (millis < 1) return format("%.2f ms", millis);
        if (millis < 100) return format("%.1f ms", millis);
        if (millis < 1000) return format("%.0f ms", millis);
        double seconds = millis / 1000;
        if (seconds < 120 && seconds == Math.rint(seconds)) return format("%.0f s", seconds);
        if (seconds < 10) return format("%.2f s", seconds);
        if (seconds < 120) return format("%.1f s", seconds);
        if (seconds < 7200) return format("%.0f min", seconds / 60);
        return format("%.0f h", seconds / 3600);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}

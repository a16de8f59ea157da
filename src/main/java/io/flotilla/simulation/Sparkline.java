package io.flotilla.simulation;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/** A row of numbers as a row of small bars. */
public final class Sparkline {

    private static final String BARS = "▁▂▃▄▅▆▇█";

    private Sparkline() {}

    /**
     * Draws it.
     *
     * @param values not negative
     * @param top what the highest bar stands for; 1 or more
     * @param width bars at the most
     * @param join makes one number of two where there are more numbers than bars
     */
    public static String of(int[] values, int top, int width, IntBinaryOperator join) {
        int bars = Math.min(width, values.length);
        StringBuilder line = new StringBuilder(bars);
        for (int bar = 0; bar < bars; bar++) {
            int from = (int) ((long) bar * values.length / bars);
            int to = (int) ((bar + 1L) * values.length / bars);
            int value = Arrays.stream(values, from, to).reduce(join).orElse(0);
            line.append(bar(value, top));
        }
        return line.toString();
    }

    /** Nothing is blank; next to nothing is not. */
    private static char bar(int value, int top) {
        if (value == 0) {
            return ' ';
        }
        long level = Math.min(top, value) * (long) BARS.length() / top;
        return BARS.charAt((int) Math.max(0, Math.min(BARS.length() - 1, level)));
    }
}

package io.flotilla.app;

import java.util.regex.Pattern;

/** The colours of states, on a terminal that wants some. */
final class Painting {

    private static final Pattern STATES =
            Pattern.compile("\\b(READY|WAITING|DIALING|OPEN|CLOSING|STOPPED|GIVEN_UP)\\b");
    private static final String PLAIN = "\u001b[0m";

    private Painting() {}

    /** The first state in the line gets its colour. */
    static String states(String line) {
        return Terminal.isColoured()
                ? STATES.matcher(line).replaceFirst(found -> colour(found.group()) + found.group() + PLAIN)
                : line;
    }

    private static String colour(String state) {
        return switch (state) {
            case "READY" -> "\u001b[32m";
            case "GIVEN_UP" -> "\u001b[31m";
            case "STOPPED" -> "\u001b[2m";
            case "DIALING", "OPEN" -> "\u001b[36m";
            default -> "\u001b[33m";
        };
    }
}

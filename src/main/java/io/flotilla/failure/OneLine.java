package io.flotilla.failure;

/** What somebody else said, as a log may have it: a peer may say anything, also in the names of its certificate. */
public final class OneLine {

    private OneLine() {}

    /** Without what could forge another line, clear the screen or turn the direction of writing: those as {@code \\u001b}. */
    public static String of(String text) {
        StringBuilder line = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnsafe(c)) {
                if (line == null) {
                    line = new StringBuilder(text.length() + 32).append(text, 0, i);
                }
                line.append(String.format("\\u%04x", (int) c));
            } else if (line != null) {
                line.append(c);
            }
        }
        return line == null ? text : line.toString();
    }

    private static boolean isUnsafe(char c) {
        return Character.isISOControl(c)
                || (c >= '\u2028' && c <= '\u202e') // line and paragraph separator, embeddings and overrides
                || (c >= '\u2066' && c <= '\u2069'); // isolates
    }
}

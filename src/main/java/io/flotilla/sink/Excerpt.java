package io.flotilla.sink;

import java.nio.charset.StandardCharsets;

/** The beginning of a message as a log may show it. */
final class Excerpt {

    private Excerpt() {}

    /** The first {@code most} bytes of a text, without the character that they would cut; of bytes only how many they are. */
    static String of(Inbound message, int most) {
        if (!message.isText()) {
            return message.size() + " bytes";
        }
        int end = wholeCharacters(message.bytes(), most);
        String shown = escaped(new String(message.bytes(), 0, end, StandardCharsets.UTF_8));
        return end == message.size() ? shown : shown + "… (" + message.size() + " bytes)";
    }

    /** The longest prefix within {@code most} bytes that ends with a whole character. */
    static int wholeCharacters(byte[] utf8, int most) {
        if (utf8.length <= most) {
            return utf8.length;
        }
        int end = most;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    /** Without what could forge another line, clear the screen or turn the direction of writing: those as {@code \\u001b}. */
    static String escaped(String text) {
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

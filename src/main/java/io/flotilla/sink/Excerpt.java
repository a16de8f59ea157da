package io.flotilla.sink;

import io.flotilla.failure.OneLine;
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
        String shown = OneLine.of(new String(message.bytes(), 0, end, StandardCharsets.UTF_8));
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
}

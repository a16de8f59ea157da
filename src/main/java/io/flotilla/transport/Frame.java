package io.flotilla.transport;

import java.nio.charset.StandardCharsets;

/**
 * One whole outbound message.
 *
 * @param payload UTF-8 when {@code isText}; taken over, not copied
 */
public record Frame(boolean isText, byte[] payload) {

    public static Frame text(String text) {
        return new Frame(true, text.getBytes(StandardCharsets.UTF_8));
    }

    public static Frame binary(byte[] bytes) {
        return new Frame(false, bytes);
    }

    public int size() {
        return payload.length;
    }

    @Override
    public String toString() {
        return (isText ? "text" : "binary") + " frame, " + size() + " bytes";
    }
}

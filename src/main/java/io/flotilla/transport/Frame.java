package io.flotilla.transport;

import java.nio.charset.StandardCharsets;

/** One whole outbound message. */
public final class Frame {

    private final boolean isText;
    private final byte[] payload;

    private Frame(boolean isText, byte[] payload) {
        this.isText = isText;
        this.payload = payload;
    }

    public static Frame text(String text) {
        return new Frame(true, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes are taken over, not copied: they must not change until the frame is written. */
    public static Frame binary(byte[] bytes) {
        return new Frame(false, bytes);
    }

    public boolean isText() {
        return isText;
    }

    /** The payload itself, not a copy: do not write into it. */
    public byte[] payload() {
        return payload;
    }

    public int size() {
        return payload.length;
    }

    @Override
    public String toString() {
        return (isText ? "text" : "binary") + " frame, " + size() + " bytes";
    }
}

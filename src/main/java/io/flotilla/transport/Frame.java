package io.flotilla.transport;

import java.nio.charset.StandardCharsets;

/** One whole outbound message. */
public final class Frame {

    private final boolean isText;
    private final byte[] payload;
    private final boolean isControl;

    private Frame(boolean isText, byte[] payload, boolean isControl) {
        this.isText = isText;
        this.payload = payload;
        this.isControl = isControl;
    }

    public static Frame text(String text) {
        return new Frame(true, text.getBytes(StandardCharsets.UTF_8), false);
    }

    /** The bytes are taken over, not copied: they must not change until the frame is written. */
    public static Frame binary(byte[] bytes) {
        return new Frame(false, bytes, false);
    }

    /** The same message, of the kind that keeps a session alive: where messages wait it goes before others, and it is never dropped. */
    public Frame asControl() {
        return new Frame(isText, payload, true);
    }

    /** Whether {@code send.control-reserve} is for it. Nothing of the wire's control frames. */
    public boolean isControl() {
        return isControl;
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

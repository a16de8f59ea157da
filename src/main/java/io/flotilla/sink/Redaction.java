package io.flotilla.sink;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Cuts payloads to what a recorder keeps, with {@code ***} in the place of known secrets. Masks first, for the beginning of a secret is
 * none of them any more; of a long message only so much that no secret which begins in what is kept can reach beyond it.
 */
public final class Redaction {

    /** How much longer a secret may be in bytes, however it is encoded, than its characters. */
    private static final int ENCODED = 12;

    private final UnaryOperator<String> mask;
    private final int reach;

    /**
     * @param mask puts {@code ***} in the place of secrets
     * @param longest characters of the longest secret
     */
    public Redaction(UnaryOperator<String> mask, int longest) {
        this.mask = mask;
        this.reach = Math.multiplyExact(ENCODED, longest);
    }

    /** At most so many bytes of a payload; whole characters of a text. */
    byte[] kept(byte[] payload, boolean isText, int most) {
        boolean whole = payload.length <= (long) most + reach;
        int looked = whole ? payload.length : most + reach;
        int head = isText ? Excerpt.wholeCharacters(payload, looked) : looked;
        Charset charset = isText || isUtf8(payload, head) ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        String seen = new String(payload, 0, head, charset);
        String masked = mask.apply(seen);
        byte[] shown = masked.equals(seen) && head == payload.length ? payload : masked.getBytes(charset);
        // behind what was looked at a secret may go on: its beginning is at the end of it
        int safe = whole ? shown.length : Math.max(0, shown.length - reach);
        int end = Math.min(most, safe);
        return java.util.Arrays.copyOf(shown, isText ? Excerpt.wholeCharacters(shown, end) : end);
    }

    /** Whether a binary payload is text all the same, the end of what was looked at aside. */
    private static boolean isUtf8(byte[] payload, int head) {
        int end = head == payload.length ? head : Excerpt.wholeCharacters(payload, head);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload, 0, end));
            return text.hasRemaining();
        } catch (CharacterCodingException binary) {
            return false;
        }
    }
}

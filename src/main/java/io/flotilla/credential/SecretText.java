package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Makes a secret of the bytes that a file or a command gave; says what is wrong without showing them. */
final class SecretText {

    private SecretText() {}

    /**
     * The bytes as UTF-8, without the line ends at their end.
     *
     * @param whose what gave them, as the subject of a message
     * @throws CredentialUnavailable when they are empty or no text
     */
    static Secret of(byte[] bytes, String whose) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CredentialUnavailable(whose + " is no UTF-8 text; perhaps it is half written");
        }
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        String value = text.substring(0, end);
        if (value.isBlank()) {
            throw new CredentialUnavailable(whose + " is empty");
        }
        if (value.indexOf('\0') >= 0) {
            throw new CredentialUnavailable(whose + " has zero bytes in it; perhaps it is half written");
        }
        return Secret.of(value);
    }
}

package io.flotilla.spec;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One header of the upgrade request. Its value prints as {@code ***}.
 *
 * @param value goes out as UTF-8; may hold {@code {credential}}
 */
public record Header(String name, Secret value) {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\t[^\\p{C}\\p{Zl}\\p{Zp}]]{0,8192}");

    /** Headers that belong to the handshake itself. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "upgrade",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-extensions",
            "sec-websocket-protocol",
            "sec-websocket-accept",
            "content-length",
            "transfer-encoding");

    public Header {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("Header name [" + name + "] must be a token (RFC 9110 5.6.2)");
        }
        if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Header [" + name + "] belongs to the handshake and cannot be set");
        }
        if (!VALUE.matcher(value.reveal()).matches()) {
            throw new IllegalArgumentException(
                    "Header [" + name + "] has a value that is not up to 8192 printable characters");
        }
    }

    public static Header of(String name, String value) {
        return new Header(name, Secret.of(value));
    }
}

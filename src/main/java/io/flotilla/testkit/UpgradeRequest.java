package io.flotilla.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The request that a client began with, as it came.
 *
 * @param line the first line
 * @param method the first word of it
 * @param target the second word of it: path and query
 * @param headers names as the client wrote them, in its order
 * @param raw the whole head, ISO-8859-1
 * @param at when its last byte arrived
 */
public record UpgradeRequest(
        String line, String method, String target, List<Map.Entry<String, String>> headers, String raw, Instant at) {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    static UpgradeRequest parse(String raw, Instant at) {
        String[] lines = raw.split("\r\n", -1);
        String[] words = lines[0].split(" ", -1);
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon >= 0) {
                headers.add(Map.entry(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip()));
            }
        }
        return new UpgradeRequest(lines[0], words[0], words.length > 1 ? words[1] : "", List.copyOf(headers), raw, at);
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The query without its question mark; empty when there is none. */
    public String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    /** The first value of a header; names are compared without case. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** All values of a header, in order; names are compared without case. */
    public List<String> headers(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What the client offers in Sec-WebSocket-Protocol, in its order. */
    public List<String> subprotocols() {
        return headers("Sec-WebSocket-Protocol").stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** The right Sec-WebSocket-Accept for this request. */
    public String accept() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((header("Sec-WebSocket-Key").orElse("") + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }

    @Override
    public String toString() {
        return line;
    }
}

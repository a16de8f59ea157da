package io.flotilla.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An answer to a handshake, right or wrong.
 *
 * @param upgrades whether it has the headers that accept a handshake
 * @param without names, in lower case, of headers that are left out though they would be there by themselves
 * @param chooses whether the first subprotocol that is offered is chosen
 */
record Answer(
        int status,
        String statusLine,
        boolean upgrades,
        List<Map.Entry<String, String>> headers,
        Set<String> without,
        boolean chooses,
        byte[] body) {

    private static final byte[] NO_BODY = {};

    static Answer upgrade() {
        return new Answer(101, "HTTP/1.1 101 Switching Protocols", true, List.of(), Set.of(), false, NO_BODY);
    }

    static Answer of(int status) {
        return new Answer(
                status, "HTTP/1.1 " + status + " " + reason(status), false, List.of(), Set.of(), false, NO_BODY);
    }

    Answer adding(String name, String value) {
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.add(Map.entry(name, value));
        return new Answer(status, statusLine, upgrades, all, without, chooses, body);
    }

    /** Takes out what was added by this name too. */
    Answer without(String name) {
        Set<String> names = new TreeSet<>(without);
        names.add(name.toLowerCase(Locale.ROOT));
        List<Map.Entry<String, String>> rest = headers.stream()
                .filter(header -> !header.getKey().equalsIgnoreCase(name))
                .toList();
        return new Answer(status, statusLine, upgrades, rest, names, chooses, body);
    }

    Answer choosing() {
        return new Answer(status, statusLine, upgrades, headers, without, true, body);
    }

    Answer beginning(String line) {
        return new Answer(status, line, upgrades, headers, without, chooses, body);
    }

    Answer containing(byte[] bytes) {
        return new Answer(status, statusLine, upgrades, headers, without, chooses, bytes);
    }

    boolean agreesExtensions() {
        return headers.stream().anyMatch(header -> header.getKey().equalsIgnoreCase("Sec-WebSocket-Extensions"));
    }

    byte[] bytes(UpgradeRequest request) {
        StringBuilder head = new StringBuilder(statusLine).append("\r\n");
        ownHeaders(request).forEach((name, value) -> {
            if (!without.contains(name.toLowerCase(Locale.ROOT))) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        headers.forEach(header -> head.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(bytes, bytes.length + body.length);
        System.arraycopy(body, 0, all, bytes.length, body.length);
        return all;
    }

    private Map<String, String> ownHeaders(UpgradeRequest request) {
        Map<String, String> own = new LinkedHashMap<>();
        if (upgrades) {
            own.put("Upgrade", "websocket");
            own.put("Connection", "Upgrade");
            own.put("Sec-WebSocket-Accept", request.accept());
            if (chooses && !request.subprotocols().isEmpty()) {
                own.put("Sec-WebSocket-Protocol", request.subprotocols().get(0));
            }
        } else if (status >= 200) {
            own.put("Content-Length", String.valueOf(body.length));
            own.put("Connection", "close");
        }
        return own;
    }

    private static String reason(int status) {
        return switch (status) {
            case 100 -> "Continue";
            case 101 -> "Switching Protocols";
            case 103 -> "Early Hints";
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Status " + status;
        };
    }
}

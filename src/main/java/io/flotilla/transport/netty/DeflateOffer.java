package io.flotilla.transport.netty;

import io.flotilla.spec.Settings.Compression;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The negotiation of permessage-deflate (RFC 7692 5 and 7.1). We never keep a window of our own between messages and say so; a
 * window smaller than the usual one is not offered, because the JDK's deflater has none.
 */
final class DeflateOffer {

    private static final String NAME = "permessage-deflate";
    private static final String PEER_KEEPS_NOTHING = "server_no_context_takeover";
    private static final String WE_KEEP_NOTHING = "client_no_context_takeover";
    private static final Pattern PEERS_WINDOW =
            Pattern.compile("server_max_window_bits=(?:([89]|1[0-5])|\"([89]|1[0-5])\")");
    private static final Pattern AROUND_EQUALS = Pattern.compile("\\s*=\\s*");

    private DeflateOffer() {}

    /** What was agreed upon. */
    enum Agreed {
        NOTHING,
        /** Messages of the peer refer to those before them. */
        WITH_CONTEXT,
        WITHOUT_CONTEXT
    }

    /** The value of {@code Sec-WebSocket-Extensions}; empty: nothing is offered. */
    static Optional<String> of(Compression wanted) {
        return switch (wanted) {
            case OFF -> Optional.empty();
            case ON -> Optional.of(NAME + "; " + WE_KEEP_NOTHING);
            case NO_CONTEXT_TAKEOVER -> Optional.of(NAME + "; " + WE_KEEP_NOTHING + "; " + PEER_KEEPS_NOTHING);
        };
    }

    /** What the lines of the answer agree to; empty: to something else than was offered. */
    static Optional<Agreed> read(List<String> lines, Compression wanted) {
        List<String> extensions = lines.stream()
                .flatMap(line -> List.of(line.split(",")).stream())
                .map(String::strip)
                .filter(extension -> !extension.isEmpty())
                .toList();
        if (extensions.isEmpty()) {
            return Optional.of(Agreed.NOTHING);
        }
        return extensions.size() > 1 || wanted == Compression.OFF
                ? Optional.empty()
                : parameters(extensions.get(0).split(";", -1), wanted);
    }

    private static Optional<Agreed> parameters(String[] parts, Compression wanted) {
        if (!parts[0].strip().equalsIgnoreCase(NAME)) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        for (int i = 1; i < parts.length; i++) {
            String parameter = AROUND_EQUALS.matcher(parts[i].strip()).replaceAll("=");
            Matcher window = PEERS_WINDOW.matcher(parameter);
            boolean known =
                    parameter.equals(PEER_KEEPS_NOTHING) || parameter.equals(WE_KEEP_NOTHING) || window.matches();
            if (!known || !names.add(parameter.split("=", 2)[0])) {
                return Optional.empty();
            }
        }
        boolean keepsNothing = names.contains(PEER_KEEPS_NOTHING);
        if (wanted == Compression.NO_CONTEXT_TAKEOVER && !keepsNothing) {
            return Optional.empty();
        }
        return Optional.of(keepsNothing ? Agreed.WITHOUT_CONTEXT : Agreed.WITH_CONTEXT);
    }
}

package io.flotilla.spec;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses written as such. Nothing here ever looks a name up. */
final class Literals {

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String V4 = OCTET + "(\\." + OCTET + "){3}";
    private static final Pattern ADDRESS = Pattern.compile(V4 + "|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%\\w+)?");
    private static final Pattern BIND = Pattern.compile("(?<host>\\[[^\\[\\]]+]|[^:\\[\\]]+):(?<port>\\d{1,5})");
    private static final int MOST_PORT = 65535;

    private Literals() {}

    /** A host as written, and a port. */
    record HostAndPort(String host, int port) {}

    /** The address, if this is one. */
    static Optional<InetAddress> address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty(); // colons in an order that no address has
        }
    }

    /** {@code host:port}, an IPv6 address in brackets, if this is one. */
    static Optional<HostAndPort> hostAndPort(String text) {
        Matcher parts = BIND.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group("port")) > MOST_PORT) {
            return Optional.empty();
        }
        return Optional.of(new HostAndPort(parts.group("host"), Integer.parseInt(parts.group("port"))));
    }

    /** Whether this is an IP address, an IPv6 address in brackets, with or without a port. */
    static boolean isServer(String text) {
        Optional<String> host = hostAndPort(text).map(HostAndPort::host);
        String bare = host.orElse(text);
        boolean v6 = bare.startsWith("[") && bare.endsWith("]");
        return address(v6 ? bare.substring(1, bare.length() - 1) : bare)
                .filter(address -> v6 || bare.indexOf(':') < 0)
                .isPresent();
    }
}

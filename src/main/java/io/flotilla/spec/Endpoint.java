package io.flotilla.spec;

/** Where a connection dials: scheme, host and port, never the path. What limits and breakers are counted by. */
public record Endpoint(boolean secure, String host, int port) {

    /** {@code host:port}, with an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}

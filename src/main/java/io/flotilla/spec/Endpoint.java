package io.flotilla.spec;

/**
 * Where a connection dials: scheme, host, port and proxy, never the path. What limits and breakers are counted by.
 *
 * @param via the proxy on the way, without its user; empty: none
 */
public record Endpoint(boolean secure, String host, int port, String via) {

    /** Without a proxy on the way. */
    public Endpoint(boolean secure, String host, int port) {
        this(secure, host, port, "");
    }

    /** The same through a proxy. */
    public Endpoint through(Proxy proxy) {
        return new Endpoint(secure, host, port, proxy.described());
    }

    /** {@code host:port}, with an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}

package io.flotilla.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What a handshake came to.
 *
 * @param extension what {@code Sec-WebSocket-Extensions} agreed to
 * @param remote the other end of the socket: the peer's, or that of the proxy on the way
 * @param took from the start of the dial to the end of the upgrade
 * @param tls protocol and cipher, where there is TLS
 */
public record Opened(
        InetSocketAddress remote,
        Optional<String> subprotocol,
        Optional<String> extension,
        Optional<String> tls,
        Duration took) {}

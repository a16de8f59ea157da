package io.flotilla.transport;

import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One attempt to open a socket.
 *
 * @param generation the number of the dial; stands in everything that comes of it
 * @param credential what takes the place of {@code {credential}} in the URI and in headers
 * @param avoid the address that the last link used, when another one should be tried first
 * @param sink takes the messages of this link
 * @param listener hears how the link is doing
 * @param traffic counts what goes over the link
 * @param moved where the URI of the spec is now, as peers said; the dial begins there, and tells it what it is told
 * @param homebound whether {@code on-open} has secrets in it that no origin but that of the spec may hear: no redirect to another one
 *     is followed then
 */
public record Dial(
        ConnectionSpec spec,
        long generation,
        Optional<Secret> credential,
        Optional<InetSocketAddress> avoid,
        Sink sink,
        LinkListener listener,
        Traffic traffic,
        Moved moved,
        boolean homebound) {

    /** A dial that nobody has been told anything before. */
    public Dial(
            ConnectionSpec spec,
            long generation,
            Optional<Secret> credential,
            Optional<InetSocketAddress> avoid,
            Sink sink,
            LinkListener listener,
            Traffic traffic) {
        this(spec, generation, credential, avoid, sink, listener, traffic, new Moved(), saysCredential(spec));
    }

    /** Whether the credential has a place in what is said first. */
    public static boolean saysCredential(ConnectionSpec spec) {
        return spec.opening().onOpen().stream()
                .anyMatch(message -> message.reveal().contains(WebSocketUri.CREDENTIAL));
    }

    /** The same into another sink. */
    Dial into(Sink other) {
        return new Dial(spec, generation, credential, avoid, other, listener, traffic, moved, homebound);
    }

    /** The same with another listener. */
    public Dial heardBy(LinkListener other) {
        return new Dial(spec, generation, credential, avoid, sink, other, traffic, moved, homebound);
    }
}

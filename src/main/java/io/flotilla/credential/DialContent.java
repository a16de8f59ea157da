package io.flotilla.credential;

import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Header;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import java.util.ArrayList;
import java.util.List;

/**
 * What one dial says to its peer. Immutable.
 *
 * @param onOpen the messages that are sent after the handshake
 */
public record DialContent(ConnectionId id, WebSocketUri uri, List<Header> headers, List<Secret> onOpen) {

    public DialContent {
        headers = List.copyOf(headers);
        onOpen = List.copyOf(onOpen);
    }

    static DialContent of(ConnectionSpec spec) {
        return new DialContent(
                spec.id(), spec.uri(), spec.headers(), spec.opening().onOpen());
    }

    /**
     * The same with another URI.
     *
     * @throws IllegalArgumentException when it is none
     */
    public DialContent withUri(String changed) {
        return new DialContent(id, WebSocketUri.of(changed), headers, onOpen);
    }

    /**
     * The same with this header in the place of any of its name.
     *
     * @throws IllegalArgumentException when it cannot be sent
     */
    public DialContent withHeader(String name, String value) {
        List<Header> changed = new ArrayList<>(headers);
        changed.removeIf(header -> header.name().equalsIgnoreCase(name));
        changed.add(Header.of(name, value));
        return new DialContent(id, uri, changed, onOpen);
    }

    /** The same with these messages after the handshake. */
    public DialContent withOnOpen(List<String> messages) {
        return new DialContent(
                id, uri, headers, messages.stream().map(Secret::of).toList());
    }

    /** The spec of a dial that says this. */
    ConnectionSpec over(ConnectionSpec spec) {
        if (equals(of(spec))) {
            return spec;
        }
        Opening opening =
                new Opening(onOpen, spec.opening().readyWhen(), spec.opening().failWhen());
        return spec.with(change -> change.uri(uri).headers(headers).opening(opening));
    }
}

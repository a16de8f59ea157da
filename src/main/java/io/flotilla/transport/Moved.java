package io.flotilla.transport;

import io.flotilla.spec.WebSocketUri;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer said for good (301, 308) that a URI is now. Outlives the links of a connection: a dial begins there, and what belongs
 * to the origin of the spec stays behind all the same. Safe from any thread.
 */
public final class Moved {

    private record Move(WebSocketUri from, WebSocketUri to) {}

    private volatile @Nullable Move last;

    /** Where the URI is now, as far as it is known. */
    public Optional<WebSocketUri> of(WebSocketUri uri) {
        return Optional.ofNullable(last).filter(move -> move.from().equals(uri)).map(Move::to);
    }

    /** Remembers the one move, and forgets what was known of another URI. */
    public void remember(WebSocketUri uri, WebSocketUri now) {
        last = new Move(uri, now);
    }

    public void forget() {
        last = null;
    }
}

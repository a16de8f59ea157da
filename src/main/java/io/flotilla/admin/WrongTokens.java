package io.flotilla.admin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/**
 * Wrong tokens by the address that showed them: so many different ones in a minute, and the address has to wait for the minute to be
 * over. One and the same again and again is a client that was set up wrongly, and no guess. Safe from any thread.
 */
final class WrongTokens {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** Beyond it the address that began first is forgotten. */
    private static final int MOST_ADDRESSES = 1024;

    /** What one address showed since then, as digests. */
    private record Window(Instant since, Set<ByteString> shown) {}

    private final Map<String, Window> windows = new LinkedHashMap<>();
    private final int perMinute;
    private final Clock clock;

    WrongTokens(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** How long the address has to wait before another token of it is looked at. */
    synchronized Optional<Duration> wait(String address) {
        Window window = windows.get(address);
        if (window == null) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), window.since().plus(WINDOW));
        if (left.isNegative() || left.isZero()) {
            windows.remove(address);
            return Optional.empty();
        }
        return window.shown().size() < perMinute ? Optional.empty() : Optional.of(left);
    }

    synchronized void note(String address, byte[] digest) {
        if (!windows.containsKey(address) && windows.size() >= MOST_ADDRESSES) {
            windows.remove(windows.keySet().iterator().next());
        }
        windows.computeIfAbsent(address, key -> new Window(clock.instant(), new HashSet<>()))
                .shown()
                .add(ByteString.fromArray(digest));
    }
}

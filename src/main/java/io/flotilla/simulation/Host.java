package io.flotilla.simulation;

import io.flotilla.failure.Failure;
import io.flotilla.spec.Endpoint;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** One host of the scripted world, and the links that are open to it. */
final class Host {

    private static final long SECOND = 1_000_000_000L;

    final Endpoint endpoint;
    final InetSocketAddress address;
    private final Set<ScriptedLink> open = new LinkedHashSet<>();
    private Manner manner = new Manner.Answers();
    private long second = -1;
    private int letInThatSecond;

    Host(Endpoint endpoint, InetSocketAddress address) {
        this.endpoint = endpoint;
        this.address = address;
    }

    Manner manner() {
        return manner;
    }

    void behave(Manner other) {
        manner = other;
    }

    /** Whether one more fits into this second of a host that counts them; counts it if so. */
    boolean letsIn(int perSecond, long now) {
        if (now / SECOND != second) {
            second = now / SECOND;
            letInThatSecond = 0;
        }
        if (letInThatSecond >= perSecond) {
            return false;
        }
        letInThatSecond++;
        return true;
    }

    void entered(ScriptedLink link) {
        open.add(link);
    }

    void left(ScriptedLink link) {
        open.remove(link);
    }

    /** The links that are open, in the order in which they came. */
    List<ScriptedLink> open() {
        return List.copyOf(open);
    }

    /** Ends the links that are meant. */
    void end(Predicate<ScriptedLink> meant, Failure failure) {
        open().stream().filter(meant).forEach(link -> link.end(failure));
    }
}

package io.flotilla.transport;

import java.time.Duration;

/** Hears the steps of one dial, in their order, on the link's event loop; must not block and must not throw. */
@FunctionalInterface
public interface DialObserver {

    /**
     * The dial met something.
     *
     * @param after since the start of the dial
     */
    void met(Duration after, DialStep step);
}

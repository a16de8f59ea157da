package io.flotilla.supervision;

import java.util.Optional;

/**
 * What must hold of a connection for somebody's change of it. Asked on the supervisor's thread, where nothing comes between the look and
 * the change; must not block.
 */
@FunctionalInterface
public interface Guard {

    /** Lets everything pass. */
    Guard NONE = status -> {};

    /**
     * Looks at how it is; empty: there is none.
     *
     * @throws RuntimeException to have nothing changed; who asked for the change gets this
     */
    void check(Optional<Status> status);
}

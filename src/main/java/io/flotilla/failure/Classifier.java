package io.flotilla.failure;

import java.util.Optional;

/**
 * User code that has the last word on a failure; sees all of it.
 *
 * <p>Called on an actor's thread: it must not block. What it throws is counted as the handler's, and the failure keeps the
 * treatment it had.
 */
@FunctionalInterface
public interface Classifier {

    /** The ruling for this failure, or empty to leave it as the table, the dialect and the overrides have it. */
    Optional<Ruling> classify(Failure failure);
}

package io.flotilla.supervision;

import io.flotilla.connection.Connection;
import io.flotilla.connection.ConnectionFailed;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The strategy: restart on transient, stop on permanent, stop on anything else (a bug should be seen, not repeated).
 *
 * <p>Restarts at once, not with Pekko's backoff: a new incarnation waits in {@code waiting}, where it still answers messages and
 * still gets its PostStop. Under {@code restartWithBackoff} both are withheld until the delay is over.
 */
final class Supervision {

    private Supervision() {}

    static Behavior<Connection.Command> supervise(Behavior<Connection.Command> connection) {
        return Behaviors.supervise(Behaviors.supervise(connection)
                        .onFailure(
                                ConnectionFailed.Transiently.class,
                                SupervisorStrategy.restart().withLoggingEnabled(false)))
                .onFailure(Throwable.class, SupervisorStrategy.stop().withLoggingEnabled(false));
    }
}

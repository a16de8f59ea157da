package io.flotilla.connection;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One outbound connection: waits its turn, dials, becomes ready, and fails with the reason.
 *
 * <pre>
 * waiting --WaitOver--> queued --TurnCame--> dialing --LinkOpened--> open --GateOpened--> ready
 *    ^                                          |                      |                    |
 *    +--- restarted by Transiently -------------+------ LinkEnded -----+--------------------+
 *                                               |                      |                    |
 *                                               +------- Close --------+--------------------+--> closing --> stopped
 * </pre>
 *
 * Its states are methods: those before there is a link in {@link Waiting}, the others in {@link Linked}.
 *
 * <p>It never dials twice: its supervisor restarts it, and the new incarnation waits for what the failure earned. In every state it
 * answers at once. Frames do not pass through this actor; the link carries them.
 */
public final class Connection {

    /** What others may ask of a connection, and what it tells itself. */
    public sealed interface Command permits Close, Restart, DialNow, StopForHandler, ToItself {}

    /**
     * Close the link politely, then stop.
     *
     * @param flush how long messages that were accepted may take to leave, before the close frame
     */
    public record Close(FailureKind why, int code, String reason, Duration flush) implements Command {
        public Close(FailureKind why, int code, String reason) {
            this(why, code, reason, Duration.ZERO);
        }
    }

    /** Close the link politely, forget the row of failures, dial again. */
    public enum Restart implements Command {
        INSTANCE
    }

    /** Dial without waiting for the rest of our own backoff; a hint of the peer is still waited for. */
    public enum DialNow implements Command {
        INSTANCE
    }

    /** Give the connection up: user code failed, and its spec says {@code on-handler-error = stop}. */
    public enum StopForHandler implements Command {
        INSTANCE
    }

    /** What a connection tells itself. */
    non-sealed interface ToItself extends Command {}

    private Connection() {}

    public static Behavior<Command> create(ConnectionSpec spec, Carried carried, Surroundings around) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Waiting(context, timers, spec, carried, around).waiting()));
    }
}

package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.failure.Repair;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.transport.Transport;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a connection needs and does not own.
 *
 * @param sink where its messages go
 * @param events hears everything that happens to it; called on the actor's thread and on event loops
 * @param gone the stop hook: told the actor's own ref when it stops, whatever the way
 */
public record Surroundings(
        Transport transport,
        DialPermits permits,
        CredentialSource credentials,
        Repairs repairs,
        Sink sink,
        Consumer<ConnectionEvent> events,
        Consumer<ActorRef<Connection.Command>> gone,
        Clock clock,
        RandomGenerator random) {

    /** Where the credential of a dial comes from; asked before each dial. */
    @FunctionalInterface
    public interface CredentialSource {
        /** Fails with anything when there is none to be had now: CREDENTIAL_UNAVAILABLE. */
        CompletionStage<Optional<Secret>> forDial(ConnectionSpec spec);
    }

    /** What can be repaired. */
    public interface Repairs {
        /** Whether there are means for it. */
        boolean offers(ConnectionSpec spec, Failure failure, Repair repair);

        /** Repairs, once for all who ask at the same time; tells whether that changed anything. */
        CompletionStage<Boolean> repair(ConnectionSpec spec, Failure failure, Repair repair);
    }
}

package io.flotilla.connection;

import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Proxy;
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
        Preparation preparation,
        Repairs repairs,
        Sink sink,
        Consumer<ConnectionEvent> events,
        Consumer<ActorRef<Connection.Command>> gone,
        Clock clock,
        RandomGenerator random) {

    /** Where a dial gets what it says and presents; asked before each dial. */
    @FunctionalInterface
    public interface Preparation {
        /**
         * Fails with anything when it cannot be had now: CREDENTIAL_UNAVAILABLE.
         *
         * @param spec the connection's own, with the URI that is its turn
         * @param last how the dial before ended; empty for the first one
         */
        CompletionStage<Prepared> prepare(ConnectionSpec spec, Optional<Failure> last);
    }

    /** What can be repaired. */
    public interface Repairs {
        /** Whether there are means for it. */
        default boolean offers(ConnectionSpec spec, Failure failure, Repair repair) {
            return switch (repair) {
                case CREDENTIAL ->
                    ofKey(failure)
                            ? spec.tls().key().isPresent()
                            : spec.credential().isPresent() && (!ofProxy(failure) || proxyAsks(spec));
                case ENDPOINT -> // after MISDIRECTED the next dial begins with another address
                    failure.kind() == FailureKind.MISDIRECTED || spec.uriFrom().isPresent();
                case SESSION -> true; // no state of a session is kept, so the next dial begins a new one
            };
        }

        /**
         * Repairs, once for all who ask at the same time; tells whether that changed anything. Fails with anything when that cannot be
         * said now: CREDENTIAL_UNAVAILABLE.
         *
         * @param spec as for a dial that would come now
         * @param dialled what the failed dial said and presented
         */
        CompletionStage<Boolean> repair(ConnectionSpec spec, Prepared dialled, Failure failure, Repair repair);

        /** Whether what was not accepted is our certificate, and no token would help. */
        static boolean ofKey(Failure failure) {
            return failure.kind() == FailureKind.TLS_CLIENT_REJECTED;
        }

        private static boolean ofProxy(Failure failure) {
            return failure.kind() == FailureKind.PROXY_AUTHENTICATION;
        }

        /** The peer's credential does not help with a proxy that is told another one. */
        private static boolean proxyAsks(ConnectionSpec spec) {
            return spec.proxy().filter(Proxy::asksForCredential).isPresent();
        }
    }
}

package io.flotilla.transport;

import io.flotilla.failure.Failure;
import io.flotilla.spec.ConnectionSpec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Opens sockets. Limits and metrics are transports around a transport. */
public interface Transport extends AutoCloseable {

    /** Starts one dial and returns at once, whatever the dial is: what is wrong with it comes as the link's end. */
    Link dial(Dial dial);

    /**
     * Looks at the key of the spec's TLS anew, for a peer that did not accept it; tells whether it is another one than the failed dial
     * had. Fails when it cannot be read and there is none that could be used instead.
     */
    default CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
        return CompletableFuture.completedStage(false);
    }

    /** Aborts every link and releases threads; returns when they are gone, or after five seconds. */
    @Override
    void close();
}

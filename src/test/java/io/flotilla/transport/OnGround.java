package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.testkit.Peer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** What contracts of a transport begin with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OnGround {

    private Ground ground;

    /** Starts the transport under test. */
    protected abstract Transport start(FleetSettings.Network network, ReceiveMemory memory);

    /** Whether it is to use native sockets, and OpenSSL. */
    protected abstract boolean usesNatives();

    /** What all links together may hold for their consumers. */
    ReceiveMemory memory() {
        return new ReceiveMemory(8 * 1024 * 1024);
    }

    @BeforeAll
    void open() {
        ReceiveMemory memory = memory();
        ground = new Ground(network -> start(network, memory), memory, usesNatives());
    }

    @AfterAll
    void close() {
        ground.close();
    }

    protected final Ground ground() {
        return ground;
    }

    /** Who was dialled last. */
    final Peer peer() {
        return ground.harbour.nextConnection("/" + ground.lastPath());
    }

    static void leave(Dialed dialed) {
        dialed.link().abort(FailureKind.REMOVED);
        dialed.awaitEnded();
    }

    static Failure forbidden(Transport transport, ConnectionSpec.Builder spec) {
        Failure failure = Dialed.dial(transport, spec.build()).awaitEnded();
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.DESTINATION_FORBIDDEN);
        return failure;
    }
}

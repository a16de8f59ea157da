package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.LinkContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import java.util.Set;
import org.apache.pekko.actor.ActorSystem;

/** The contract of links on Pekko. */
class PekkoHttpLinkTest extends LinkContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return PekkoHttpTransport.start(network, memory, () -> ActorSystem.create("contract"));
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }

    /** Pekko's TCP ends with the write that failed, and does not read what came before. */
    @Override
    protected Set<FailureKind> afterAReset() {
        return Set.of(FailureKind.CLOSED_POLICY, FailureKind.LOST);
    }
}

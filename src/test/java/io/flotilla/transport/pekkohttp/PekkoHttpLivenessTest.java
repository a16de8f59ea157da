package io.flotilla.transport.pekkohttp;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.LivenessContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import org.apache.pekko.actor.ActorSystem;

/** The contract of liveness on Pekko. */
class PekkoHttpLivenessTest extends LivenessContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return PekkoHttpTransport.start(network, memory, () -> ActorSystem.create("contract"));
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

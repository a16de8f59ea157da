package io.flotilla.transport.pekkohttp;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.DestinationContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import org.apache.pekko.actor.ActorSystem;

/** The contract of destinations on Pekko. */
class PekkoHttpDestinationTest extends DestinationContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return PekkoHttpTransport.start(network, memory, () -> ActorSystem.create("contract"));
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

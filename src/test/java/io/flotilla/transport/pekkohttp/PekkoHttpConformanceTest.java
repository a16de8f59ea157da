package io.flotilla.transport.pekkohttp;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ConformanceContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import org.apache.pekko.actor.ActorSystem;

/** Conformance on Pekko, with the frames of Pekko HTTP. */
class PekkoHttpConformanceTest extends ConformanceContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return PekkoHttpTransport.start(network, memory, () -> ActorSystem.create("contract"));
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }

    @Override
    protected boolean deflates() {
        return false;
    }

    /** Pekko HTTP answers pings itself, and messages leave by another way than close frames. */
    @Override
    protected boolean answersInOrder() {
        return false;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.LivenessContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;

/** The contract of liveness on native epoll and OpenSSL, where they load. */
class NettyLivenessTest extends LivenessContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return true;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ConformanceContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;

/** Conformance on native epoll, where it loads. */
class NettyConformanceTest extends ConformanceContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return true;
    }
}

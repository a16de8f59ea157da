package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.DestinationContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;

/** The contract of destinations on NIO and the JDK's TLS. */
class NettyNioDestinationTest extends DestinationContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

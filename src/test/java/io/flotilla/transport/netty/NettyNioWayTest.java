package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.WayContract;

/** The contract of ways on NIO and the JDK's TLS. */
class NettyNioWayTest extends WayContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

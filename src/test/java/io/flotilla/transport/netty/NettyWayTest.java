package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.WayContract;

/** The contract of ways on native epoll and OpenSSL, where they load. */
class NettyWayTest extends WayContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return true;
    }
}

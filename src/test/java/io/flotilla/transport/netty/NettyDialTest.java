package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.DialContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;

/** The contract of dials on native epoll and OpenSSL, where they load. */
class NettyDialTest extends DialContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return true;
    }
}

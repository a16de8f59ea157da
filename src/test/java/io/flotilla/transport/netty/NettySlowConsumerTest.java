package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.SlowConsumerContract;
import io.flotilla.transport.Transport;

/** The contract of slow consumers on native epoll and OpenSSL, where they load. */
class NettySlowConsumerTest extends SlowConsumerContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return true;
    }
}

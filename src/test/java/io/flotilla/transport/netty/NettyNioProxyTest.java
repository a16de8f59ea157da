package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ProxyContract;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;

/** The contract of proxies on NIO and the JDK's TLS. */
class NettyNioProxyTest extends ProxyContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

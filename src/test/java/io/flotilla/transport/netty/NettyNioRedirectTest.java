package io.flotilla.transport.netty;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.RedirectContract;
import io.flotilla.transport.Transport;

/** The contract of redirects on NIO and the JDK's TLS. */
class NettyNioRedirectTest extends RedirectContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

package io.flotilla.transport.netty;

/** The contract on NIO and the JDK's TLS. */
class NettyNioTransportTest extends NettyTransportTest {

    @Override
    protected boolean usesNatives() {
        return false;
    }
}

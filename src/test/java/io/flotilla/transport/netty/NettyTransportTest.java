package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.TransportContract;
import org.junit.jupiter.api.Test;

/** The contract on native epoll and OpenSSL, where they load. */
class NettyTransportTest extends TransportContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return NettyTransport.start(network, memory);
    }

    @Override
    protected boolean usesNatives() {
        return true;
    }

    @Test
    void saysWhatItRunsOn() {
        try (NettyTransport transport = NettyTransport.start(
                new FleetSettings.Network(1, false, false, java.util.List.of()), new ReceiveMemory(1))) {
            assertThat(transport.describe()).isEqualTo("Netty on NIO, the JDK's TLS");
        }
    }
}

package io.flotilla.transport.pekkohttp;

import io.flotilla.spec.FleetSettings;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.TransportContract;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;

/** The contract of transports on Pekko. */
class PekkoHttpTransportTest extends TransportContract {

    @Override
    protected Transport start(FleetSettings.Network network, ReceiveMemory memory) {
        return PekkoHttpTransport.start(network, memory, () -> ActorSystem.create("contract"));
    }

    @Override
    protected boolean usesNatives() {
        return false;
    }

    @Override
    protected Map<String, String> cannot() {
        String proxies = "it knows no proxies, which check says";
        return Map.of(
                "PROXY_", proxies,
                "a proxy", proxies,
                "SOCKS", proxies,
                "a local address that is not ours, to a proxy", proxies);
    }
}

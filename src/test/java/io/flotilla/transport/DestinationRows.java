package io.flotilla.transport;

import static io.flotilla.failure.FailureKind.DESTINATION_FORBIDDEN;
import static io.flotilla.failure.Phase.RESOLVE;
import static io.flotilla.transport.ContractRow.row;

import io.flotilla.testkit.DnsAnswer;
import java.util.List;

/** Where our own rules let nobody go. */
final class DestinationRows {

    private DestinationRows() {}

    static List<ContractRow> rows() {
        return List.of(
                row(
                        DESTINATION_FORBIDDEN,
                        RESOLVE,
                        "a host that is not allowed",
                        g -> Dialed.dial(
                                g.within("*.allowed.test"),
                                g.spec(g.harbour.uri("/")).build())),
                row(DESTINATION_FORBIDDEN, RESOLVE, "a name with an address that is not allowed", g -> {
                    g.dns.on("rebound.test", DnsAnswer.addresses("192.0.2.1", "127.0.0.1"));
                    return Dialed.dial(
                            g.within("192.0.2.0/24"),
                            g.spec("ws://rebound.test:" + g.harbour.port() + "/")
                                    .build());
                }));
    }
}

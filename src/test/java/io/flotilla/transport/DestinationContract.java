package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.Phase;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a dial must not lead, at real sockets: hosts, addresses and redirects that are not allowed. */
public abstract class DestinationContract extends OnGround {

    @Test
    void goesToNoHostThatIsNotAllowed() {
        ground().dns.on("feed.test", DnsAnswer.addresses("127.0.0.1"));
        ground().dns.on("feed.evil", DnsAnswer.addresses("127.0.0.1"));
        int accepted = ground().harbour.accepted();
        Transport transport = ground().within("*.test");
        Failure failure = forbidden(
                transport, ground().spec("ws://feed.evil:" + ground().harbour.port() + "/"));
        assertThat(failure.phase()).isEqualTo(Phase.RESOLVE);
        assertThat(failure.detail()).contains("[feed.evil]");
        forbidden(transport, ground().spec("ws://127.0.0.1:" + ground().harbour.port() + "/"));
        assertThat(ground().dns.queries("feed.evil")).isZero();
        assertThat(ground().harbour.accepted()).isEqualTo(accepted);
        Dialed dialed = Dialed.dial(
                transport,
                ground().spec("ws://feed.test:" + ground().harbour.port() + "/").build());
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void goesToNoHostOneOfWhoseAddressesIsNotAllowed() {
        ground().dns.on("rebound.test", DnsAnswer.addresses("127.0.0.1", "127.0.0.66"));
        ground().dns.on("inside.test", DnsAnswer.addresses("127.0.0.1"));
        int accepted = ground().harbour.accepted();
        Transport transport = ground().within("127.0.0.0/30");
        Failure failure = forbidden(
                transport, ground().spec("ws://rebound.test:" + ground().harbour.port() + "/"));
        assertThat(failure.detail()).contains("127.0.0.66");
        forbidden(transport, ground().spec("ws://localhost:" + ground().harbour.port() + "/")); // ::1 too
        forbidden(transport, ground().spec("ws://127.0.0.4:" + ground().harbour.port() + "/"));
        assertThat(ground().harbour.accepted()).isEqualTo(accepted);
        Dialed dialed = Dialed.dial(
                transport,
                ground().spec("ws://inside.test:" + ground().harbour.port() + "/")
                        .build());
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void asksAnewForEveryDialSoThatANameMayNotMoveAway() {
        ground().dns.on("moving.test", DnsAnswer.addresses("127.0.0.1"));
        Transport transport = ground().within("*.test", "127.0.0.1");
        String uri = "ws://moving.test:" + ground().harbour.port() + "/";
        Dialed first = Dialed.dial(transport, ground().spec(uri).build());
        first.awaitOpened();
        leave(first);
        ground().dns.on("moving.test", DnsAnswer.addresses("127.0.0.2"));
        forbidden(transport, ground().spec(uri));
    }

    @ParameterizedTest(name = "to {0}")
    @ValueSource(strings = {"http://feed.evil/", "http://127.0.0.66/", "http://outside.test/"})
    void followsNoRedirectToWhereItMayNotGo(String location) {
        ground().dns.on("outside.test", DnsAnswer.addresses("127.0.0.66"));
        Transport transport = ground().within("*.test", "127.0.0.1");
        Failure failure = forbidden(transport, ground().at(Script.answer(307).header("Location", location)));
        assertThat(failure.evidence().addresses())
                .as("what was tried")
                .containsExactly("127.0.0.1:" + ground().harbour.port());
    }
}

package io.flotilla.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class WayTest {

    private static final Failure REFUSED = Failure.of(FailureKind.CONNECTION_REFUSED, "test");
    private static final Failure GONE = Failure.of(FailureKind.GONE, "test");

    private final Way way = new Way(
            ConnectionSpec.of("a", "ws://one/").with(spec -> spec.failOver(List.of("ws://two/", "ws://three/"))));

    @Test
    void goesRoundAndRound() {
        assertUri("one");
        way.failed(REFUSED, false);
        assertUri("two");
        assertThat(way.hasUntried()).isTrue();
        way.failed(REFUSED, false);
        assertUri("three");
        assertThat(way.hasUntried()).isFalse();
        way.failed(REFUSED, false);
        assertUri("one");
    }

    @Test
    void leavesOutWhatIsHopeless() {
        way.failed(REFUSED, false);
        way.failed(GONE, true);
        way.failed(REFUSED, false);
        assertUri("one");
        way.failed(REFUSED, false);
        assertUri("three");
        assertThat(way.hasAnother()).isTrue();
        way.failed(GONE, true);
        assertUri("one");
        assertThat(way.hasAnother()).isFalse();
    }

    @Test
    void comesBackFirstToWhatWorked() {
        way.failed(GONE, true);
        way.ready();
        way.failed(REFUSED, false);
        assertUri("two");
        way.failed(REFUSED, false);
        assertUri("three");
        assertThat(way.hasUntried()).isTrue();
        way.failed(REFUSED, false);
        assertUri("one");
    }

    @Test
    void staysWhereItIsWhenTheTroubleIsTheSameEverywhere() {
        way.failed(Failure.of(FailureKind.CREDENTIAL_UNAVAILABLE, "test"), false);
        way.failed(Failure.of(FailureKind.LOCAL_RESOURCES, "test"), false);
        way.failed(Failure.of(FailureKind.PROXY_UNREACHABLE, "test"), false);
        assertUri("one");
    }

    private void assertUri(String host) {
        assertThat(way.uri().endpoint().host()).isEqualTo(host);
    }
}

package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Settings;
import io.flotilla.supervision.Status;
import io.flotilla.testkit.ClientIdentity;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.netty.NettyTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fleet does about a client certificate that is not accepted. */
class FleetTlsTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");

    private final HarbourTls tls = HarbourTls.trusted().requiringClientCertificate();
    private final Harbour harbour = Harbour.start(tls);
    private Runnable beforeRepair = () -> {};
    private final Fleet fleet = Fleet.builder()
            .onMessage(message -> {})
            .transport("netty", new Repairing())
            .start();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void end() {
        get(fleet.close(Duration.ofSeconds(5)));
        harbour.close();
    }

    @Test
    void givesUpWhenTheKeyIsStillTheSame() {
        put();
        Waiting.until("given up", () -> status().state() == ConnectionState.GIVEN_UP);
        assertThat(status().lastFailure().orElseThrow().kind()).isEqualTo(FailureKind.TLS_CLIENT_REJECTED);
        assertThat(status().counters().dials()).isEqualTo(1);
    }

    @Test
    void dialsAgainWithAKeyThatIsAnotherOne() {
        beforeRepair = () -> ClientIdentity.trusted("somebody").writePem(folder);
        put();
        Waiting.until("ready", () -> status().state() == ConnectionState.READY);
        assertThat(status().counters().dials()).isEqualTo(2);
    }

    private void put() {
        ConnectionSpec spec = ConnectionSpec.of(ID.value(), harbour.uri().toString())
                .with(change -> change.tls(Settings.Tls.DEFAULT
                        .withTrust(tls.writeTrust(folder))
                        .withKey(ClientIdentity.stranger("nobody").writePem(folder))));
        get(fleet.put(spec));
    }

    private Status status() {
        return fleet.status(ID).orElseThrow();
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** The transport, with a moment before each repair. */
    private final class Repairing implements Transport {
        private final Transport inner = NettyTransport.start(FleetSettings.Network.DEFAULT, new ReceiveMemory(1 << 20));

        @Override
        public Link dial(Dial dial) {
            return inner.dial(dial);
        }

        @Override
        public CompletionStage<Boolean> renewKey(ConnectionSpec spec, Failure rejected) {
            beforeRepair.run();
            return inner.renewKey(spec, rejected);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}

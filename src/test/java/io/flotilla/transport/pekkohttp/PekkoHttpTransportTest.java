package io.flotilla.transport.pekkohttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.InvalidConfig;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Settings;
import io.flotilla.store.FileSpecStore;
import io.flotilla.transport.Dialed;
import io.flotilla.transport.ReceiveMemory;
import io.flotilla.transport.Transport;
import io.flotilla.transport.TransportContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of transports on Pekko, and what it cannot do. */
class PekkoHttpTransportTest extends TransportContract {

    /**
     * Something that it cannot do.
     *
     * @param said as operating.md says it
     * @param rows the beginnings of the rows of the contract that it takes away
     * @param key what asks for it; empty where nothing does
     */
    private record Limit(String said, List<String> rows, String key) {}

    private static final Map<String, String> ASKING = Map.of("proxy", "\"http://proxy:3128\"", "compression", "on");

    /** The one list: what is not here it can do. */
    private static final List<Limit> CANNOT = List.of(
            new Limit(
                    "proxies: `check` refuses them, and a spec from code ends as INVALID_SPEC;",
                    List.of("PROXY_", "a proxy", "SOCKS", "a local address that is not ours, to a proxy"),
                    "proxy"),
            new Limit(
                    "compression: `check` refuses it, and a spec from code ends as INVALID_SPEC;",
                    List.of(),
                    "compression"),
            new Limit(
                    "addresses of a name are tried one after the other, each for a third of `timeouts.dial` at the most, and not in a race;",
                    List.of(),
                    ""),
            new Limit(
                    "a send is answered as written when Pekko has taken it: up to 16 KiB, and under TLS up to two messages, may still wait in its"
                            + " buffers when the peer is lost;",
                    List.of(),
                    ""),
            new Limit(
                    "while a consumer stalls, pings are answered as long as Pekko HTTP reads, which is until one message waits;",
                    List.of(),
                    ""),
            new Limit(
                    "a close frame that was not read yet when a write fails is lost: the end is LOST.", List.of(), ""));

    @TempDir
    Path folder;

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
        Map<String, String> rows = new HashMap<>();
        CANNOT.forEach(limit -> limit.rows().forEach(row -> rows.put(row, limit.said())));
        return rows;
    }

    @Test
    void itsListIsThatOfTheDocuments() throws IOException {
        String document = Files.readString(Path.of("src/docs/operating.md"));
        String section = document.substring(document.indexOf("## The second transport"));
        String list = section.substring(section.indexOf("\n- ") + 1).split("\n\n", 2)[0];

        assertThat(List.of(list.split("(?m)^- ")))
                .filteredOn(line -> !line.isBlank())
                .map(line -> line.replaceAll("\\s+", " ").strip())
                .isEqualTo(CANNOT.stream().map(Limit::said).toList());
    }

    @Test
    void checkRefusesWhatWasAskedOfItAndItCannotDo() throws IOException {
        for (Limit limit : CANNOT) {
            if (!limit.key().isEmpty()) {
                String asking = limit.key() + " = " + ASKING.get(limit.key());
                assertThat(problems("pekko-http", asking))
                        .singleElement()
                        .asString()
                        .contains("Connection [a] asks for " + limit.key()
                                + ", which transport = pekko-http does not know");
                assertThat(problems("netty", asking)).isEmpty();
            }
        }
    }

    private List<InvalidConfig.Problem> problems(String transport, String key) throws IOException {
        Path conf = Files.writeString(folder.resolve("a.conf"), """
                flotilla {
                  defaults { transport = %s }
                  templates { asking { %s } }
                  connections { a { template = asking, uri = "ws://127.0.0.1/" } }
                }
                """.formatted(transport, key));
        try {
            FileSpecStore.read(conf).configuration().check();
            return List.of();
        } catch (InvalidConfig invalid) {
            return invalid.problems();
        }
    }

    @Test
    void aSpecFromCodeThatAsksForItIsInvalid() {
        List<UnaryOperator<ConnectionSpec.Builder>> asking = List.of(
                spec -> spec.proxy(Proxy.of("http://127.0.0.1:1")), spec -> spec.compression(Settings.Compression.ON));
        try (Transport transport = start(FleetSettings.DEFAULT.network(), new ReceiveMemory(1 << 20))) {
            for (UnaryOperator<ConnectionSpec.Builder> each : asking) {
                ConnectionSpec spec =
                        ConnectionSpec.of("a", "ws://127.0.0.1:1/").with(each);

                assertThat(Dialed.dial(transport, spec).awaitEnded().kind()).isEqualTo(FailureKind.INVALID_SPEC);
            }
        }
    }
}

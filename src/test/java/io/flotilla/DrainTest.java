package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionId;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A drain while everybody sends, some peers are slow, some are mute, and some are not there yet. */
class DrainTest {

    private static final int EACH = 40;
    private static final byte[] LARGE = new byte[256 * 1024];

    private final AtomicInteger goodbyes = new AtomicInteger();
    private final Map<String, AtomicInteger> texts = new ConcurrentHashMap<>();
    private final Harbour harbour =
            Harbour.builder().remembering(0).receiveBuffer(4096).start();
    private final Harbour away = Harbour.builder().remembering(0).start();

    @AfterEach
    void end() {
        harbour.close();
        away.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"netty", "pekko-http"})
    void everySocketGetsIts1001AndWhatWasAcceptedArrives(String transport) throws Exception {
        away.stopListening();
        harbour.on("/good", counting(Script.upgrade()))
                .on("/mute", counting(Script.upgrade().ignoreClose()))
                .on(
                        "/slow",
                        counting(Script.upgrade()
                                .stopReading()
                                .after(Duration.ofSeconds(2))
                                .resumeReading()))
                .on("/silent", Script.silent());
        Fleet fleet = fleet(transport);
        await("all that can be are ready", () -> in(fleet, ConnectionState.READY) == 3 * EACH);
        await(
                "the others dial, or wait",
                () -> in(fleet, ConnectionState.DIALING) == EACH && in(fleet, ConnectionState.WAITING) == EACH);
        int accepted = harbour.accepted();

        List<CompletionStage<SendOutcome>> sends = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < EACH; i++) {
            sends.add(fleet.send(ConnectionId.of("slow-" + i), LARGE)); // fills what the kernel holds
            for (int j = 0; j < 10; j++) {
                sends.add(fleet.send(ConnectionId.of("slow-" + i), "slow"));
                sends.add(fleet.send(ConnectionId.of("good-" + i), "good"));
            }
        }
        CompletionStage<Void> drained = fleet.close(Duration.ofSeconds(30));
        for (int i = 0; i < EACH; i++) {
            sends.add(fleet.send(ConnectionId.of("good-" + i), "good"));
        }
        get(drained);

        Map<String, Long> outcomes = sends.stream()
                .map(DrainTest::get)
                .collect(Collectors.groupingBy(outcome -> outcome.getClass().getSimpleName(), Collectors.counting()));
        assertThat(outcomes.keySet()).isSubsetOf("Written", "Refused");
        long written = outcomes.getOrDefault("Written", 0L);
        assertThat(written).isGreaterThanOrEqualTo(21L * EACH);
        await(
                "every accepted text has arrived: " + texts + " of " + outcomes,
                () -> texts.values().stream().mapToInt(AtomicInteger::get).sum() == written);
        await("every socket got its 1001", () -> goodbyes.get() == 3 * EACH);
        harbour.awaitOpenConnections(0);
        assertThat(harbour.accepted()).as("nothing new was dialled").isEqualTo(accepted);
    }

    private static int in(Fleet fleet, ConnectionState state) {
        return fleet.counts().getOrDefault(state, 0);
    }

    private Script counting(Script upgraded) {
        return upgraded.onFrame(this::count, frame -> Script.empty());
    }

    private boolean count(ClientFrame frame) {
        if (frame.isClose() && frame.closeCode().orElse(0) == 1001) {
            goodbyes.incrementAndGet();
        } else if (frame.isData()) {
            texts.computeIfAbsent(frame.isText() ? frame.text() : "large", text -> new AtomicInteger())
                    .incrementAndGet();
        }
        return false;
    }

    private Fleet fleet(String transport) {
        StringBuilder conf = new StringBuilder("""
                flotilla {
                  defaults {
                    transport = %s
                    timeouts.dial = 60s
                    send { outbox = 4MiB, timeout = 30s }
                    liveness.ping = off
                    retry { first = 1h, base = 1h, cap = 1h }
                  }
                  limits { dials-per-second = off, dials-in-flight = unlimited, per-host.dials-per-second = off, breaker.failures = off }
                """.formatted(transport));
        for (int i = 0; i < EACH; i++) {
            for (String kind : List.of("good", "mute", "slow", "silent")) {
                String close = kind.equals("mute") ? "1s" : "30s";
                conf.append("connections.%s-%d { uri = \"%s\", timeouts.close = %s }%n"
                        .formatted(kind, i, harbour.uri("/" + kind), close));
            }
            conf.append("connections.away-%d { uri = \"%s\" }%n".formatted(i, away.uri("/")));
        }
        Configuration configuration = new Configuration()
                .read(ConfigFactory.parseString(conf + "}")
                        .withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve())
                .check();
        Fleet fleet = Fleet.builder().settings(configuration.settings()).start();
        configuration.connections().forEach(wanted -> fleet.put(wanted.spec()));
        return fleet;
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        Waiting.until(what, condition);
    }

    private static <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }
}

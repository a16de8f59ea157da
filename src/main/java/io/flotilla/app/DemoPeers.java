package io.flotilla.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Secret;
import io.flotilla.testkit.DeafPort;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.ScriptedDns;
import io.flotilla.testkit.WireFrame;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** The peers of the demo, good, flaky and hopeless, all of them at loopback in this process. Safe from any thread. */
final class DemoPeers implements AutoCloseable {

    /** One kind, with the specs of its connections. */
    record Group(DemoKind kind, List<ConnectionSpec> specs) {}

    private static final Duration TICK = Duration.ofMillis(500);
    private static final int HUNDRED = 100;
    private static final String NEW_TOKEN = "token-of-today";

    /** The fewest connections of a demo: one of each kind. */
    static final int FEWEST = DemoKind.ALL.size();

    private static final int LEAST_RATE = 50;
    private static final int SECONDS_TO_BE_UP = 4;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Harbour good;
    private final Harbour flaky;
    private final Harbour wrecks;

    /** Their peers slow down all dials to their host: each is a host of its own. */
    private final Harbour busy;

    private final Harbour upkeep;

    private final Harbour selfMade;
    private final Harbour closed;
    private final Optional<DeafPort> deaf;
    private final ScriptedDns names;
    private final AtomicBoolean tokenRefused = new AtomicBoolean();

    private final int connections;

    private DemoPeers(int connections) {
        this.connections = connections;
        good = part(quiet(Harbour.builder()));
        flaky = part(quiet(Harbour.builder()));
        wrecks = part(quiet(Harbour.builder()));
        busy = part(quiet(Harbour.builder()));
        upkeep = part(quiet(Harbour.builder()));
        selfMade = part(quiet(Harbour.builder().tls(HarbourTls.selfSigned())));
        closed = part(quiet(Harbour.builder()));
        closed.stopListening();
        deaf = deafPort();
        names = part(ScriptedDns.start());
    }

    /** @param connections how many connections there are to be, good and bad */
    static DemoPeers start(int connections) {
        DemoPeers peers = new DemoPeers(connections);
        peers.good.on("/ticker", Script.ticker(TICK)).on("/echo", Script.echo()).on("/feed", Script.subscription());
        peers.foulWeather();
        peers.wrecks();
        return peers;
    }

    private static Harbour quiet(Harbour.Builder builder) {
        return builder.remembering(0).start();
    }

    private <T extends AutoCloseable> T part(T made) {
        parts.add(made);
        return made;
    }

    /** Where the kernel knows no such thing, nobody meets it. */
    private Optional<DeafPort> deafPort() {
        try {
            return Optional.of(part(DeafPort.open()));
        } catch (UncheckedIOException impossible) {
            return Optional.empty();
        }
    }

    private void foulWeather() {
        Script well = Script.ticker(TICK);
        busy.on("/busy", Script.inTurn(Script.answer(429).header("Retry-After", "3"), well));
        upkeep.on("/upkeep", Script.inTurn(Script.answer(503), well));
        flaky.on(
                        "/restless",
                        Script.perAttempt(attempt -> Script.upgrade()
                                .sendText("hello")
                                .after(Duration.ofMillis(2_500 + attempt * 700L % 3_000))
                                .rst()))
                .on("/expired", Script.perRequest(this::lookAtToken))
                .on("/restart", Script.inTurn(closing(1012, "restart"), well))
                .on("/later", Script.inTurn(closing(1013, "try again later"), well))
                .on("/custom", closing(4001, "come again"))
                .on("/frozen", Script.upgrade().ignorePings())
                .on("/deploy", Script.inTurn(Script.answer(404), Script.answer(404), well))
                .on("/farewell", closing(1000, "that was all"));
    }

    private static Script closing(int code, String reason) {
        return Script.upgrade().sendText("hello").after(Duration.ofSeconds(2)).sendClose(code, reason);
    }

    private void wrecks() {
        wrecks.on("/locked", Script.perRequest(this::lookAtToken))
                .on("/missing", Script.answer(404))
                .on("/hang", Script.silent())
                .on("/trickle", Script.empty().trickle(1, Duration.ofSeconds(1)).thenUpgrade())
                .on("/impostor", Script.upgrade().replacing("Sec-WebSocket-Accept", "anything"))
                .on(
                        "/garbled",
                        Script.upgrade()
                                .sendFrame(WireFrame.text("?").withRsv(3))
                                .hang())
                .on(
                        "/mojibake",
                        Script.upgrade()
                                .sendFrame(WireFrame.text((byte) 0xC3, (byte) 0x28))
                                .hang());
    }

    /** A peer that knows only the newest token. */
    private Script lookAtToken(io.flotilla.testkit.UpgradeRequest request) {
        if (request.header("Authorization")
                .filter(("Bearer " + NEW_TOKEN)::equals)
                .isPresent()) {
            return Script.ticker(TICK);
        }
        tokenRefused.set(true);
        return Script.answer(401).header("WWW-Authenticate", "Bearer");
    }

    /** The token that has expired, until somebody has said so. */
    CompletionStage<Secret> token() {
        return CompletableFuture.completedStage(Secret.of(tokenRefused.get() ? NEW_TOKEN : "token-of-last-week"));
    }

    // What dials them.

    /** The name of the credential that {@link #token} is. */
    static final String CREDENTIAL = "vendor";

    /** The kinds, each with its share of the connections, at least one. */
    List<Group> groups() {
        int left = connections;
        List<Group> groups = new ArrayList<>();
        for (DemoKind kind : DemoKind.ALL.subList(1, DemoKind.ALL.size())) {
            if (kind.conf().contains("DEAF") && deaf.isEmpty()) {
                continue;
            }
            int count = 1 + (connections - FEWEST) * kind.share() / HUNDRED;
            left -= count;
            groups.add(new Group(kind, specs(kind, count)));
        }
        groups.add(0, new Group(DemoKind.ALL.get(0), specs(DemoKind.ALL.get(0), left)));
        return groups;
    }

    private List<ConnectionSpec> specs(DemoKind kind, int count) {
        StringBuilder conf = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            String path = "/" + kind.name() + "?" + i;
            conf.append(String.format(
                    Locale.ROOT,
                    "connections.\"%s-%d\" { uri = \"%s\", %s }%n",
                    kind.name(),
                    i,
                    harbourOf(kind).uri(path),
                    kind.conf()
                            .replace("SELFMADE", selfMade.uri(path).toString())
                            .replace("CLOSED", closed.uri(path).toString())
                            .replace(
                                    "DEAF",
                                    "ws://127.0.0.1:" + deaf.map(DeafPort::port).orElse(0) + path)));
        }
        return read(conf.toString()).connections().stream()
                .map(Configuration.Sourced::spec)
                .map(spec -> kind.name().equals("expired") ? withToken(spec) : spec)
                .toList();
    }

    private Harbour harbourOf(DemoKind kind) {
        return switch (kind.act()) {
            case FAIR_WEATHER -> good;
            case FOUL_WEATHER -> kind.name().equals("busy") ? busy : kind.name().equals("upkeep") ? upkeep : flaky;
            case WRECKS -> wrecks;
        };
    }

    /** The same connection, with a token. */
    static ConnectionSpec withToken(ConnectionSpec spec) {
        return spec.with(change -> change.credential(CREDENTIAL).header("Authorization", "Bearer {credential}"));
    }

    /** Dials a second to one host: all are up in some seconds, and one sees them come. */
    int dialRate() {
        return Math.max(LEAST_RATE, connections / SECONDS_TO_BE_UP);
    }

    /** Limits, and a name server that knows nobody. */
    FleetSettings settings() {
        return read("").settings();
    }

    private Configuration read(String blocks) {
        Config conf = ConfigFactory.parseString(
                """
                flotilla {
                  # Waits are shorter than anybody would have them: a minute must be enough to see everything.
                  defaults {
                    timeouts { dial = 2s, ready = 2s, close = 1s }
                    liveness { ping = 3s, pong-deadline = 2s }
                    retry {
                      first = 500ms, base = 500ms, cap = 4s, settle-after = 2s
                      slow-lane { after = 6, base = 4s, cap = 8s, give-up = 20s }
                    }
                  }
                  limits { dials-per-second = %d, per-host.dials-per-second = %d }
                  network.name-servers = ["127.0.0.1:%d"]
                  %s
                }
                """.formatted(2 * dialRate(), dialRate(), names.address().getPort(), blocks));
        return new Configuration()
                .read(conf.withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve())
                .check();
    }

    // The end of the good ones, for a while.

    /** Resets every connection of the good peers, and refuses new ones. */
    void goDown() {
        good.stopListening();
        good.killAll();
    }

    void comeBack() {
        good.listenAgain();
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("A peer of the demo did not end", e);
            }
        }
    }
}

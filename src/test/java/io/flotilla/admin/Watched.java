package io.flotilla.admin;

import io.flotilla.Fleet;
import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.AdminSettings;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Secret;
import io.flotilla.telemetry.Trend;
import io.flotilla.testkit.Harbour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fleet without limits whose peers are a harbour, with its API: what a browser or a command looks at. */
public final class Watched implements AutoCloseable {

    private static final FleetSettings UNLIMITED = new FleetSettings(
            new FleetSettings.Limits(
                    OptionalDouble.empty(), OptionalInt.empty(), 1 << 26, OptionalDouble.empty(), OptionalInt.empty()),
            8,
            Duration.ofSeconds(5),
            FleetSettings.Network.DEFAULT);

    public final Harbour harbour = Harbour.start();
    public final Fleet fleet =
            Fleet.builder().settings(UNLIMITED).onMessage(message -> {}).start();

    /** The last hour as the API tells it. */
    public final List<Trend.Step> trend = new CopyOnWriteArrayList<>();

    private AdminSettings settings;
    private AdminServer server;

    private Watched(AdminSettings settings) {
        this.settings = settings;
        this.server = listen(settings);
        this.settings = settings.at("127.0.0.1", server.address().getPort());
    }

    public static Watched start() {
        return start(Served.SETTINGS);
    }

    /** Asking for a token. */
    public static Watched asking(String token) {
        return start(Served.SETTINGS.asking(Secret.of(token)));
    }

    public static Watched start(AdminSettings settings) {
        return new Watched(settings);
    }

    public String url() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    public void put(String id, String path, Map<String, String> labels) {
        Served.get(fleet.put(ConnectionSpec.builder(id, harbour.uri(path).toString())
                .labels(labels)
                .build()));
    }

    public ConnectionState state(String id) {
        return fleet.status(ConnectionId.of(id)).orElseThrow().state();
    }

    public void awaitState(String id, ConnectionState state) {
        Waiting.until(id + " is " + state, () -> state(id) == state);
    }

    /** The API alone: the fleet goes on. */
    public void stopListening() {
        Served.get(server.close());
    }

    /** At the same port. */
    public void listenAgain() {
        server = listen(settings);
    }

    private AdminServer listen(AdminSettings where) {
        return Served.get(AdminServer.start(fleet, where, AdminParts.of(fleet).trend(() -> trend)));
    }

    @Override
    public void close() {
        Served.get(server.close());
        Served.get(fleet.close(Duration.ofSeconds(5)));
        harbour.close();
    }
}

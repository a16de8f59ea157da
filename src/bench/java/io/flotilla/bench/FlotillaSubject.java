package io.flotilla.bench;

import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Flotilla as an embedder has it, with a sink that drops and without limits. */
final class FlotillaSubject implements Client.Subject {

    private final Fleet fleet = Fleet.builder()
            .settings(new FleetSettings(
                    new FleetSettings.Limits(
                            OptionalDouble.empty(),
                            OptionalInt.of(1024),
                            FleetSettings.Limits.DEFAULT.receiveMemory(),
                            OptionalDouble.empty(),
                            OptionalInt.empty()),
                    8,
                    Duration.ofSeconds(5),
                    new FleetSettings.Network(2, true, true, java.util.List.of())))
            .start();
    private int opened;
    private int ended;

    @Override
    public void open(int connections, int port, String path) throws InterruptedException {
        for (int i = 0; i < connections; i++) {
            fleet.put(ConnectionSpec.builder("connection-" + opened++, "ws://127.0.0.1:" + port + path)
                    .sink(ConnectionSpec.SINK_NONE)
                    .build());
        }
        while (fleet.counts().getOrDefault(ConnectionState.READY, 0) < opened - ended) {
            Thread.sleep(5);
        }
    }

    @Override
    public void closeAll() throws InterruptedException {
        fleet.statuses().forEach(status -> fleet.remove(status.id()));
        while (!fleet.statuses().isEmpty()) {
            Thread.sleep(5);
        }
        ended = opened;
    }

    @Override
    public long messages() {
        return fleet.messagesIn();
    }

    @Override
    public void close() {
        fleet.close(Duration.ofMillis(100));
    }
}

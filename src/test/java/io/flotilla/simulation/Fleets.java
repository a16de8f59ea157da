package io.flotilla.simulation;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.FleetSettings.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Fleets for scenarios. */
final class Fleets {

    private static final long SEED = 1;

    private Fleets() {}

    /** So many connections to each of these hosts. */
    static List<ConnectionSpec> of(int each, String... hosts) {
        return of(each, change -> change, hosts);
    }

    static List<ConnectionSpec> of(int each, UnaryOperator<ConnectionSpec.Builder> change, String... hosts) {
        List<ConnectionSpec> specs = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (String host : hosts) {
                specs.add(change.apply(ConnectionSpec.builder(host + "-" + i, "wss://" + host + "/stream"))
                        .build());
            }
        }
        return specs;
    }

    /** Dials a second of the fleet and of each host; the rest is as by default. */
    static FleetSettings rates(double fleet, double host) {
        return with(new Limits(
                OptionalDouble.of(fleet), OptionalInt.of(128), 1, OptionalDouble.of(host), OptionalInt.empty()));
    }

    static FleetSettings with(Limits limits) {
        return new FleetSettings(limits, 1, Duration.ofSeconds(20), FleetSettings.Network.DEFAULT);
    }

    static Predicate<Endpoint> host(String name) {
        return endpoint -> endpoint.host().equals(name);
    }

    static Predicate<Endpoint> everyHost() {
        return endpoint -> true;
    }

    static Scenario scenario(
            FleetSettings settings, List<ConnectionSpec> specs, Duration length, Duration step, Episode... episodes) {
        return new Scenario(settings, specs, List.of(episodes), length, step, SEED);
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }
}

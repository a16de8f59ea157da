package io.flotilla.admin;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Desired;
import io.flotilla.supervision.Glance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the wanted share of a fleet is ready, and who is missing.
 *
 * @param ready connections that are READY
 * @param wanted connections that are wanted up
 * @param needed the share that is needed
 * @param missing who is not READY, the largest group first
 */
record Readiness(int ready, int wanted, double needed, List<Missing> missing) {

    private static final int SAMPLE = 10;

    /** Connections that are missing for one reason; {@code sample} has ten of them at the most. */
    record Missing(
            String reason,
            ConnectionState state,
            Optional<FailureKind> kind,
            int connections,
            List<ConnectionId> sample) {}

    private record Group(ConnectionState state, Optional<FailureKind> kind) {}

    static Readiness of(Stream<Glance> fleet, double needed) {
        int[] counts = new int[2];
        Map<Group, Integer> sizes = new LinkedHashMap<>();
        Map<Group, List<ConnectionId>> samples = new LinkedHashMap<>();
        fleet.filter(glance -> glance.desired() == Desired.UP).forEach(glance -> {
            counts[1]++;
            if (glance.state() == ConnectionState.READY) {
                counts[0]++;
                return;
            }
            Group group = new Group(glance.state(), glance.kind());
            sizes.merge(group, 1, Integer::sum);
            List<ConnectionId> sample = samples.computeIfAbsent(group, key -> new ArrayList<>());
            if (sample.size() < SAMPLE) {
                sample.add(glance.id());
            }
        });
        List<Missing> missing = sizes.entrySet().stream()
                .sorted(Map.Entry.<Group, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(entry -> entry.getKey().state()))
                .map(entry -> missing(
                        entry.getKey(), entry.getValue(), List.copyOf(samples.getOrDefault(entry.getKey(), List.of()))))
                .toList();
        return new Readiness(counts[0], counts[1], needed, missing);
    }

    private static Missing missing(Group group, int connections, List<ConnectionId> sample) {
        String state = group.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String why = group.kind()
                .map(kind -> " after " + kind + ": " + kind.meaning())
                .orElse(", with no failure so far");
        return new Missing(state + why, group.state(), group.kind(), connections, sample);
    }

    /** READY of those that are wanted, 0 to 1; 1 where none is. */
    double share() {
        return wanted == 0 ? 1 : (double) ready / wanted;
    }

    boolean isReady() {
        return share() >= needed;
    }
}

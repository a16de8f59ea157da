package io.flotilla.supervision;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Origin;
import io.flotilla.failure.Scope;
import io.flotilla.spec.ConnectionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sessions that ended together have one cause: finds it in what they have in common. Pure. */
final class Bursts {

    /** How far back it looks. */
    static final Duration WINDOW = Duration.ofMinutes(5);

    /** Endings with a longer pause between them are not of one burst. */
    private static final Duration GAP = Duration.ofSeconds(1);

    /** Fewer may be chance. */
    private static final int LEAST = 5;

    /** Hosts that nothing but our own network has in common. */
    private static final int HOSTS = 3;

    /** How long a burst is news although all of its connections are back. */
    private static final Duration NEWS = Duration.ofMinutes(1);

    private static final double MOST = 0.8;

    /**
     * Sessions that ended together.
     *
     * @param sentence up to what has become of them since
     * @param members those that it speaks of
     */
    record Burst(
            String sentence,
            FailureKind kind,
            Scope scope,
            String subject,
            Set<ConnectionId> members,
            Instant since,
            Instant last) {

        boolean isNews(Instant now) {
            return !last.plus(NEWS).isBefore(now);
        }
    }

    private Bursts() {}

    /** @param incidents the oldest first */
    static List<Burst> of(List<Incident> incidents) {
        List<Burst> found = new ArrayList<>();
        List<Incident> together = new ArrayList<>();
        for (Incident incident : incidents) {
            if (!incident.session()) {
                continue;
            }
            if (!together.isEmpty()
                    && together.get(together.size() - 1).at().plus(GAP).isBefore(incident.at())) {
                burst(together).ifPresent(found::add);
                together = new ArrayList<>();
            }
            together.add(incident);
        }
        burst(together).ifPresent(found::add);
        return found;
    }

    private static Optional<Burst> burst(List<Incident> together) {
        if (together.size() < LEAST) {
            return Optional.empty();
        }
        String span = " within "
                + Words.span(Duration.between(
                        together.get(0).at(), together.get(together.size() - 1).at()));
        Map<Optional<String>, List<Incident>> byCredential = by(together, Incident::credential);
        List<Incident> ofCredential = largest(byCredential);
        Optional<String> credential = ofCredential.get(0).credential();
        FailureKind kind = commonest(ofCredential);
        if (credential.isPresent() && kind.scope() == Scope.CREDENTIAL && isMost(ofCredential, together)) {
            return Optional.of(burst(
                    some(ofCredential, together) + span + ", all with credential [" + credential.get() + "]",
                    kind,
                    Scope.CREDENTIAL,
                    credential.get(),
                    ofCredential));
        }
        Map<String, List<Incident>> byHost = by(together, Incident::host);
        List<Incident> ofHost = largest(byHost);
        if (ofHost.size() >= LEAST && isMost(ofHost, together)) {
            String host = ofHost.get(0).host();
            return Optional.of(burst(
                    some(ofHost, together) + span + " on one host [" + host + "]",
                    commonest(ofHost),
                    Scope.ENDPOINT,
                    host,
                    ofHost));
        }
        boolean ofTheWay =
                together.stream().allMatch(incident -> incident.kind().origin() == Origin.NETWORK);
        return byHost.size() >= HOSTS && ofTheWay
                ? Optional.of(burst(
                        together.size() + " drops" + span + " on " + byHost.size() + " hosts",
                        commonest(together),
                        Scope.FLEET,
                        Troubles.THIS_MACHINE,
                        together))
                : Optional.empty();
    }

    private static Burst burst(String who, FailureKind kind, Scope scope, String subject, List<Incident> common) {
        Set<ConnectionId> members = new HashSet<>();
        common.forEach(incident -> members.add(incident.id()));
        return new Burst(
                who + ", " + how(common) + ": " + meaning(kind, scope),
                kind,
                scope,
                subject,
                members,
                common.get(0).at(),
                common.get(common.size() - 1).at());
    }

    private static String some(List<Incident> part, List<Incident> all) {
        return (part.size() == all.size() ? "" : part.size() + " of ") + all.size() + " drops";
    }

    private static String how(List<Incident> common) {
        List<Incident> alike = largest(by(common, Incident::word));
        String word = alike.get(0).word();
        if (alike.size() == common.size()) {
            return "all " + word;
        }
        return isMost(alike, common) ? "most " + word : "of several kinds";
    }

    /** What it usually means that many sessions end so at once. */
    private static String meaning(FailureKind kind, Scope scope) {
        if (scope == Scope.FLEET) {
            return "the network of this machine, or a way that they share";
        }
        return switch (kind) {
            case CLOSED_RESTARTING -> "the server restarted";
            case CLOSED_GOING_AWAY -> "the server went away";
            case CLOSED_TRY_LATER -> "the server has too much to do";
            case CLOSED_SERVER_ERROR -> "the server failed";
            case CLOSED_BAD_GATEWAY -> "what stands before the server lost it";
            case CLOSED_NORMALLY -> "the server closed them";
            case LOST -> "the server, or the way to it, broke off";
            case PONG_TIMEOUT -> "the server, or the way to it, fell silent";
            case HEARTBEAT_TIMEOUT, SILENT -> "the server fell silent";
            case SLOW_CONSUMER -> "our own consumer is too slow";
            case EVICTED -> "somebody else has the same identity";
            case CLOSED_UNAUTHORIZED, CLOSED_FORBIDDEN, CLOSED_POLICY, READY_REFUSED ->
                "the server does not accept them any more";
            default -> kind.meaning();
        };
    }

    private static FailureKind commonest(List<Incident> incidents) {
        return largest(by(incidents, Incident::kind)).get(0).kind();
    }

    private static boolean isMost(List<Incident> part, List<Incident> all) {
        return part.size() >= MOST * all.size();
    }

    private static <K> Map<K, List<Incident>> by(List<Incident> incidents, Function<Incident, K> key) {
        return incidents.stream().collect(Collectors.groupingBy(key, HashMap::new, Collectors.toList()));
    }

    /** The one with most in it; of equal ones the one that began first. */
    private static <K> List<Incident> largest(Map<K, List<Incident>> groups) {
        return groups.values().stream()
                .max(java.util.Comparator.<List<Incident>>comparingInt(List::size)
                        .thenComparing(group -> group.get(0).at(), java.util.Comparator.reverseOrder()))
                .orElseThrow();
    }
}

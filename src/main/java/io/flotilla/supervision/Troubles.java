package io.flotilla.supervision;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is wrong with a fleet now, grouped by cause, worst first. What is of the whole fleet is worse than what is not; then counts how
 * many connections should be READY and are not; then what will not heal by itself. Pure.
 */
public final class Troubles {

    /** What a trouble is about that no peer has to do with. */
    public static final String THIS_MACHINE = "this machine";

    /** Hosts that cannot be reached, at the least, before the network of this machine is to blame. */
    private static final int HOSTS = 3;

    /** What a dial meets where there is no way. */
    private static final Set<FailureKind> NO_WAY =
            Set.of(FailureKind.UNREACHABLE, FailureKind.NAME_LOOKUP_FAILED, FailureKind.CONNECT_TIMEOUT);

    /** A trouble, who has it, and how many of them are not ready. */
    private record Found(Trouble trouble, Set<ConnectionId> members, int down) {}

    /** What connections that are down have in common. */
    private record Cause(FailureKind kind, Scope scope, String subject, boolean givenUp) {}

    private static final Comparator<Found> WORST_FIRST = Comparator.<Found>comparingInt(
                    found -> found.trouble().scope() == Scope.FLEET ? 0 : 1)
            .thenComparing(Found::down, Comparator.reverseOrder())
            .thenComparing(found -> found.trouble().verdict() == Verdict.PERMANENT ? 0 : 1)
            .thenComparing(found -> found.trouble().since())
            .thenComparing(found -> found.trouble().sentence());

    private final FleetView fleet;
    private final Map<ConnectionId, Standing> standings;
    private final List<Standing> down;
    private final List<Found> found = new ArrayList<>();

    private Troubles(FleetView fleet) {
        this.fleet = fleet;
        this.standings = fleet.standings().stream().collect(Collectors.toMap(Standing::id, Function.identity()));
        this.down = fleet.standings().stream().filter(Standing::isDown).toList();
    }

    /** Everything that is wrong, worst first. */
    public static List<Trouble> of(FleetView fleet) {
        return look(fleet).stream().map(Found::trouble).toList();
    }

    /** The worst of what is wrong with this connection and with at least one other. */
    public static Optional<Trouble> sharedBy(ConnectionId id, FleetView fleet) {
        return look(fleet).stream()
                .filter(found -> found.members().contains(id) && found.members().size() > 1)
                .map(Found::trouble)
                .findFirst();
    }

    private static List<Found> look(FleetView fleet) {
        Troubles troubles = new Troubles(fleet);
        troubles.ofThisMachine();
        troubles.ofSinks();
        troubles.ofHandlers();
        Set<ConnectionId> told = troubles.ofBursts();
        troubles.ofCauses(told);
        return troubles.found.stream().sorted(WORST_FIRST).toList();
    }

    // What no peer is to blame for.

    private void ofThisMachine() {
        List<Standing> lacking = down.stream()
                .filter(standing -> kind(standing).scope() == Scope.FLEET)
                .toList();
        if (!lacking.isEmpty()) {
            add(
                    FailureKind.LOCAL_RESOURCES,
                    Scope.FLEET,
                    THIS_MACHINE,
                    lacking,
                    "This machine has no descriptor, buffer, port or local address left for "
                            + Words.connections(lacking.size()) + paused());
        }
        List<Standing> unreachable = unreachable();
        if (!unreachable.isEmpty()) {
            add(
                    kind(unreachable.get(0)),
                    Scope.FLEET,
                    THIS_MACHINE,
                    unreachable,
                    "The network of this machine: " + hosts(unreachable).size() + " hosts cannot be reached, "
                            + Words.connections(unreachable.size()) + " " + Words.are(unreachable.size()) + " down"
                            + paused());
        }
    }

    private String paused() {
        return !fleet.dials().paused()
                ? ""
                : "; nobody dials, "
                        + fleet.dials()
                                .probeAt()
                                .map(at -> "one does for all at " + Words.at(at))
                                .orElse("one does for all now");
    }

    /** Those who find no way, if so many different hosts are concerned that it is not they. */
    private List<Standing> unreachable() {
        List<Standing> none = down.stream()
                .filter(standing -> NO_WAY.contains(kind(standing)))
                .toList();
        int wanted = hosts(fleet.standings()).size();
        int hosts = hosts(none).size();
        boolean ours = fleet.dials().paused() || 2 * hosts >= wanted;
        return hosts >= HOSTS && ours ? none : List.of();
    }

    private void ofSinks() {
        new TreeMap<>(fleet.sinks()).forEach((sink, degraded) -> {
            List<Standing> held = fleet.standings().stream()
                    .filter(standing -> standing.sink().equals(sink) && isOpen(standing))
                    .toList();
            add(
                    FailureKind.SINK_UNAVAILABLE,
                    Scope.FLEET,
                    sink,
                    held,
                    degraded.since(),
                    degraded.since(),
                    "Sink [" + sink + "] takes nothing, " + Words.connections(held.size())
                            + (held.size() == 1 ? " waits: " : " wait: ") + degraded.reason());
        });
    }

    private void ofHandlers() {
        fleet.saturated().ifPresent(since -> {
            List<Standing> served = fleet.standings().stream()
                    .filter(standing -> standing.sink().equals(ConnectionSpec.SINK_HANDLER) && isOpen(standing))
                    .toList();
            add(
                    FailureKind.SLOW_CONSUMER,
                    Scope.FLEET,
                    "handlers",
                    served,
                    since,
                    since,
                    "All " + fleet.handlerThreads() + " handler threads are busy, messages of "
                            + Words.connections(served.size()) + " wait (handlers.threads)");
        });
    }

    // What sessions and dials have in common.

    /** Tells of whom it spoke. */
    private Set<ConnectionId> ofBursts() {
        Set<ConnectionId> told = new HashSet<>();
        for (Bursts.Burst burst : Bursts.of(fleet.incidents())) {
            List<Standing> members = burst.members().stream()
                    .flatMap(id -> Optional.ofNullable(standings.get(id)).stream())
                    .toList();
            List<Standing> gone = members.stream()
                    .filter(standing -> standing.isDown() && kind(standing) == burst.kind())
                    .toList();
            long back = members.stream().filter(Standing::isReady).count();
            if (gone.isEmpty() && !burst.isNews(fleet.now())) {
                continue;
            }
            add(
                    burst.kind(),
                    burst.scope(),
                    burst.subject(),
                    members,
                    burst.since(),
                    burst.last(),
                    burst.sentence() + "; "
                            + (back == members.size() ? "all are back" : back + " of " + members.size() + " are back"));
            gone.forEach(standing -> told.add(standing.id()));
        }
        return told;
    }

    /** @param told those whose trouble was said as a burst */
    private void ofCauses(Set<ConnectionId> told) {
        Set<ConnectionId> ours = new HashSet<>();
        unreachable().forEach(standing -> ours.add(standing.id()));
        Map<Cause, List<Standing>> causes = down.stream()
                .filter(standing -> kind(standing).scope() != Scope.FLEET)
                .filter(standing -> !told.contains(standing.id()) && !ours.contains(standing.id()))
                .collect(Collectors.groupingBy(Troubles::cause, LinkedHashMap::new, Collectors.toList()));
        Set<String> failing = causes.values().stream()
                .flatMap(members -> members.stream().map(Standing::host))
                .collect(Collectors.toSet());
        Set<String> well =
                hosts(fleet.standings().stream().filter(Standing::isReady).toList());
        causes.forEach((cause, members) ->
                add(cause.kind(), cause.scope(), cause.subject(), members, sentence(cause, members, failing, well)));
    }

    private static Cause cause(Standing standing) {
        FailureKind kind = kind(standing);
        boolean shared =
                kind.scope() == Scope.CREDENTIAL && standing.credential().isPresent();
        return new Cause(
                kind,
                kind.scope() == Scope.CREDENTIAL && !shared ? Scope.CONNECTION : kind.scope(),
                shared ? standing.credential().orElseThrow() : standing.host(),
                standing.state() == ConnectionState.GIVEN_UP);
    }

    private String sentence(Cause cause, List<Standing> members, Set<String> failing, Set<String> well) {
        int count = members.size();
        String who = cause.scope() == Scope.CREDENTIAL
                ? Words.connections(count) + (count == 1 ? " with" : ", all with") + " credential [" + cause.subject()
                        + "], "
                : Words.connections(count) + " to [" + cause.subject() + "] ";
        return who + Words.are(count) + (cause.givenUp() ? " given up: " : " down: ") + cause.kind() + ", "
                + cause.kind().meaning()
                + (cause.scope() == Scope.ENDPOINT
                        ? alone(cause.subject(), failing, well) + breaker(cause.subject())
                        : "");
    }

    /** That it is this host, and not the way to all of them. */
    private static String alone(String host, Set<String> failing, Set<String> well) {
        int others = well.size() - (well.contains(host) ? 1 : 0);
        if (failing.size() != 1 || others == 0) {
            return "";
        }
        return others == 1 ? "; the other host is well" : "; the other " + others + " hosts are well";
    }

    private String breaker(String host) {
        return fleet.dials()
                .breakerOf(host)
                .map(open -> open.probeAt()
                        .map(at -> "; nobody dials it, one does for all at " + Words.at(at))
                        .orElse("; nobody dials it, one does for all now"))
                .orElse("");
    }

    // Helpers.

    private void add(FailureKind kind, Scope scope, String subject, List<Standing> members, String sentence) {
        List<Instant> times = members.stream()
                .flatMap(standing -> standing.lastFailureAt().stream())
                .sorted()
                .toList();
        Instant since = times.isEmpty() ? fleet.now() : times.get(0);
        Instant last = times.isEmpty() ? fleet.now() : times.get(times.size() - 1);
        add(kind, scope, subject, members, since, last, sentence);
    }

    private void add(
            FailureKind kind,
            Scope scope,
            String subject,
            List<Standing> members,
            Instant since,
            Instant last,
            String sentence) {
        List<ConnectionId> sample = members.stream()
                .map(Standing::id)
                .sorted()
                .limit(Trouble.SAMPLE)
                .toList();
        found.add(new Found(
                new Trouble(
                        sentence, kind, verdict(kind, members), scope, subject, members.size(), sample, since, last),
                members.stream().map(Standing::id).collect(Collectors.toSet()),
                (int) members.stream().filter(standing -> !standing.isReady()).count()));
    }

    /** That in force for the first of them; what is given up is final, whatever led to it. */
    private static Verdict verdict(FailureKind kind, List<Standing> members) {
        if (!members.isEmpty() && members.stream().allMatch(standing -> standing.state() == ConnectionState.GIVEN_UP)) {
            return Verdict.PERMANENT;
        }
        return members.stream()
                .flatMap(standing -> standing.lastFailure().stream())
                .filter(failure -> failure.kind() == kind)
                .map(Failure::verdict)
                .findFirst()
                .orElse(kind.treatment().ruling().verdict());
    }

    private static FailureKind kind(Standing standing) {
        return standing.lastFailure().map(Failure::kind).orElse(FailureKind.UNKNOWN);
    }

    private static boolean isOpen(Standing standing) {
        return standing.isReady() || standing.state() == ConnectionState.OPEN;
    }

    private static Set<String> hosts(Collection<Standing> standings) {
        return standings.stream().map(Standing::host).collect(Collectors.toSet());
    }
}

package io.flotilla.simulation;

import static io.flotilla.simulation.Fleets.everyHost;
import static io.flotilla.simulation.Fleets.host;
import static io.flotilla.simulation.Fleets.minutes;
import static io.flotilla.simulation.Fleets.rates;
import static io.flotilla.simulation.Fleets.scenario;
import static io.flotilla.simulation.Fleets.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the policies do to a fleet, told by golden files: see {@link Golden}. What must hold whatever the numbers are is asserted
 * beside them.
 */
class ScenariosTest {

    private static final String[] FIVE = {"a.test", "b.test", "c.test", "d.test", "e.test"};
    private static final Duration STEP = seconds(10);

    @Test
    void tenThousandKilledAtOnceComeBackAtTheRate() {
        Outcome outcome = play(
                "killed-at-once",
                scenario(
                        rates(200, 200),
                        Fleets.of(10_000, "feed.test"),
                        minutes(4),
                        seconds(5),
                        Episode.killed(everyHost(), "feed.test", minutes(2))));

        allAreBack(outcome);
        assertThat(all(outcome, 0)).isBetween(seconds(49), seconds(52));
        assertThat(outcome.attempts()).as("held back burns no attempts").isEqualTo(1);
    }

    @Test
    void aHostThatIsAwayForHalfAMinuteLeavesTheOthersAlone() {
        Outcome outcome = play(
                "outage-of-one-host",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(5),
                        STEP,
                        Episode.dies(host("a.test"), "a.test", minutes(2), seconds(30))));

        allAreBack(outcome);
        othersThan("a.test", outcome, seconds(0));
    }

    @Test
    void aHostThatCountsIsAskedAtThePaceItAllows() {
        Limits noHostLimit =
                new Limits(OptionalDouble.of(200), OptionalInt.of(128), 1, OptionalDouble.empty(), OptionalInt.empty());
        Outcome outcome = play(
                "throttled",
                scenario(
                        Fleets.with(noHostLimit),
                        Fleets.of(3_000, "busy.test"),
                        minutes(6),
                        STEP,
                        Episode.killedAndBehaves(
                                host("busy.test"),
                                "busy.test",
                                "lets 50 in a second, 429 with Retry-After: 5 to the rest",
                                new Manner.Throttles(50, seconds(5)),
                                minutes(1),
                                seconds(0))));

        allAreBack(outcome);
        assertThat(all(outcome, 0)).as("60 s at best").isLessThan(seconds(100));
    }

    @Test
    void aHungHostDelaysNoOther() {
        Outcome outcome = play(
                "hung-host",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(12),
                        STEP,
                        Episode.killedAndBehaves(
                                host("a.test"), "a.test", "hangs", new Manner.Hangs(), minutes(2), minutes(6)),
                        Episode.killed(host("b.test"), "b.test", seconds(150))));

        allAreBack(outcome);
        assertThat(of("b.test", outcome).away()).isLessThan(seconds(23));
        othersThan("a.test", outcome, seconds(23));
    }

    @Test
    void aRefusingHostDelaysNoOther() {
        Outcome outcome = play(
                "refusing-host",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(12),
                        STEP,
                        Episode.dies(host("a.test"), "a.test", minutes(2), minutes(6)),
                        Episode.killed(host("b.test"), "b.test", seconds(150))));

        allAreBack(outcome);
        othersThan("a.test", outcome, seconds(23));
    }

    @Test
    void aNetworkThatGoesAwayPausesTheFleetAndBlamesNobody() {
        Outcome outcome = play(
                "network-away",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(16),
                        seconds(20),
                        Episode.cutOff(minutes(2), minutes(10))));

        allAreBack(outcome);
    }

    @Test
    void aHostThatAcceptsAndDropsIsNotTakenForAHealthyOne() {
        Outcome outcome = play(
                "flapping-host",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(20),
                        seconds(20),
                        Episode.killedAndBehaves(
                                host("a.test"),
                                "a.test",
                                "drops everybody after 0.2 s",
                                new Manner.Drops(Duration.ofMillis(200)),
                                minutes(2),
                                minutes(10)),
                        Episode.killed(host("b.test"), "b.test", minutes(5))));

        allAreBack(outcome);
        othersThan("a.test", outcome, seconds(23));
    }

    @Test
    void anExpiredCredentialIsRepairedOnceForAllWhoShareIt() {
        Outcome outcome = play(
                "credential-expired",
                scenario(
                        rates(200, 200),
                        sharing(1_000),
                        minutes(4),
                        STEP,
                        Episode.expires("vendor", minutes(1), Duration.ZERO)));

        allAreBack(outcome);
        assertThat(outcome.givenUp()).isZero();
    }

    @Test
    void aCredentialThatCannotBeHadStopsThoseWhoShareItUntilItIsAnotherOne() {
        Outcome outcome = play(
                "credential-missing",
                scenario(
                        rates(200, 200),
                        sharing(1_000),
                        minutes(10),
                        STEP,
                        Episode.expires("vendor", minutes(1), minutes(5))));

        assertThat(outcome.rows().get(20).modes()).containsEntry(Mode.GIVEN_UP, 1_000);
        allAreBack(outcome);
    }

    @Test
    void aMachineWithoutDescriptorsPausesAndBlamesNoPeer() {
        Outcome outcome = play(
                "no-descriptors",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(6),
                        STEP,
                        Episode.killed(host("a.test"), "a.test", minutes(2)),
                        Episode.exhausted(minutes(2), minutes(1))));

        allAreBack(outcome);
        othersThan("a.test", outcome, seconds(0));
        assertThat(outcome.attempts()).as("no peer is to blame").isEqualTo(1);
    }

    @Test
    void aRollingRestartIsFollowedNodeByNode() {
        Episode[] nodes = new Episode[4];
        for (int node = 0; node < nodes.length; node++) {
            nodes[node] = Episode.rollsOver(everyHost(), "feed.test", node, nodes.length, minutes(2 + node));
        }
        Outcome outcome = play(
                "rolling-restart", scenario(rates(200, 50), Fleets.of(4_000, "feed.test"), minutes(7), STEP, nodes));

        allAreBack(outcome);
        assertThat(outcome.attempts()).isEqualTo(1);
    }

    @Test
    void maintenanceWithAHintIsWaitedOut() {
        Outcome outcome = play(
                "maintenance",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(12),
                        STEP,
                        Episode.killedAndBehaves(
                                host("a.test"),
                                "a.test",
                                "says 503 with Retry-After: 60",
                                new Manner.Says(503, Optional.of(seconds(60))),
                                minutes(2),
                                minutes(3))));

        allAreBack(outcome);
        othersThan("a.test", outcome, seconds(0));
    }

    @Test
    void aBlackHoleIsFoundByPingsAndLeftWhenItCloses() {
        Outcome outcome = play(
                "black-hole",
                scenario(
                        rates(200, 50),
                        Fleets.of(1_000, FIVE),
                        minutes(10),
                        STEP,
                        Episode.behaves(
                                host("a.test"),
                                "a.test",
                                "is a black hole",
                                new Manner.Swallows(),
                                minutes(2),
                                minutes(3))));

        allAreBack(outcome);
        othersThan("a.test", outcome, seconds(0));
    }

    @Test
    void aNetworkThatSwallowsEverythingIsNotHeldAgainstPeersEither() {
        Outcome outcome = play(
                "network-silent",
                scenario(
                        rates(200, 50),
                        Fleets.of(5, hosts(200)),
                        minutes(50),
                        minutes(1),
                        Episode.swallowed(minutes(2), minutes(30))));

        allAreBack(outcome);
        assertThat(all(outcome, 0)).isLessThan(minutes(2));
    }

    @Test
    void aFewHostsWithoutARouteDoNotHoldUpTheOthers() {
        Outcome outcome = play("few-unreachable", unroutable(hosts(40)));

        allAreBack(outcome);
        othersThan("host-0", outcome, seconds(6));
    }

    @Test
    void halfOfTheHostsWithoutARoutePauseTheFleetAndAnotherHostIsItsProbe() {
        Outcome outcome = play("half-unreachable", unroutable(hosts(20)));

        allAreBack(outcome);
        othersThan("host-0", outcome, seconds(40));
    }

    /** Of ten hosts; two of the others are killed meanwhile. */
    private static Scenario unroutable(String[] hosts) {
        return scenario(
                rates(200, 50),
                Fleets.of(4_000 / hosts.length, hosts),
                minutes(16),
                seconds(20),
                Episode.killedAndBehaves(
                        endpoint -> endpoint.host().startsWith("host-0"),
                        "host-0*",
                        "cannot be reached",
                        new Manner.Unroutable(),
                        minutes(2),
                        minutes(10)),
                Episode.killed(host("host-15.test"), "host-15.test", minutes(5)),
                Episode.killed(host("host-16.test"), "host-16.test", minutes(7)));
    }

    @Test
    void halfOfTheHostsHangingLeavesRoomForTheOthers() {
        Outcome outcome = play(
                "many-hang",
                scenario(
                        rates(200, 50),
                        Fleets.of(200, hosts(20)),
                        minutes(10),
                        STEP,
                        Episode.killedAndBehaves(
                                endpoint -> endpoint.host().startsWith("host-0"),
                                "host-0*",
                                "hang",
                                new Manner.Hangs(),
                                minutes(2),
                                minutes(5)),
                        Episode.killed(host("host-15.test"), "host-15.test", seconds(121)),
                        Episode.killed(host("host-16.test"), "host-16.test", seconds(150))));

        allAreBack(outcome);
        othersThan("host-0", outcome, seconds(10));
    }

    @Test
    void hoursOfLossAreMadeUpForAsTheyCome() {
        Outcome outcome = play(
                "six-hours",
                scenario(
                        rates(200, 50),
                        Fleets.of(2_000, FIVE),
                        Duration.ofHours(6),
                        minutes(15),
                        Episode.wear(Duration.ofHours(2), "links live for two hours on average")));

        limitsHold(outcome);
        assertThat(outcome.rows().subList(1, outcome.rows().size()))
                .allSatisfy(row -> assertThat(row.modes().get(Mode.READY)).isGreaterThan(9_980));
    }

    private static String[] hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format(Locale.ROOT, "host-%02d.test", i))
                .toArray(String[]::new);
    }

    private static List<ConnectionSpec> sharing(int connections) {
        return Fleets.of(connections, change -> change.credential("vendor"), "feed.test");
    }

    private static Outcome play(String name, Scenario scenario) {
        Outcome outcome = Simulation.play(scenario, (since, ready) -> {});
        Golden.check(name, new Report(outcome).whole());
        return outcome;
    }

    private static void allAreBack(Outcome outcome) {
        limitsHold(outcome);
        assertThat(outcome.ready()).isEqualTo(outcome.scenario().specs().size());
        assertThat(outcome.after()).allSatisfy(after -> assertThat(after.all()).isPresent());
    }

    /** In no second at all, wherever it begins; and every connection is somewhere. */
    private static void limitsHold(Outcome outcome) {
        Limits limits = outcome.scenario().settings().limits();
        assertThat(outcome.worst().dials())
                .isLessThanOrEqualTo((int) limits.dialsPerSecond().orElse(Integer.MAX_VALUE));
        assertThat(outcome.hosts().values())
                .allSatisfy(host -> assertThat(host.worst())
                        .isLessThanOrEqualTo((int) limits.hostDialsPerSecond().orElse(Integer.MAX_VALUE)));
        assertThat(outcome.rows())
                .allSatisfy(row -> assertThat(row.modes().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum())
                        .isEqualTo(outcome.scenario().specs().size()));
    }

    /** No host but those whose names begin so was not whole for longer than that. */
    private static void othersThan(String name, Outcome outcome, Duration away) {
        assertThat(outcome.hosts()).allSatisfy((endpoint, host) -> {
            if (!endpoint.host().startsWith(name)) {
                assertThat(host.away()).as(endpoint.host()).isLessThanOrEqualTo(away);
            }
        });
    }

    private static Outcome.OfHost of(String name, Outcome outcome) {
        return outcome.hosts().entrySet().stream()
                .filter(host -> host.getKey().host().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static Duration all(Outcome outcome, int episode) {
        return outcome.after().get(episode).all().orElseThrow();
    }
}

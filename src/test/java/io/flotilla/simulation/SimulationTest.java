package io.flotilla.simulation;

import static io.flotilla.simulation.Fleets.everyHost;
import static io.flotilla.simulation.Fleets.host;
import static io.flotilla.simulation.Fleets.minutes;
import static io.flotilla.simulation.Fleets.rates;
import static io.flotilla.simulation.Fleets.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final Duration STEP = seconds(10);

    @Test
    void theSameSeedIsTheSameToTheByteAndAnotherOneIsNot() {
        assertThat(stormy(7)).isEqualTo(stormy(7)).isNotEqualTo(stormy(8));
    }

    private static String stormy(long seed) {
        return said(new Scenario(
                rates(100, 50),
                Fleets.of(300, change -> change.credential("vendor"), "a.test", "b.test"),
                List.of(
                        new Episode("wear", Duration.ZERO, Duration.ZERO, world -> world.wear(minutes(2)), world -> {}),
                        Episode.dies(host("a.test"), "a.test", minutes(1), minutes(1)),
                        Episode.cutOff(minutes(3), minutes(1))),
                minutes(6),
                STEP,
                seed));
    }

    @Test
    void needsNoThreadButThatOfItsCaller() {
        Set<String> threads = new TreeSet<>();

        Simulation.play(
                new Scenario(rates(200, 50), Fleets.of(10, "a.test"), List.of(), minutes(1), STEP, 1),
                (since, ready) -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("simulation"))
                        .forEach(threads::add));

        assertThat(threads).isEmpty();
    }

    @Test
    void aLinkThatFallsSilentIsFoundByItsPingsAndOneThatIsHeardAgainGoesOn() {
        Outcome outcome = play(minutes(4), Episode.cutOff(minutes(1), seconds(15)));

        assertThat(outcome.ends())
                .as("15 s of silence are shorter than ping and deadline")
                .isEmpty();
        assertThat(outcome.dials()).isEqualTo(10);
    }

    @Test
    void withoutPingsNobodyFindsOutThatALinkIsDead() {
        Scenario scenario = new Scenario(
                rates(200, 50),
                Fleets.of(
                        10, change -> change.liveness(new Settings.Liveness(Optional.empty(), seconds(20))), "a.test"),
                List.of(Episode.cutOff(minutes(1), minutes(1))),
                minutes(5),
                STEP,
                1);

        assertThat(play(scenario).ends()).isEmpty();
    }

    @Test
    void whatIsWantedDownIsNotDialed() {
        List<ConnectionSpec> specs = new ArrayList<>(Fleets.of(5, "a.test"));
        specs.addAll(Fleets.of(5, change -> change.desired(Desired.DOWN), "b.test"));

        Outcome outcome = play(new Scenario(rates(200, 50), specs, List.of(), minutes(1), STEP, 1));

        assertThat(outcome.ready()).isEqualTo(5);
        assertThat(outcome.end()).containsEntry(Mode.DOWN, 5);
    }

    @Test
    void aHostThatNeverComesBackIsSaidNotToHaveRecovered() {
        Outcome outcome = play(minutes(3), Episode.dies(everyHost(), "a.test", minutes(1), Duration.ZERO));

        assertThat(outcome.after())
                .singleElement()
                .satisfies(after -> assertThat(after.all()).isEmpty());
        assertThat(new Report(outcome).summary()).contains("never all");
    }

    @Test
    void tellsHowFarItIs() {
        List<Duration> told = new ArrayList<>();

        Simulation.play(
                new Scenario(rates(200, 50), Fleets.of(10, "a.test"), List.of(), minutes(1), seconds(20), 1),
                (since, ready) -> told.add(since));

        assertThat(told).containsExactly(seconds(20), seconds(40), seconds(60));
    }

    @Test
    void aScenarioHasStepsOfWholeSecondsThatFit() {
        assertThatThrownBy(
                        () -> new Scenario(rates(1, 1), List.of(), List.of(), seconds(5), Duration.ofMillis(1_500), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole seconds");
        assertThatThrownBy(() -> new Scenario(rates(1, 1), List.of(), List.of(), seconds(5), seconds(6), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Outcome play(Duration length, Episode... episodes) {
        return play(new Scenario(rates(200, 50), Fleets.of(10, "a.test"), List.of(episodes), length, STEP, 1));
    }

    private static Outcome play(Scenario scenario) {
        return Simulation.play(scenario, (since, ready) -> {});
    }

    private static String said(Scenario scenario) {
        return new Report(play(scenario)).whole();
    }
}

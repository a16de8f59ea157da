package io.flotilla.simulation;

import io.flotilla.connection.SendTally;
import io.flotilla.connection.Surroundings;
import io.flotilla.sink.NoneSink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Source;
import io.flotilla.supervision.DialBoard;
import io.flotilla.supervision.EventHub;
import io.flotilla.supervision.FleetSupervisor;
import io.flotilla.supervision.Registry;
import io.flotilla.supervision.StatusBoard;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;

/** Plays a scenario with the supervisor, the scheduler and the connections that a fleet is made of. */
public final class Simulation {

    /** Hears how far it is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A step is over.
         *
         * @param ready how many connections are ready now
         */
        void at(Duration sinceStart, int ready);
    }

    private final Scenario scenario;
    private final VirtualSystem system;
    private final VirtualTime time;
    private final RandomGenerator random;
    private final Tally tally;
    private final World world;
    private final ActorRef<FleetSupervisor.Command> supervisor;

    private Simulation(Scenario scenario, VirtualSystem system) {
        this.scenario = scenario;
        this.system = system;
        this.time = system.time();
        SplittableRandom seeded = new SplittableRandom(scenario.seed());
        this.random = seeded.split();
        this.tally = new Tally(scenario, time);
        Vault vault = new Vault(time, this::credentialChanged);
        this.world = new World(time, seeded.split(), vault, tally::dialed);
        EventHub hub = new EventHub(Runnable::run);
        hub.subscribe(tally::heard);
        this.supervisor = system.spawn(
                FleetSupervisor.create(new FleetSupervisor.Setup(
                        new StatusBoard(),
                        new Registry.Book(),
                        hub,
                        new DialBoard(),
                        new SendTally(),
                        scenario.settings(),
                        time,
                        time::nanos,
                        random,
                        this::around)),
                "fleet");
    }

    /** Plays it to its end, on this thread. */
    public static Outcome play(Scenario scenario, Progress progress) {
        try (VirtualSystem system = new VirtualSystem()) {
            return new Simulation(scenario, system).play(progress);
        }
    }

    private Outcome play(Progress progress) {
        scenario.specs().forEach(spec -> world.settle(spec.endpoint()));
        scenario.episodes().forEach(this::announce);
        scenario.specs().forEach(this::put);
        for (Duration from = Duration.ZERO; from.compareTo(scenario.length()) < 0; from = from.plus(scenario.step())) {
            Duration to = from.plus(scenario.step());
            system.runUntil(to.toNanos() - 1); // what happens at the end of a step belongs to the next one
            tally.step(from);
            progress.at(to, tally.ready());
        }
        return tally.outcome();
    }

    private void announce(Episode episode) {
        time.after(episode.at(), () -> {
            tally.watch(episode);
            episode.begin().accept(world);
            // what ended at once is heard of by actors first
            time.after(episode.length(), () -> {
                episode.end().accept(world);
                tally.ended(episode);
            });
        });
    }

    private void put(ConnectionSpec spec) {
        ConnectionSpec played = spec.with(change -> change.opening(Opening.PLAIN));
        supervisor.tell(new FleetSupervisor.Put(played, Source.CODE, new CompletableFuture<>()));
    }

    private void credentialChanged(String name) {
        supervisor.tell(new FleetSupervisor.CredentialChanged(name, true));
    }

    private Surroundings around(FleetSupervisor.Parts made) {
        return new Surroundings(
                world,
                made.permits(),
                world.vault(),
                world.vault(),
                NoneSink.INSTANCE,
                made.events(),
                made.gone(),
                time,
                random);
    }
}

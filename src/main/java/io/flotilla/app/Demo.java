package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.app.DemoKind.Act;
import io.flotilla.app.DemoPeers.Group;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: the tour for a newcomer, in six acts. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a fleet against a harbour of well- and ill-behaved peers in the same process, and tells what happens.",
            "A browser on this machine shows the fleet meanwhile, at the address that it tells first.",
            "Nothing leaves this machine. Ends by itself, or with Ctrl-C."
        })
final class Demo implements Callable<Integer> {

    private static final int MOST = 5_000;
    private static final int MOST_PORT = 65_535;
    private static final int END_SECONDS = 15;

    /** When the acts begin, in hundredths of the whole. */
    private static final int FOUL = 8;

    private static final int WRECKED = 25;
    private static final int OUTAGE = 50;
    private static final int BACK = 55;
    private static final int REPAIRED = 78;
    private static final int END = 100;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Durations.class,
            defaultValue = "60s",
            description = "How long it runs (default: ${DEFAULT-VALUE}).")
    private Duration length = Duration.ofSeconds(60);

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "240",
            description = "How many connections, good and bad (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8480",
            description = "Where its dashboard listens on loopback (default: ${DEFAULT-VALUE}; 0: any that is free)."
                    + " When it is taken, another one is.")
    private int port;

    @Spec
    private CommandSpec command = CommandSpec.create();

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int code = 1;

    @Override
    public Integer call() throws Exception {
        if (connections < DemoPeers.FEWEST || connections > MOST) {
            throw new ParameterException(
                    command.commandLine(),
                    "--connections = " + connections + "; expected " + DemoPeers.FEWEST
                            + " (one for each kind of peer) to " + MOST);
        }
        if (port < 0 || port > MOST_PORT) {
            throw new ParameterException(
                    command.commandLine(), "--port = " + port + "; expected a port, 0 to " + MOST_PORT);
        }
        Thread hook = new Thread(this::onSignal, "flotilla-demo-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try (DemoPeers peers = DemoPeers.start(connections)) {
            play(peers);
            code = 0;
        } finally {
            ended.countDown();
            leave(hook);
        }
        return code;
    }

    private void leave(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException signalled) {
            stop.countDown(); // the hook runs: it ends the process
        }
    }

    /** Ends the demo early, and the process with 0, which a signal alone would not. */
    private void onSignal() {
        stop.countDown();
        try {
            Runtime.getRuntime().halt(ended.await(END_SECONDS, TimeUnit.SECONDS) ? code : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private void play(DemoPeers peers) throws InterruptedException {
        DemoStory story = new DemoStory();
        List<Group> groups = peers.groups();
        groups.forEach(story::expect);
        Fleet fleet = Fleet.builder()
                .settings(peers.settings())
                .credential(DemoPeers.CREDENTIAL, peers::token)
                .onEvent(story)
                .start();
        try (DemoApi api = DemoApi.start(fleet, port, stop::countDown);
                DemoStage stage = new DemoStage(fleet, story, new DemoScreen(), groups, length, stop)) {
            stage.open(api.invitation());
            stage.act("1. Fair weather: peers that do what they should.", Act.FAIR_WEATHER);
            if (stage.until(FOUL)) {
                stage.act("2. Foul weather: flaky peers.", Act.FOUL_WEATHER);
            }
            if (stage.until(WRECKED)) {
                stage.act("3. Wrecks: peers that will never work, or not like this.", Act.WRECKS);
            }
            if (stage.until(OUTAGE)) {
                stage.outage(peers);
            }
            if (stage.until(BACK)) {
                stage.back(peers);
            }
            if (stage.until(REPAIRED)) {
                stage.repair();
            }
            stage.until(END);
            stage.end();
        }
    }
}

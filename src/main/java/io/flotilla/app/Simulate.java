package io.flotilla.app;

import io.flotilla.simulation.Episode;
import io.flotilla.simulation.Outcome;
import io.flotilla.simulation.Plot;
import io.flotilla.simulation.Scenario;
import io.flotilla.simulation.Simulation;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code simulate}: plays a configuration in a scripted world. Dials nothing, opens no sink, asks for no credential. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Plays the configuration in a scripted world, hours in seconds: how many dials there would be, what would hold whom, "
                    + "when everybody would be back. Dials nothing.",
            "Without options it plays the start of the fleet. The same seed gives the same answer.",
            ""
        },
        footer = {
            "",
            "HOST is a host or host:port of the configuration, * for any characters. TIME is 500ms, 10s, 2m or 1h; after at= it "
                    + "is since the start, and by default one minute after everybody can be there.",
            "Example: flotilla simulate CONF --outage host=quotes.example,for=10m --svg outage.svg"
        })
final class Simulate implements Callable<Integer> {

    private static final int MOST = 200_000;
    private static final int ROWS = 60;
    private static final Duration LONGEST = Duration.ofDays(30);

    /** Steps that people count in, in seconds. */
    private static final int[] STEPS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200};

    @Mixin
    private ConfigArgument argument = new ConfigArgument();

    @Option(
            names = "--outage",
            paramLabel = "host=HOST,for=TIME[,at=TIME][,how=HOW]",
            description = {
                "A host is away. HOW: refuse (its process dies; the default), unreachable, hang, black-hole, drop (lets in and drops), "
                        + "throttle[,rate=10][,retry-after=5s] (429), status[,status=503][,retry-after=TIME]."
            })
    private List<String> outages = List.of();

    @Option(
            names = "--kill",
            paramLabel = "host=HOST[,at=TIME]",
            description = "A host resets every link and answers as before.")
    private List<String> kills = List.of();

    @Option(
            names = "--restart",
            paramLabel = "host=HOST[,at=TIME][,nodes=4][,every=1m]",
            description = "A host restarts node by node, each closing its links with 1012.")
    private List<String> restarts = List.of();

    @Option(
            names = "--network-down",
            paramLabel = "for=TIME[,at=TIME][,how=HOW]",
            description =
                    "This machine has no way to anybody. HOW: unreachable (dials fail at once; the default), black-hole.")
    private List<String> networkDowns = List.of();

    @Option(
            names = "--no-descriptors",
            paramLabel = "for=TIME[,at=TIME]",
            description = "This machine has no descriptor left for another socket.")
    private List<String> noDescriptors = List.of();

    @Option(
            names = "--expire",
            paramLabel = "credential=NAME[,at=TIME][,for=TIME]",
            description = "A credential expires; its provider has the next one at once, or after so long.")
    private List<String> expiries = List.of();

    @Option(
            names = "--wear",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Links are lost by chance after so long on average (default: never).")
    private Optional<Duration> wear = Optional.empty();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long it is watched (default: until everybody can be back, and ten minutes more).")
    private Optional<Duration> length = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything that is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Says it as one object of JSON.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws it into this file, too.")
    private Optional<Path> svg = Optional.empty();

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Optional<ConfigArgument.Checked> checked = argument.read();
        if (checked.isEmpty()) {
            return ConfigArgument.exitCode(false);
        }
        Scenario scenario = scenario(checked.get().configuration());
        long began = System.nanoTime();
        Outcome outcome = play(scenario);
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(SimulationJson.of(outcome));
        } else {
            SimulationText.say(outcome, checked.get().file(), Duration.ofNanos(System.nanoTime() - began), out);
        }
        out.flush();
        if (svg.isPresent()) {
            draw(outcome, svg.get());
        }
        return ConfigArgument.exitCode(true);
    }

    private static void draw(Outcome outcome, Path file) {
        try {
            Files.writeString(file, Plot.of(outcome));
        } catch (IOException e) {
            throw new Main.Failed("The picture cannot be written to [" + file + "]: " + e, e);
        }
    }

    private Outcome play(Scenario scenario) {
        try (Terminal terminal = Terminal.attached()) {
            if (!terminal.isAttached()) {
                return Simulation.play(scenario, (since, ready) -> {});
            }
            PrintWriter err = command.commandLine().getErr();
            return Simulation.play(scenario, (since, ready) -> {
                err.print(Terminal.CLEAR + "simulated " + Durations.shown(since) + " of "
                        + Durations.shown(scenario.length()) + ", " + ready + " ready");
                err.flush();
            });
        }
    }

    private Scenario scenario(Configuration configuration) {
        List<ConnectionSpec> specs = configuration.connections().stream()
                .map(Configuration.Sourced::spec)
                .toList();
        long up = specs.stream().filter(spec -> spec.desired() == Desired.UP).count();
        if (up == 0 || specs.size() > MOST) {
            throw wrong("The configuration has " + up + " connections that are wanted up; expected 1 to " + MOST);
        }
        Duration start = start(specs, configuration.settings().limits());
        List<Episode> episodes = episodes(specs, start.plus(Duration.ofMinutes(1)));
        Duration last = episodes.stream()
                .map(episode -> episode.at().plus(episode.length()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Duration watched = length.orElse(last.plus(start).plus(Duration.ofMinutes(10)));
        if (watched.compareTo(LONGEST) > 0 || watched.compareTo(Duration.ofSeconds(1)) < 0) {
            throw wrong("--for = " + Durations.shown(watched) + "; expected 1 s to 30 days");
        }
        return new Scenario(configuration.settings(), specs, episodes, watched, step(watched), seed);
    }

    private List<Episode> episodes(List<ConnectionSpec> specs, Duration usual) {
        Set<Endpoint> endpoints =
                specs.stream().map(ConnectionSpec::endpoint).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> credentials = specs.stream()
                .flatMap(spec -> spec.credential().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        Episodes reader = new Episodes(new SimulatedHosts(endpoints), credentials, usual);
        List<Episode> episodes = new ArrayList<>();
        each("--outage", outages, text -> episodes.add(reader.outage(text)));
        each("--kill", kills, text -> episodes.add(reader.kill(text)));
        each("--restart", restarts, text -> episodes.addAll(reader.restart(text)));
        each("--network-down", networkDowns, text -> episodes.add(reader.networkDown(text)));
        each("--no-descriptors", noDescriptors, text -> episodes.add(reader.noDescriptors(text)));
        each("--expire", expiries, text -> episodes.add(reader.expire(text)));
        if (wear.filter(Duration::isZero).isPresent()) {
            throw wrong("--wear = 0; expected how long a link lives on average");
        }
        wear.ifPresent(mean -> episodes.add(Episode.wear(mean, "links live for " + Durations.shown(mean))));
        return episodes;
    }

    private void each(String option, List<String> texts, Consumer<String> reader) {
        for (String text : texts) {
            try {
                reader.accept(text);
            } catch (TypeConversionException wrong) {
                throw wrong(option + " " + wrong.getMessage());
            }
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(command.commandLine(), what);
    }

    /** How long everybody takes to come, at the rates. */
    private static Duration start(List<ConnectionSpec> specs, FleetSettings.Limits limits) {
        Map<Endpoint, Long> hosts =
                specs.stream().collect(Collectors.groupingBy(ConnectionSpec::endpoint, Collectors.counting()));
        double seconds = 0;
        if (limits.dialsPerSecond().isPresent()) {
            seconds = specs.size() / limits.dialsPerSecond().getAsDouble();
        }
        if (limits.hostDialsPerSecond().isPresent()) {
            double largest =
                    hosts.values().stream().mapToDouble(Long::doubleValue).max().orElse(0);
            seconds = Math.max(seconds, largest / limits.hostDialsPerSecond().getAsDouble());
        }
        long minutes = (long) Math.ceil(Math.min(seconds, (double) LONGEST.toSeconds()) / 60);
        return Duration.ofMinutes(Math.max(1, minutes));
    }

    /** The shortest one of which a screenful is the whole. */
    private static Duration step(Duration whole) {
        for (int seconds : STEPS) {
            if (whole.toSeconds() <= (long) seconds * ROWS) {
                return Duration.ofSeconds(seconds);
            }
        }
        return Duration.ofSeconds(STEPS[STEPS.length - 1]);
    }
}

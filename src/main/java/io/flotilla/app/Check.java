package io.flotilla.app;

import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.FleetSettings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code check}: says every problem at once, or what would run. Dials nothing, opens nothing. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Reads the configuration and says every problem at once, or what would run; dials nothing.")
final class Check implements Callable<Integer> {

    private static final int HOSTS = 20;

    @Mixin
    private ConfigArgument argument = new ConfigArgument();

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        Optional<ConfigArgument.Checked> checked = argument.read();
        checked.ifPresent(valid -> say(valid, command.commandLine().getOut()));
        return ConfigArgument.exitCode(checked.isPresent());
    }

    private static void say(ConfigArgument.Checked checked, PrintWriter out) {
        Configuration configuration = checked.configuration();
        Map<String, Long> hosts = configuration.connections().stream()
                .map(Configuration.Sourced::spec)
                .collect(Collectors.groupingBy(
                        spec -> (spec.endpoint().secure() ? "wss://" : "ws://") + spec.endpoint(),
                        TreeMap::new,
                        Collectors.counting()));
        long down = configuration.connections().stream()
                .map(Configuration.Sourced::spec)
                .filter(spec -> spec.desired() == Desired.DOWN)
                .count();
        int all = configuration.connections().size();
        out.println(checked.file() + " is well: " + all + (all == 1 ? " connection" : " connections") + " to "
                + hosts.size() + (hosts.size() == 1 ? " host" : " hosts")
                + (down > 0 ? ", " + down + " of them down" : ""));
        hosts.entrySet().stream()
                .limit(HOSTS)
                .forEach(host -> out.printf("  %6d  %s%n", host.getValue(), host.getKey()));
        if (hosts.size() > HOSTS) {
            out.println("  … and " + (hosts.size() - HOSTS) + " hosts more");
        }
        sinks(configuration, out);
        FleetSettings.Limits limits = configuration.settings().limits();
        out.println("  dials a second: "
                + rate(limits.dialsPerSecond()) + " over the fleet, "
                + rate(limits.hostDialsPerSecond()) + " to a host; in flight: "
                + (limits.dialsInFlight().isPresent() ? limits.dialsInFlight().getAsInt() : "no limit"));
        configuration
                .harbour()
                .ifPresent(harbour ->
                        out.println("  a harbour in the same process: " + harbour.host() + ":" + harbour.port()));
        out.flush();
    }

    private static void sinks(Configuration configuration, PrintWriter out) {
        Map<String, Long> used = configuration.connections().stream()
                .map(Configuration.Sourced::spec)
                .collect(Collectors.groupingBy(ConnectionSpec::sink, TreeMap::new, Collectors.counting()));
        used.forEach((sink, count) ->
                out.println("  sink " + sink + ": " + count + (count == 1 ? " connection" : " connections")));
    }

    private static String rate(java.util.OptionalDouble rate) {
        if (rate.isEmpty()) {
            return "no limit";
        }
        double value = rate.getAsDouble();
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}

package io.flotilla.app;

import io.flotilla.simulation.Mode;
import io.flotilla.simulation.Outcome;
import io.flotilla.simulation.Report;
import io.flotilla.simulation.Sparkline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;

/** A simulation as people read it. */
final class SimulationText {

    private static final int WIDTH = 60;

    private SimulationText() {}

    static void say(Outcome outcome, Path conf, Duration took, PrintWriter out) {
        int connections = outcome.scenario().specs().size();
        int hosts = outcome.hosts().size();
        out.println(conf + ": " + connections + (connections == 1 ? " connection" : " connections") + " to " + hosts
                + (hosts == 1 ? " host" : " hosts") + "; nothing is dialled");
        out.println();
        Report report = new Report(outcome);
        out.print(report.table());
        out.println();
        int[] ready = outcome.rows().stream()
                .mapToInt(row -> row.modes().getOrDefault(Mode.READY, 0))
                .toArray();
        int[] dials = outcome.rows().stream().mapToInt(Outcome.Row::worst).toArray();
        OptionalDouble limit = outcome.scenario().settings().limits().dialsPerSecond();
        out.println(
                "ready    |" + Sparkline.of(ready, Math.max(1, connections), WIDTH, Math::min) + "| of " + connections);
        out.println(
                "dials/s  |" + Sparkline.of(dials, Math.max(1, outcome.worst().dials()), WIDTH, Math::max)
                        + "| at most " + outcome.worst().dials()
                        + (limit.isPresent() ? "; the limit is " + shown(limit.getAsDouble()) : "; there is no limit"));
        out.println();
        out.print(report.summary());
        out.println("simulated " + Durations.shown(outcome.scenario().length()) + " in " + Durations.shown(took)
                + ", seed " + outcome.scenario().seed());
    }

    private static String shown(double rate) {
        return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
    }
}

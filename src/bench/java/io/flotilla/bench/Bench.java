package io.flotilla.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures Flotilla against bare Netty in one run: a server process, and for each round a client process of either kind, in turn.
 * Prints a table in Markdown; its figures are medians over the rounds.
 */
public final class Bench {

    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int IDLE = Integer.getInteger("idle", 10_000);
    private static final int DIALS = Integer.getInteger("dials", 5_000);
    private static final int FLOOD = Integer.getInteger("flood", 100);

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        Process server = java("-Xmx1g", FloodServer.class.getName());
        try (BufferedReader out = reader(server)) {
            int port = Integer.parseInt(out.readLine().strip());
            measure(port);
        } finally {
            server.destroy();
            server.waitFor(5, TimeUnit.SECONDS);
            server.destroyForcibly();
        }
    }

    private static void measure(int port) throws Exception {
        String[] kinds = {"flotilla", "netty"};
        double[][] cpu = new double[2][ROUNDS];
        double[][] heap = new double[2][ROUNDS];
        double[][] dials = new double[2][ROUNDS];
        double[][] threads = new double[2][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int kind = 0; kind < 2; kind++) {
                cpu[kind][round] = client(kinds[kind], "flood", FLOOD, port)[0];
                double[] idle = client(kinds[kind], "idle", IDLE, port);
                heap[kind][round] = idle[0];
                threads[kind][round] = idle[1];
                dials[kind][round] = client(kinds[kind], "dial", DIALS, port)[0];
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nJDK %s, %d cores, loopback, medians of %d rounds (min to max)%n%n",
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                ROUNDS);
        System.out.println("| what | Flotilla | bare Netty | ratio |");
        System.out.println("|---|---|---|---|");
        row("CPU per message received, 128 B text, " + FLOOD + " connections, no-op sink (µs)", "%.3f", cpu);
        row("heap per idle ready connection, " + IDLE + " connections (KB)", "%.2f", heap);
        row("threads of the client process with " + IDLE + " connections", "%.0f", threads);
        row("dials a second, no limits, " + DIALS + " connections, third time in a process", "%.0f", dials);
    }

    private static void row(String what, String format, double[][] figures) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.2f |%n",
                what,
                shown(format, figures[0]),
                shown(format, figures[1]),
                median(figures[0]) / median(figures[1]));
    }

    private static String shown(String format, double[] figures) {
        return String.format(
                Locale.ROOT,
                format + " (" + format + " to " + format + ")",
                median(figures),
                Arrays.stream(figures).min().orElseThrow(),
                Arrays.stream(figures).max().orElseThrow());
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The figures that a client prints on its last line. */
    private static double[] client(String kind, String scenario, int connections, int port) throws Exception {
        Process client = java(
                "-Xmx2g",
                Client.class.getName(),
                kind,
                scenario,
                Integer.toString(connections),
                Integer.toString(port));
        String last = "";
        try (BufferedReader out = reader(client)) {
            String line;
            while ((line = out.readLine()) != null) {
                last = line;
            }
        } finally {
            if (!client.waitFor(10, TimeUnit.SECONDS)) {
                client.destroyForcibly();
            }
        }
        System.out.println(kind + " " + scenario + " " + connections + ": " + last);
        return Arrays.stream(last.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static Process java(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseParallelGC",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}

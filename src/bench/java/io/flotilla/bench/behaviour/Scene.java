package io.flotilla.bench.behaviour;

import io.flotilla.connection.SendOutcome;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The scenes, a process each: {@code Scene NAME}; prints a row of the table on its last line. */
public final class Scene {

    private static final String LIMITS = "limits { dials-per-second = 500, per-host.dials-per-second = 500 }";
    private static final String QUICK_PINGS = "liveness { ping = 2s, pong-deadline = 3s }";
    private static final int MIB = 1024 * 1024;

    private Scene() {}

    public static void main(String[] arguments) throws Exception {
        String row = switch (arguments[0]) {
            case "killed" -> killed();
            case "outage" -> outage();
            case "throttled" -> throttled();
            case "frozen" -> frozen();
            case "black-hole" -> blackHole();
            case "deaf" -> deaf();
            case "firehose" -> firehose();
            case "drain" -> drain();
            default -> throw new IllegalArgumentException("There is no scene [" + arguments[0] + "]");
        };
        System.out.println(row);
        System.exit(0);
    }

    private static String row(String what, String seen, Object... values) {
        return "| " + what + " | " + String.format(Locale.ROOT, seen, values) + " |";
    }

    private static String killed() throws Exception {
        try (PeersProcess peers = PeersProcess.start();
                Watched fleet = Watched.fleet(5_000, "uri = \"" + peers.uri("/") + "\"", LIMITS)) {
            fleet.awaitReady();
            fleet.begin();
            peers.tell("kill");
            fleet.await("the first is lost", () -> fleet.ready() < fleet.size());
            double seconds = fleet.awaitReady();
            return row(
                    "5,000 connections reset at once, 500 dials a second allowed",
                    "all READY again after %.1f s; at most %d dials in any second; %d dials in all",
                    seconds,
                    fleet.worstSecond(),
                    fleet.dials());
        }
    }

    private static String outage() throws Exception {
        try (PeersProcess peers = PeersProcess.start();
                Watched fleet = Watched.fleet(5_000, "uri = \"" + peers.uri("/") + "\"", LIMITS)) {
            fleet.awaitReady();
            fleet.begin();
            peers.tell("down");
            TimeUnit.SECONDS.sleep(30);
            int knocks = fleet.dials();
            peers.tell("up");
            double seconds = fleet.awaitReady();
            return row(
                    "the host of 5,000 is away for 30 s",
                    "%d dials while it was away; all READY %.1f s after it came back; at most %d dials in any second",
                    knocks,
                    seconds,
                    fleet.worstSecond());
        }
    }

    private static String throttled() throws Exception {
        try (PeersProcess peers = PeersProcess.start();
                Watched fleet = Watched.fleet(2_000, "uri = \"" + peers.uri("/busy") + "\"", LIMITS)) {
            double seconds = fleet.awaitReady();
            int refused = fleet.failures().getOrDefault(FailureKind.THROTTLED, 0);
            return row(
                    "a host that admits " + Peers.ADMITTED
                            + " a second and says 429 with Retry-After: 3 to the rest, 2,000 connections",
                    "all READY after %.0f s, %.0f s at the host's own rate; %d of %d dials were refused; given up: %d",
                    seconds,
                    (double) fleet.size() / Peers.ADMITTED,
                    refused,
                    fleet.dials(),
                    fleet.gaveUp());
        }
    }

    private static String frozen() throws Exception {
        try (PeersProcess peers = PeersProcess.start();
                Watched fleet = Watched.fleet(
                        1_000, "uri = \"" + peers.uri("/") + "\", timeouts.dial = 5s, " + QUICK_PINGS, LIMITS)) {
            fleet.awaitReady();
            fleet.begin();
            peers.signal("STOP");
            double found = fleet.await("all are found dead", () -> fleet.ready() == 0);
            Map<FailureKind, Integer> kinds = fleet.failures();
            TimeUnit.SECONDS.sleep(10);
            peers.signal("CONT");
            double seconds = fleet.awaitReady();
            return row(
                    "a server that is frozen (SIGSTOP), 1,000 connections, ping 2 s, pong-deadline 3 s",
                    "all found within %.1f s, as %s; all READY %.1f s after SIGCONT; at most %d dials in any second",
                    found,
                    kinds.keySet(),
                    seconds,
                    fleet.worstSecond());
        }
    }

    private static String blackHole() throws Exception {
        try (Namespace elsewhere = Namespace.make();
                PeersProcess peers = PeersProcess.start(elsewhere.address(), elsewhere.within());
                Watched fleet = Watched.fleet(
                        200, "uri = \"" + peers.uri("/") + "\", timeouts.dial = 5s, " + QUICK_PINGS, LIMITS)) {
            fleet.awaitReady();
            fleet.await(
                    "a round trip of each was measured",
                    () -> fleet.fleet().statuses().stream()
                            .allMatch(status -> status.roundTrip().isPresent()));
            fleet.begin();
            elsewhere.swallow();
            double found = fleet.await("all are found dead", () -> fleet.ready() == 0);
            Map<FailureKind, Integer> kinds = fleet.failures();
            TimeUnit.SECONDS.sleep(10);
            elsewhere.letThrough();
            double seconds = fleet.awaitReady();
            return row(
                    "a network that swallows every packet, after pongs had come; 200 connections, ping 2 s, pong-deadline 3 s",
                    "all found within %.1f s, as %s; all READY %.1f s after it let packets through again",
                    found,
                    kinds.keySet(),
                    seconds);
        }
    }

    private static String deaf() throws Exception {
        try (PeersProcess peers = PeersProcess.start();
                Watched fleet = Watched.fleet(
                        100, "uri = \"" + peers.uri("/deaf") + "\", send { outbox = 1MiB, timeout = 3s }", LIMITS)) {
            fleet.awaitReady();
            fleet.begin();
            long start = System.nanoTime();
            byte[] message = new byte[64 * 1024];
            List<CompletionStage<SendOutcome>> sends = new ArrayList<>();
            while (fleet.failures().getOrDefault(FailureKind.SEND_STALLED, 0) < fleet.size()) {
                for (int i = 0; i < fleet.size(); i++) {
                    sends.add(fleet.fleet().send(ConnectionId.of("c" + i), message));
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            Map<String, Integer> outcomes = new TreeMap<>();
            for (CompletionStage<SendOutcome> send : sends) {
                outcomes.merge(
                        send.toCompletableFuture()
                                .get(1, TimeUnit.MINUTES)
                                .getClass()
                                .getSimpleName(),
                        1,
                        Integer::sum);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return row(
                    "peers that stop reading, 100 connections, a send of 64 KiB to each every 100 ms, send.timeout 3 s",
                    "every link ended as %s within %.1f s; each of the %d sends has one answer: %s",
                    fleet.failures().keySet(),
                    seconds,
                    sends.size(),
                    outcomes);
        }
    }

    private static String firehose() throws Exception {
        AtomicLong handled = new AtomicLong();
        Process flood = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.flotilla.bench.FloodServer")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = flood.inputReader()) {
            String uri = "ws://127.0.0.1:" + out.readLine().strip() + "/flood";
            try (Watched fleet = Watched.fleet(
                    100, "uri = \"" + uri + "\", " + QUICK_PINGS, LIMITS + "\nhandlers.threads = 1", message -> {
                        pause();
                        handled.incrementAndGet();
                    })) {
                fleet.awaitReady();
                TimeUnit.SECONDS.sleep(5);
                fleet.begin();
                long before = handled.get();
                int most = 0;
                for (int i = 0; i < 30; i++) {
                    TimeUnit.SECONDS.sleep(1);
                    most = Math.max(most, usedMib());
                }
                return row(
                        "a consumer of 1 ms a message (one thread) against a firehose of 128 B messages on 100 connections, `-Xmx256m`",
                        "%.0f messages a second handled over 30 s; heap at most %d MiB, resident %d MiB; connections lost: %d",
                        (handled.get() - before) / 30.0,
                        most,
                        residentMib(),
                        fleet.failures().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum());
            }
        } finally {
            flood.destroyForcibly();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int usedMib() {
        return (int) (ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB);
    }

    private static long residentMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return 0;
    }

    /** The service itself, told by a signal. */
    private static String drain() throws Exception {
        Path folder = Files.createTempDirectory("drain");
        Path conf = folder.resolve("drain.conf");
        try (PeersProcess peers = PeersProcess.start()) {
            StringBuilder text =
                    new StringBuilder("flotilla { admin.enabled = off, " + LIMITS + ", drain.deadline = 10s\n");
            for (int i = 0; i < 1_000; i++) {
                text.append("connections.c%d { uri = \"%s\", sink = none }%n"
                        .formatted(i, peers.uri(i < 100 ? "/mute" : "/")));
            }
            Files.writeString(conf, text + "}");
            Process run = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "io.flotilla.app.Main",
                            "run",
                            conf.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("run.log").toFile())
                    .start();
            while (run.isAlive() && peers.tell("open") < 1_000) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            TimeUnit.SECONDS.sleep(1);
            long start = System.nanoTime();
            run.destroy();
            if (!run.waitFor(1, TimeUnit.MINUTES)) {
                run.destroyForcibly();
                throw new IllegalStateException("It did not end");
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return row(
                    "SIGTERM with 1,000 connections, 100 of whose peers never answer a close frame, timeouts.close 5 s, drain.deadline 10 s",
                    "%d peers got their 1001; exit code %d after %.1f s",
                    peers.tell("goodbyes"),
                    run.exitValue(),
                    seconds);
        }
    }
}

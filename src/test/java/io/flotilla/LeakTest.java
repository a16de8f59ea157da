package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.Sink;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.supervision.Status;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.ScriptedDns;
import io.flotilla.testkit.WireFrame;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that come and go in every way there is leave nothing behind: no descriptor, no thread, no object of ours or of the
 * libraries that a connection holds on to. What is alive is asked of the JVM's own histogram, so that nothing has to be named here.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LeakTest {

    private static final int EACH = 350;
    private static final int WARM_UP = 40;

    /** Hosts that say 429: they slow their dials down, so that each is asked once in a round. */
    private static final int THROTTLING = 40;

    /** Heap that may be used more after ten thousand connections: counters of the JVM, and what caches keep. */
    private static final long SLACK_BYTES = 3L * 1024 * 1024;

    /** Objects of a class that may be more: those of work under way. */
    private static final int SLACK_OBJECTS = 20;

    /** Descriptors that may be more: those that are opened once for all, by whoever needs them first. */
    private static final int SLACK_DESCRIPTORS = 4;

    /** What a connection is made of, besides what is ours. Sessions of TLS are kept on purpose, up to a bound. */
    private static final List<String> HELD = List.of(
            "io.netty.channel.epoll.EpollSocketChannel",
            "io.netty.channel.socket.nio.NioSocketChannel",
            "io.netty.channel.DefaultChannelPipeline",
            "io.netty.util.concurrent.ScheduledFutureTask",
            "io.netty.handler.ssl.SslHandler",
            "io.netty.handler.ssl.ReferenceCountedOpenSslEngine",
            "org.apache.pekko.actor.ActorCell",
            "org.apache.pekko.actor.LocalActorRef",
            "org.apache.pekko.actor.LightArrayRevolverScheduler$TaskHolder");

    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

    private static final HarbourTls TLS = HarbourTls.trusted();

    @TempDir
    Path folder;

    private final Harbour harbour = Harbour.builder().remembering(0).start();
    private final Harbour secure = Harbour.builder().remembering(0).tls(TLS).start();
    private final Harbour closed = Harbour.builder().remembering(0).start();
    private final ScriptedDns names = ScriptedDns.start();
    private final Fleet fleet = Fleet.builder()
            .settings(read("").settings())
            .onMessage(LeakTest::handle)
            .sink("deaf", new Deaf())
            .start();

    /** One way for a connection to live; {@code met} is where it is ended. */
    private record Way(String name, String conf, Predicate<Status> met, Ending ending) {}

    private enum Ending {
        REMOVE,
        REPLACE,
        STOP_AND_START,
        RESTART
    }

    @AfterEach
    void end() {
        get(fleet.close(Duration.ofSeconds(10)));
        harbour.close();
        secure.close();
        closed.close();
        names.close();
    }

    @Test
    void nothingIsLeftOfTenThousandConnections() {
        peers();
        round("warm", WARM_UP);
        settle();
        Alive before = Alive.look();

        round("first", EACH);
        settle();
        awaitNoMoreThan(before);

        round("second", EACH);
        settle();
        awaitNoMoreThan(before);
    }

    private void peers() {
        closed.stopListening();
        names.on("nowhere.test", DnsAnswer.nxdomain());
        IntStream.range(0, THROTTLING).forEach(i -> names.on("busy-" + i + ".test", DnsAnswer.addresses("127.0.0.1")));
        harbour.on("/echo", Script.echo())
                .on("/rst", Script.upgrade().rst())
                .on("/fin", Script.upgrade().fin())
                .on("/done", Script.upgrade().sendClose(1000, "that was all"))
                .on("/custom", Script.upgrade().sendClose(4001, "come again"))
                .on("/401", Script.answer(401))
                .on("/404", Script.answer(404))
                .on("/429", Script.answer(429).header("Retry-After", "60"))
                .on("/garbage", Script.empty().sendRaw("220 mail ready\r\n").fin())
                .on(
                        "/frame",
                        Script.upgrade()
                                .sendFrame(WireFrame.text("?").withRsv(3))
                                .hang())
                .on(
                        "/text",
                        Script.upgrade()
                                .sendFrame(WireFrame.text((byte) 0xC3, (byte) 0x28))
                                .hang())
                .on("/big", Script.upgrade().sendText("x".repeat(3000)).hang())
                .on("/silent", Script.silent())
                .on("/mute", Script.upgrade().ignoreClose().ignorePings())
                .on("/chatty", Script.upgrade().sendText("one").sendText("two").thenEcho())
                .on("/no", Script.upgrade().sendText("no").thenEcho())
                .on("/deflate", Script.upgrade().sendText("hello").thenEcho());
        harbour.on(
                "/elsewhere",
                Script.answer(307).header("Location", harbour.uri("/echo").toString()));
        secure.on("/echo", Script.echo());
    }

    private Stream<Way> ways() {
        String trust = "tls.trust = \"" + trustFile() + "\"";
        return Stream.of(
                new Way("ready", at("/echo"), ready(), Ending.REMOVE),
                new Way("replaced", at("/echo"), ready(), Ending.REPLACE),
                new Way("stopped", at("/echo"), ready(), Ending.STOP_AND_START),
                new Way("restarted", at("/echo"), ready(), Ending.RESTART),
                new Way("reset", at("/rst"), LeakTest::hasFailed, Ending.REMOVE),
                new Way("fin", at("/fin"), failed(FailureKind.LOST), Ending.REMOVE),
                new Way("done", at("/done") + ", normal-close = done", in(ConnectionState.STOPPED), Ending.REMOVE),
                new Way("custom", at("/custom"), failed(FailureKind.CLOSED_BY_APPLICATION), Ending.REMOVE),
                new Way("unauthorized", at("/401"), in(ConnectionState.GIVEN_UP), Ending.REMOVE),
                new Way("missing", at("/404"), failed(FailureKind.NOT_FOUND), Ending.REPLACE),
                new Way("throttled", at("/429"), failed(FailureKind.THROTTLED), Ending.REMOVE),
                new Way(
                        "refused",
                        "uri = \"" + closed.uri("/") + "\"",
                        failed(FailureKind.CONNECTION_REFUSED),
                        Ending.REMOVE),
                new Way("nowhere", "uri = \"ws://nowhere.test:1/\"", failed(FailureKind.NAME_NOT_FOUND), Ending.REMOVE),
                new Way("garbage", at("/garbage"), failed(FailureKind.NOT_HTTP), Ending.REMOVE),
                new Way("frame", at("/frame"), failed(FailureKind.BAD_FRAME), Ending.REMOVE),
                new Way("text", at("/text"), failed(FailureKind.BAD_TEXT), Ending.REMOVE),
                new Way(
                        "big",
                        at("/big") + ", receive.max-message = 2KiB",
                        failed(FailureKind.MESSAGE_TOO_BIG),
                        Ending.REMOVE),
                new Way("dialing", at("/silent"), in(ConnectionState.DIALING), Ending.REMOVE),
                new Way(
                        "hung",
                        at("/silent") + ", timeouts.dial = 300ms",
                        failed(FailureKind.HANDSHAKE_TIMEOUT),
                        Ending.REMOVE),
                new Way("mute", at("/mute"), ready(), Ending.REMOVE),
                new Way(
                        "dead",
                        at("/mute") + ", liveness { ping = 200ms, pong-deadline = 200ms }",
                        failed(FailureKind.PONG_TIMEOUT),
                        Ending.REMOVE),
                new Way(
                        "never-ready",
                        at("/echo") + ", ready-when { text-contains = welcome }, timeouts.ready = 300ms",
                        failed(FailureKind.READY_TIMEOUT),
                        Ending.REMOVE),
                new Way(
                        "not-wanted",
                        at("/no") + ", fail-when = [{ text-contains = no, verdict = permanent }]",
                        in(ConnectionState.GIVEN_UP),
                        Ending.REMOVE),
                new Way(
                        "handler",
                        at("/chatty") + ", on-handler-error = stop",
                        in(ConnectionState.GIVEN_UP),
                        Ending.REMOVE),
                new Way("stalled", at("/chatty"), status -> status.counters().messagesIn() > 0, Ending.REMOVE),
                new Way("redirected", at("/elsewhere"), ready(), Ending.REMOVE),
                new Way("pekko", at("/echo") + ", transport = pekko-http", ready(), Ending.REMOVE),
                new Way("pekko-reset", at("/rst") + ", transport = pekko-http", LeakTest::hasFailed, Ending.REPLACE),
                new Way("deflate", at("/deflate") + ", compression = on", ready(), Ending.REMOVE),
                new Way("secure", "uri = \"" + secure.uri("wss", "/echo") + "\", " + trust, ready(), Ending.REMOVE),
                new Way(
                        "untrusted",
                        "uri = \"" + secure.uri("wss", "/echo") + "\"",
                        in(ConnectionState.GIVEN_UP),
                        Ending.REMOVE));
    }

    private String trustFile() {
        return TLS.writeTrust(folder).toString();
    }

    private String at(String path) {
        return "uri = \"" + harbour.uri(path) + "\"";
    }

    private static Predicate<Status> ready() {
        return in(ConnectionState.READY);
    }

    private static Predicate<Status> in(ConnectionState state) {
        return status -> status.state() == state;
    }

    /** A reset may overtake the answer to the upgrade. */
    private static boolean hasFailed(Status status) {
        return status.lastFailure().isPresent();
    }

    private static Predicate<Status> failed(FailureKind kind) {
        return status ->
                status.lastFailure().filter(failure -> failure.kind() == kind).isPresent();
    }

    /** So many connections of each way, all at once; each is ended where it has met what it was to meet. */
    private void round(String round, int each) {
        for (List<Way> some : inThrees()) {
            List<CompletableFuture<?>> gone = new ArrayList<>();
            some.forEach(way -> specs(way, round, each).forEach(fleet::put));
            for (Way way : some) {
                for (ConnectionSpec spec : specs(way, round, each).toList()) {
                    Waiting.until(
                            way.name() + ": " + fleet.status(spec.id()),
                            () -> fleet.status(spec.id()).filter(way.met()).isPresent());
                    gone.add(finish(spec, way.ending()));
                }
            }
            gone.forEach(LeakTest::get);
        }
        assertThat(fleet.statuses()).isEmpty();
    }

    private List<List<Way>> inThrees() {
        List<Way> all = ways().toList();
        List<List<Way>> threes = new ArrayList<>();
        for (int from = 0; from < all.size(); from += 3) {
            threes.add(all.subList(from, Math.min(from + 3, all.size())));
        }
        return threes;
    }

    private CompletableFuture<?> finish(ConnectionSpec spec, Ending ending) {
        ConnectionId id = spec.id();
        return switch (ending) {
            case REMOVE -> fleet.remove(id).toCompletableFuture();
            case REPLACE ->
                fleet.put(spec.with(
                                change -> change.uri(harbour.uri("/echo?again").toString())))
                        .thenCompose(outcome -> fleet.remove(id))
                        .toCompletableFuture();
            case STOP_AND_START ->
                fleet.stop(id)
                        .thenCompose(stopped -> fleet.start(id))
                        .thenCompose(started -> fleet.remove(id))
                        .toCompletableFuture();
            case RESTART ->
                fleet.restart(id).thenCompose(again -> fleet.remove(id)).toCompletableFuture();
        };
    }

    private Stream<ConnectionSpec> specs(Way way, String round, int each) {
        StringBuilder blocks = new StringBuilder();
        boolean throttled = way.name().equals("throttled");
        for (int i = 0; i < (throttled ? THROTTLING : each); i++) {
            String host = throttled ? "busy-" + i + ".test" : "127.0.0.1";
            blocks.append(String.format(
                    Locale.ROOT,
                    "connections.\"%s-%s-%d\" { template = way, %s }%n",
                    round,
                    way.name(),
                    i,
                    way.conf().replace("127.0.0.1", host)));
        }
        String sink = way.name().equals("stalled") ? "deaf" : ConnectionSpec.SINK_HANDLER;
        return read("templates.way {}\n" + blocks).connections().stream()
                .map(Configuration.Sourced::spec)
                .map(spec -> spec.with(change -> change.sink(sink)));
    }

    private Configuration read(String blocks) {
        return new Configuration()
                .read(ConfigFactory.parseString("""
                                flotilla {
                                  defaults {
                                    timeouts { dial = 30s, close = 500ms }
                                    retry { first = 1h, base = 1h, cap = 1h }
                                  }
                                  limits { dials-per-second = off, dials-in-flight = unlimited, per-host.dials-per-second = off, breaker.failures = off }
                                  incidents.kept = 10
                                  network.name-servers = ["127.0.0.1:%d"]
                                  %s
                                }
                                """.formatted(names.address().getPort(), blocks))
                        .withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve())
                .check();
    }

    private static void handle(Inbound message) {
        if (message.id().toString().contains("handler")) {
            throw new IllegalStateException("a bug of the user");
        }
    }

    /** Takes one message of a connection and never asks for more. */
    private static final class Deaf implements Sink {
        @Override
        public CompletionStage<Void> accept(Inbound message) {
            return new CompletableFuture<>();
        }
    }

    // What is alive.

    private void settle() {
        harbour.awaitOpenConnections(0);
        secure.awaitOpenConnections(0);
    }

    private static void awaitNoMoreThan(Alive before) {
        Alive[] last = {Alive.look()};
        try {
            Waiting.until("as few as before", () -> {
                last[0] = last[0].moreThan(before).isEmpty() ? last[0] : Alive.look();
                return last[0].moreThan(before).isEmpty();
            });
        } catch (AssertionError still) {
            assertThat(last[0].moreThan(before)).as("what is left").isEmpty();
            throw still;
        }
    }

    /** Of one class: how many, and their bytes. */
    private record Kept(long count, long bytes) {
        private static final Kept NONE = new Kept(0, 0);
    }

    /**
     * What lives in this process after a full collection.
     *
     * @param objects by class
     * @param pooled bytes on the heap that the pool of buffers keeps for the next one; it grows with what is asked of it at one time
     * @param descriptors by what they lead to
     */
    private record Alive(Map<String, Kept> objects, long pooled, Map<String, Long> descriptors, int threads) {

        static Alive look() {
            Map<String, Kept> objects = new TreeMap<>();
            for (String line : histogram().split("\n", -1)) {
                Matcher columns = LINE.matcher(line);
                if (columns.matches()) {
                    objects.put(
                            columns.group(3),
                            new Kept(Long.parseLong(columns.group(1)), Long.parseLong(columns.group(2))));
                }
            }
            return new Alive(
                    objects,
                    ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                            .metric()
                            .usedHeapMemory(),
                    openDescriptors(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }

        private Kept of(String name) {
            return objects.getOrDefault(name, Kept.NONE);
        }

        private long bytes() {
            return objects.values().stream().mapToLong(Kept::bytes).sum() - pooled;
        }

        private static Map<String, Long> openDescriptors() {
            File[] all = new File("/proc/self/fd").listFiles();
            return Stream.of(all == null ? new File[0] : all)
                    .map(Alive::target)
                    .collect(Collectors.groupingBy(target -> target, TreeMap::new, Collectors.counting()));
        }

        /** Such as socket:[12345], without its number. */
        private static String target(File descriptor) {
            try {
                return Files.readSymbolicLink(descriptor.toPath()).toString().replaceAll("\\[\\d+]", "");
            } catch (IOException closed) {
                return "closed one";
            }
        }

        /** What there is more of now than there was then, in words. */
        List<String> moreThan(Alive then) {
            List<String> more = new ArrayList<>();
            objects.forEach((name, kept) -> {
                long allowed = then.of(name).count() + SLACK_OBJECTS;
                if (isOfAConnection(name) && kept.count() > allowed) {
                    more.add(kept.count() + " of " + name + ", allowed " + allowed);
                }
            });
            descriptors.forEach((kind, count) -> {
                long allowed = then.descriptors.getOrDefault(kind, 0L) + SLACK_DESCRIPTORS;
                if (count > allowed) {
                    more.add(count + " descriptors of a " + kind + ", allowed " + allowed);
                }
            });
            if (bytes() > then.bytes() + SLACK_BYTES) {
                more.add(bytes() + " bytes of heap, before " + then.bytes() + ", most of them " + grown(then));
            }
            if (threads > then.threads) {
                more.add(threads + " threads, before " + then.threads);
            }
            return more;
        }

        private String grown(Alive then) {
            return objects.entrySet().stream()
                    .map(now -> Map.entry(
                            now.getKey(),
                            now.getValue().bytes() - then.of(now.getKey()).bytes()))
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(10)
                    .map(grown -> grown.getValue() + " of " + grown.getKey())
                    .collect(Collectors.joining(", "));
        }

        private static boolean isOfAConnection(String name) {
            return (name.startsWith("io.flotilla.") && !name.startsWith(LeakTest.class.getName()))
                    || HELD.stream().anyMatch(name::startsWith);
        }

        /** Of the JVM, as {@code jcmd GC.class_histogram} prints it. */
        private static String histogram() {
            try {
                return (String) ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "gcClassHistogram",
                                new Object[] {null},
                                new String[] {String[].class.getName()});
            } catch (JMException e) {
                throw new AssertionError("This JVM gives no histogram", e);
            }
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}

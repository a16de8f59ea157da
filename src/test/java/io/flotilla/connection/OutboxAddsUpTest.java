package io.flotilla.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Waiting;
import io.flotilla.connection.Senders.Sent;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.FakeTransport.FakeLink;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens to the links: each message ends once, in its order, within the bounds, and the counters say so. */
class OutboxAddsUpTest {

    private static final int SEEDS = 300;
    private static final int SEEDS_WITH_THREADS = 20;
    private static final int SENDERS = 4;
    private static final int EACH = 500;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    static LongStream seedsWithThreads() {
        return LongStream.range(0, SEEDS_WITH_THREADS);
    }

    /** Any combination of policies. */
    private static Settings.Send policies(Random random) {
        Settings.Send settings = new Settings.Send(random.nextInt(100, 5_000), Duration.ofSeconds(10))
                .withMessages(random.nextInt(1, 60))
                .with(random.nextBoolean() ? Settings.Overflow.REFUSE : Settings.Overflow.DROP_OLDEST);
        if (random.nextBoolean()) {
            int burst = random.nextInt(1, 20);
            settings = settings.withRate(random.nextDouble(0.5, 200), burst, random.nextInt(burst));
        }
        return random.nextBoolean() ? settings.keeping(Duration.ofMillis(random.nextInt(1, 5_000))) : settings;
    }

    /** One thing after the other, on manual time: what happens is the seed's alone. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void onManualTime(long seed) {
        Random random = new Random(seed);
        Settings.Send settings = policies(random);
        World world = new World(settings, random);
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            if (random.nextInt(3) > 0) {
                sent.add(world.send(i));
            } else {
                world.happen();
            }
            assertThat(world.senders.time.waiting()).as("alarms").isLessThanOrEqualTo(1);
            assertThat(world.senders.outbox.queued())
                    .as("bytes")
                    .isLessThanOrEqualTo(settings.outbox() + Outbox.OVERHEAD);
        }
        world.end();

        assertThat(world.senders.time.waiting()).as("alarms").isZero();
        addsUp(world, sent);
        world.links.forEach(link -> inOrder(link, 1));
        settings.rate().ifPresent(rate -> keepsTo(rate, settings.mostAtOnce(), world.departures));
    }

    /** No window of time holds more than the burst and what the rate gives for it. */
    private static void keepsTo(double rate, int burst, List<Long> departures) {
        double worst = 0;
        for (int from = 0; from < departures.size(); from++) {
            for (int to = from; to < departures.size(); to++) {
                double seconds = (departures.get(to) - departures.get(from)) / 1e9;
                worst = Math.max(worst, to - from + 1 - seconds * rate);
            }
        }
        assertThat(worst).isLessThanOrEqualTo(burst + 0.001);
    }

    /** Senders, links and time all on threads of their own. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seedsWithThreads")
    void onManyThreads(long seed) throws InterruptedException {
        Random random = new Random(seed);
        World world = new World(policies(random), new Random(seed + 1));
        ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
        AtomicBoolean sending = new AtomicBoolean(true);
        AtomicInteger happened = new AtomicInteger();
        Thread links = new Thread(() -> {
            while (sending.get()) {
                world.happen();
                happened.incrementAndGet();
            }
        });
        List<Thread> senders = IntStream.range(0, SENDERS)
                .mapToObj(sender -> new Thread(() -> {
                    for (int i = 0; i < EACH; i++) {
                        sent.add(world.send(i * SENDERS + sender));
                        if (i % 10 == 0) {
                            int then = happened.get(); // so that the links have their say, however few the cores
                            Waiting.until("something to happen", () -> happened.get() != then);
                        }
                    }
                }))
                .toList();
        links.start();
        senders.forEach(Thread::start);
        for (Thread sender : senders) {
            sender.join();
        }
        sending.set(false);
        links.join();
        world.end();

        assertThat(sent).hasSize(SENDERS * EACH);
        addsUp(world, List.copyOf(sent));
        world.links.forEach(link -> inOrder(link, SENDERS));
    }

    private static void addsUp(World world, List<Sent> sent) {
        Map<Class<?>, Long> ends = new HashMap<>();
        sent.forEach(message -> ends.merge(message.outcome().getClass(), 1L, Long::sum));
        Outbox outbox = world.senders.outbox;
        assertThat(outbox.written()).isEqualTo(ends.getOrDefault(SendOutcome.Written.class, 0L));
        assertThat(outbox.refused()).isEqualTo(ends.getOrDefault(SendOutcome.Refused.class, 0L));
        assertThat(outbox.unsent()).isEqualTo(ends.getOrDefault(SendOutcome.Unsent.class, 0L));
        assertThat(outbox.expired()).isEqualTo(ends.getOrDefault(SendOutcome.Expired.class, 0L));
        assertThat(outbox.queued()).isZero();
        assertThat(world.senders.tally.totals())
                .isEqualTo(new SendTally.Totals(outbox.written(), outbox.refused(), outbox.unsent(), outbox.expired()));
        assertThat(outbox.written() + outbox.refused() + outbox.unsent() + outbox.expired())
                .isEqualTo(sent.size());
    }

    /** Messages of one sender and one kind leave in the order of its calls, and none leaves twice. */
    private static void inOrder(FakeLink link, int senders) {
        Map<String, Integer> last = new HashMap<>();
        for (String text : link.sent()) {
            int number = Integer.parseInt(text.substring(1).strip());
            Integer before = last.put(text.charAt(0) + " of " + number % senders, number);
            assertThat(before == null ? -1 : before).as("before %s", text).isLessThan(number);
        }
    }

    /** An outbox, and links that come, stall, flow, fail and go. One thread makes things happen. */
    private static final class World {
        final Senders senders;
        final List<FakeLink> links = new ArrayList<>();

        /** When messages left, on the clock of the outbox. */
        final List<Long> departures = new ArrayList<>();

        private final Random random;

        World(Settings.Send settings, Random random) {
            this.random = random;
            this.senders = new Senders(settings);
        }

        Sent send(int number) {
            String text = (number % 7 == 0 ? "c" : "o") + number + " ".repeat(number % 13 * 10);
            return number % 7 == 0 ? senders.sendControl(text) : senders.send(text);
        }

        void happen() {
            switch (random.nextInt(10)) {
                case 0 -> lose();
                case 1 -> closePolitely(Duration.ofMillis(400L * random.nextInt(3)));
                case 2, 3 -> current().ifPresent(FakeLink::stall);
                case 4, 5 -> current().ifPresent(FakeLink::flow);
                case 6 -> current().ifPresent(link -> link.end(FailureKind.LOST)); // not yet heard of
                default -> senders.time.passes(Duration.ofMillis(random.nextInt(200)));
            }
            if (current().filter(FakeLink::isAlive).isEmpty() && random.nextBoolean()) {
                senders.outbox.detach();
                begin();
            }
        }

        private void begin() {
            FakeLink link = senders.link();
            links.add(link);
            if (random.nextBoolean()) {
                link.stall();
            }
            Link timed = new Timed(link);
            senders.outbox.say(timed, Frame.text("s" + links.size()));
            senders.outbox.attach(timed);
        }

        /** A link that notes when messages are handed to it. */
        private final class Timed implements Link {
            private final FakeLink link;

            Timed(FakeLink link) {
                this.link = link;
            }

            @Override
            public long generation() {
                return link.generation();
            }

            @Override
            public void send(Frame frame, Written outcome) {
                synchronized (departures) {
                    departures.add(senders.time.nanos());
                }
                link.send(frame, outcome);
            }

            @Override
            public void close(FailureKind why, int code, String reason, Duration flush) {
                link.close(why, code, reason, flush);
            }

            @Override
            public void abort(FailureKind why) {
                link.abort(why);
            }
        }

        private Optional<FakeLink> current() {
            return links.isEmpty() ? Optional.empty() : Optional.of(links.get(links.size() - 1));
        }

        private void lose() {
            current().ifPresent(senders::lose);
        }

        private void closePolitely(Duration flush) {
            current().ifPresent(link -> senders.outbox.detach(flush, () -> link.close(FailureKind.REMOVED, 1000, "")));
        }

        void end() {
            lose();
            senders.outbox.close();
            links.forEach(link -> link.end(FailureKind.LOST));
        }
    }
}

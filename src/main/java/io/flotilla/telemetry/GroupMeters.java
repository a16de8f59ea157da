package io.flotilla.telemetry;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.flotilla.failure.Verdict;
import io.flotilla.supervision.Census;
import io.flotilla.supervision.Group;
import io.flotilla.supervision.Totals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The meters of one group of connections. Safe from any thread. */
final class GroupMeters {

    // Where histograms are cut: around what is usual, and at what settings say by default.

    private static final Duration[] DIAL = cuts("5ms 10ms 25ms 50ms 100ms 250ms 500ms 1s 2500ms 5s 10s 20s 60s");
    private static final Duration[] READY =
            cuts("10ms 50ms 100ms 250ms 500ms 1s 2500ms 5s 10s 30s 60s 300s 900s 3600s");
    private static final Duration[] SESSION = cuts("1s 10s 30s 60s 300s 900s 3600s 14400s 43200s 86400s 604800s");
    private static final Duration[] RECOVERY =
            cuts("100ms 250ms 500ms 1s 2500ms 5s 10s 30s 60s 120s 300s 900s 3600s 14400s");
    private static final Duration[] ROUND_TRIP =
            cuts("500us 1ms 2500us 5ms 10ms 25ms 50ms 100ms 250ms 500ms 1s 2500ms 5s 10s 20s");

    /** How a dial ended. */
    enum Dialled {
        OPENED,
        FAILED,
        ABANDONED
    }

    private record Failed(FailureKind kind, Verdict verdict, Phase phase) {}

    private final MeterRegistry registry;
    private final Tags tags;
    private final Runnable refresh;
    private final Queue<Meter> made = new ConcurrentLinkedQueue<>();
    private final Map<Dialled, Counter> dials = new ConcurrentHashMap<>();
    private final Map<Failed, Counter> failures = new ConcurrentHashMap<>();
    private final Timer dial;
    private final Timer ready;
    private final Timer session;
    private final Timer recovery;
    private volatile Census census;

    /** @param refresh brings what {@link #show} was told up to date, where it is not */
    GroupMeters(MeterRegistry registry, List<String> keys, Group group, Runnable refresh) {
        this.registry = registry;
        this.refresh = refresh;
        this.census = new Census(group, Map.of(), Totals.NONE);
        Tags labels = Tags.empty();
        for (int i = 0; i < keys.size(); i++) {
            labels = labels.and(Tag.of(keys.get(i), group.values().get(i)));
        }
        this.tags = labels;
        this.dial = timer("flotilla.dial", "From the start of a dial to the end of its upgrade", DIAL);
        this.ready = timer("flotilla.ready", "From the first dial to READY", READY);
        this.session = timer("flotilla.session", "From READY to the end", SESSION);
        this.recovery = timer("flotilla.recovery", "From the loss of a session to READY again", RECOVERY);
        Timer roundTrip = timer("flotilla.rtt", "From a ping to its pong", ROUND_TRIP);
        group.onRoundTrip(nanos -> roundTrip.record(Duration.ofNanos(nanos)));
        for (Dialled outcome : Dialled.values()) {
            dials.put(outcome, counter("flotilla.dials", "Dials that are over", tag("outcome", word(outcome))));
        }
        for (ConnectionState state : ConnectionState.values()) {
            made.add(
                    Gauge.builder("flotilla.connections", () -> fresh().states().getOrDefault(state, 0))
                            .description("Connections in each state")
                            .tags(tags.and("state", state.name()))
                            .strongReference(true)
                            .register(registry));
        }
        totals("flotilla.messages", "Whole messages", tag("direction", "in"), Totals::messagesIn);
        totals("flotilla.messages", "Whole messages", tag("direction", "out"), Totals::messagesOut);
        totals("flotilla.bytes", "Bytes of payload", tag("direction", "in"), Totals::bytesIn);
        totals("flotilla.bytes", "Bytes of payload", tag("direction", "out"), Totals::bytesOut);
        totals("flotilla.sends", "Messages that were to be sent", tag("outcome", "written"), Totals::written);
        totals("flotilla.sends", "Messages that were to be sent", tag("outcome", "refused"), Totals::refused);
        totals("flotilla.sends", "Messages that were to be sent", tag("outcome", "unsent"), Totals::unsent);
        totals("flotilla.sends", "Messages that were to be sent", tag("outcome", "expired"), Totals::expired);
        totals("flotilla.handler.errors", "Messages on which user code failed", Tags.empty(), Totals::handlerErrors);
    }

    void show(Census taken) {
        census = taken;
    }

    private Census fresh() {
        refresh.run();
        return census;
    }

    void dialled(Dialled outcome) {
        java.util.Objects.requireNonNull(dials.get(outcome)).increment();
    }

    void opened(Duration took) {
        dial.record(took);
    }

    void ready(Duration took) {
        ready.record(took);
    }

    void sessionOver(Duration took) {
        session.record(took);
    }

    void recovered(Duration took) {
        recovery.record(took);
    }

    void failed(Failure failure) {
        failures.computeIfAbsent(
                        new Failed(failure.kind(), failure.verdict(), failure.phase()),
                        fresh -> counter(
                                "flotilla.failures",
                                "Failures",
                                Tags.of(
                                        "kind", fresh.kind().name(),
                                        "verdict", fresh.verdict().name(),
                                        "phase", fresh.phase().name())))
                .increment();
    }

    void remove() {
        made.forEach(registry::remove);
    }

    private Counter counter(String name, String description, Tags more) {
        Counter counter = Counter.builder(name)
                .description(description)
                .tags(tags.and(more))
                .register(registry);
        made.add(counter);
        return counter;
    }

    private void totals(String name, String description, Tags more, ToLongFunction<Totals> part) {
        made.add(FunctionCounter.builder(
                        name, this, meters -> part.applyAsLong(meters.fresh().totals()))
                .description(description)
                .tags(tags.and(more))
                .register(registry));
    }

    private Timer timer(String name, String description, Duration[] cuts) {
        Timer timer = Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(cuts)
                .register(registry);
        made.add(timer);
        return timer;
    }

    private static Tags tag(String key, String value) {
        return Tags.of(key, value);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Duration[] cuts(String words) {
        return Stream.of(words.split(" ")).map(GroupMeters::cut).toArray(Duration[]::new);
    }

    private static Duration cut(String word) {
        if (word.endsWith("us")) {
            return Duration.ofNanos(1_000 * Long.parseLong(word.substring(0, word.length() - 2)));
        }
        return word.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(word.substring(0, word.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(word.substring(0, word.length() - 1)));
    }
}

package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.app.DemoKind.Act;
import io.flotilla.app.DemoPeers.Group;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.SendOutcome;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.supervision.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the demo is played: puts connections, tells what is new of them, and says in the end how it went. */
final class DemoStage implements AutoCloseable {

    private static final long TICK_MILLIS = 400;
    private static final long BETWEEN_GROUPS_MILLIS = 250;
    private static final Duration PIPE_STATUS = Duration.ofSeconds(10);

    /** How long it waits for others that meet the same, to tell it of all of them at once. */
    private static final Duration GATHER = Duration.ofSeconds(1);

    private static final Duration DRAIN = Duration.ofSeconds(3);
    private static final int HUNDRED = 100;
    private static final int BAR = 10;

    private final Fleet fleet;
    private final DemoStory story;
    private final DemoScreen screen;
    private final List<Group> groups;
    private final Duration length;
    private final CountDownLatch stop;
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "flotilla-demo");
        thread.setDaemon(true);
        return thread;
    });

    // The timer's alone.
    private long messagesBefore;
    private Duration countedAt = Duration.ZERO;
    private Duration statusAt = Duration.ZERO;

    private volatile @Nullable Awaited awaited;

    /** Connections that are to become READY, and what to say then, after the time that it took. */
    private record Awaited(Set<ConnectionId> ids, Duration since, UnaryOperator<String> sentence) {}

    /** @param stop is counted down when somebody wants it to end */
    DemoStage(
            Fleet fleet, DemoStory story, DemoScreen screen, List<Group> groups, Duration length, CountDownLatch stop) {
        this.fleet = fleet;
        this.story = story;
        this.screen = screen;
        this.groups = groups;
        this.length = length;
        this.stop = stop;
    }

    /** @param invitation where it can be watched */
    void open(List<String> invitation) {
        int all = groups.stream().mapToInt(group -> group.specs().size()).sum();
        screen.paragraph("Flotilla keeps " + all + " connections to " + groups.size()
                + " kinds of peers in this process, for " + Durations.shown(length) + ".");
        screen.line("Its waits are shortened for the demo. Ctrl-C ends it sooner.");
        invitation.forEach(screen::line);
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::send, 1, 1, TimeUnit.SECONDS);
    }

    /** Puts the connections of an act, one kind of peer after the other. */
    void act(String title, Act act) throws InterruptedException {
        screen.heading(title);
        if (act == Act.FAIR_WEATHER) {
            await(
                    fairIds(),
                    took -> "All " + fairIds().size() + " are READY, " + took + " after the first was wanted.");
        }
        for (Group group : groups) {
            if (group.kind().act() == act && stop.getCount() > 0) {
                if (act == Act.FAIR_WEATHER) {
                    screen.tell(DemoWords.connections(group.specs().size()) + " to peers that "
                            + group.kind().does() + ".");
                }
                group.specs().forEach(this::put);
                stop.await(BETWEEN_GROUPS_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void put(ConnectionSpec spec) {
        fleet.put(spec).whenComplete((outcome, thrown) -> {
            if (thrown != null) {
                screen.tell("[" + spec.id() + "] was not taken: " + thrown.getMessage());
            }
        });
    }

    /** Waits until so many hundredths of the time are over; false when somebody wants it to end. */
    boolean until(int hundredths) throws InterruptedException {
        Duration left = length.multipliedBy(hundredths).dividedBy(HUNDRED).minus(screen.elapsed());
        return !stop.await(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
    }

    void outage(DemoPeers peers) {
        screen.heading("4. Storm: the harbour of the good peers goes down.");
        awaited = null;
        screen.tell(ready(fairIds()) + " connections are reset at once, and nobody listens there any more. LOST, then"
                + " CONNECTION_REFUSED; both are TRANSIENT: each waits for a time of its own, drawn at random.");
        peers.goDown();
    }

    void back(DemoPeers peers) {
        peers.comeBack();
        await(fairIds(), took -> "All " + fairIds().size() + " are READY again, " + took + " after it came back.");
        screen.tell("The harbour is back, and nobody storms it: at most " + peers.dialRate()
                + " dials a second go to one host (limits.per-host).");
    }

    /** Gives a token to those that were given up for want of one. */
    void repair() {
        List<ConnectionSpec> locked = specs("locked").map(DemoPeers::withToken).toList();
        Set<ConnectionId> ids = locked.stream().map(ConnectionSpec::id).collect(Collectors.toSet());
        screen.heading("5. Repairs: PERMANENT is until somebody changes something.");
        screen.tell("Somebody gives a token to the " + ids.size() + " that had none: another spec for the same id.");
        await(ids, took -> "They were given up, and are READY " + took + " later.");
        locked.forEach(this::put);
    }

    private void await(Set<ConnectionId> ids, UnaryOperator<String> sentence) {
        awaited = new Awaited(ids, screen.elapsed(), sentence);
    }

    /** Says how it went, and drains. */
    void end() throws InterruptedException {
        timer.shutdown();
        timer.awaitTermination(1, TimeUnit.SECONDS);
        story.news(Instant.MAX).forEach(screen::tell);
        screen.status("");
        Map<String, Map<ConnectionState, Integer>> states = states();
        long messages = fleet.messagesIn();
        screen.heading("6. Home: the fleet drains.");
        drain();
        screen.heading("What everybody met, and where everybody was before the drain:");
        screen.line("");
        DemoTable.rows(story.tallies(), states, screen.width()).forEach(screen::line);
        screen.heading("The six verdicts, and how often each was given:");
        screen.line("");
        DemoTable.verdicts(story.tallies()).forEach(screen::line);
        screen.line("");
        screen.paragraph(story.dials() + " dials, at most " + story.mostDialsInASecond() + " in any second; " + messages
                + " messages came; of " + (written.get() + refused.get()) + " sends " + written.get()
                + " were written and " + refused.get() + " refused, their connection being down.");
        screen.line("");
        screen.line("Go on with java -jar target/flotilla.jar and");
        screen.line("  run conf/flotilla.conf   a first fleet of your own");
        screen.line("  failures                 every failure and its verdict");
        screen.line("  probe wss://host/path    one peer, phase by phase");
    }

    private void drain() throws InterruptedException {
        int open = (int) fleet.statuses().stream()
                .filter(status -> status.state() == ConnectionState.READY || status.state() == ConnectionState.OPEN)
                .count();
        Duration from = screen.elapsed();
        try {
            fleet.close(DRAIN).toCompletableFuture().get(DRAIN.toSeconds() * 3, TimeUnit.SECONDS);
            screen.tell(open + " open connections got their 1001, all closed after "
                    + Durations.shown(screen.elapsed().minus(from)) + ".");
        } catch (ExecutionException | TimeoutException e) {
            throw new Main.Failed("The fleet did not drain: " + e.getMessage(), e);
        }
    }

    // What goes on besides.

    private void tick() {
        story.news(Instant.now().minus(GATHER)).forEach(screen::tell);
        Awaited now = awaited;
        if (now != null && ready(now.ids()) == now.ids().size()) {
            awaited = null;
            screen.tell(now.sentence().apply(Durations.shown(screen.elapsed().minus(now.since()))));
        }
        Duration elapsed = screen.elapsed();
        if (screen.isAttached() || elapsed.minus(statusAt).compareTo(PIPE_STATUS) >= 0) {
            statusAt = elapsed;
            status(elapsed);
        }
    }

    private void status(Duration now) {
        long messages = fleet.messagesIn();
        long millis = Math.max(1, now.minus(countedAt).toMillis());
        String line = Terminal.line(fleet.counts(), (messages - messagesBefore) * 1000 / millis);
        messagesBefore = messages;
        countedAt = now;
        if (screen.isAttached()) {
            int done = (int) Math.min(BAR, BAR * now.toMillis() / Math.max(1, length.toMillis()));
            String bar = "[" + "#".repeat(done) + ".".repeat(BAR - done) + "] ";
            boolean fits = bar.length() + line.length() < screen.width();
            screen.status(bar + (fits ? line : line.substring(0, line.indexOf(';'))));
        } else {
            screen.tell(line);
        }
    }

    private void send() {
        specs("echo").map(ConnectionSpec::id).forEach(this::send);
    }

    private Stream<ConnectionSpec> specs(String kind) {
        return groups.stream()
                .filter(group -> group.kind().name().equals(kind))
                .flatMap(group -> group.specs().stream());
    }

    private void send(ConnectionId id) {
        fleet.send(id, "hello")
                .thenAccept(outcome -> (outcome instanceof SendOutcome.Written ? written : refused).incrementAndGet());
    }

    private Set<ConnectionId> fairIds() {
        return groups.stream()
                .filter(group -> group.kind().act() == Act.FAIR_WEATHER)
                .flatMap(group -> group.specs().stream())
                .map(ConnectionSpec::id)
                .collect(Collectors.toSet());
    }

    private int ready(Set<ConnectionId> ids) {
        return (int) fleet.statuses().stream()
                .filter(status -> status.state() == ConnectionState.READY && ids.contains(status.id()))
                .count();
    }

    /** How many connections of each kind of peer are in which state. */
    private Map<String, Map<ConnectionState, Integer>> states() {
        Map<ConnectionId, ConnectionState> byId =
                fleet.statuses().stream().collect(Collectors.toMap(Status::id, Status::state));
        Map<String, Map<ConnectionState, Integer>> states = new HashMap<>();
        for (Group group : groups) {
            Map<ConnectionState, Integer> counts = new EnumMap<>(ConnectionState.class);
            group.specs().stream()
                    .map(spec -> byId.get(spec.id()))
                    .filter(java.util.Objects::nonNull)
                    .forEach(state -> counts.merge(state, 1, Integer::sum));
            if (!counts.isEmpty()) {
                states.put(group.kind().name(), counts);
            }
        }
        return states;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

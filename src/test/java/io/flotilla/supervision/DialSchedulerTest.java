package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Actors;
import io.flotilla.Waiting;
import io.flotilla.connection.DialPermits;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.FleetSettings.Limits;
import io.flotilla.spec.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DialSchedulerTest {

    @RegisterExtension
    static final Actors ACTORS = Actors.onManualTime();

    private final ManualTime time = ManualTime.get(ACTORS.kit().system());
    private DialPermits current = (spec, granting, holding) -> {
        throw new IllegalStateException("There is no scheduler yet");
    };
    private final DialBoard dials = new DialBoard();
    private final AtomicLong nanos = new AtomicLong(1);
    private final TestProbe<String> granted = ACTORS.kit().createTestProbe();
    private final AtomicInteger grants = new AtomicInteger();
    private final TestProbe<HeldBy> held = ACTORS.kit().createTestProbe();
    private final Map<String, DialPermits.Turn> turns = new ConcurrentHashMap<>();

    @Test
    void grantsAtOnceWithoutLimits() {
        DialPermits permits = permits(unlimited());

        for (int i = 0; i < 100; i++) {
            ask(permits, "c" + i, "a.test", 0);
        }

        granted.receiveSeveralMessages(100);
        held.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void neverGrantsMoreThanTheRateInASecond() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.of(20), OptionalInt.empty(), 1, OptionalDouble.empty(), OptionalInt.empty()));
        for (int i = 0; i < 200; i++) {
            ask(permits, "c" + i, "a.test", 0);
        }
        held.receiveSeveralMessages(199);
        granted.expectMessage("c0");
        grants.set(0);

        List<Integer> bySecond = new ArrayList<>();
        for (int second = 0; second < 3; second++) {
            bySecond.add(grantsWithin(Duration.ofSeconds(1)));
        }

        assertThat(bySecond).allSatisfy(count -> assertThat(count).isBetween(10, 20));
    }

    @Test
    void letsABusyHostNotDelayAnother() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.of(1), OptionalInt.empty()));
        for (int i = 0; i < 50; i++) {
            ask(permits, "busy" + i, "busy.test", 0);
        }
        granted.expectMessage("busy0");

        ask(permits, "other", "other.test", 0);

        granted.expectMessage("other");
    }

    @Test
    void boundsDialsInFlight() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.of(2), 1, OptionalDouble.empty(), OptionalInt.empty()));
        ask(permits, "a", "a.test", 0);
        ask(permits, "b", "a.test", 0);
        ask(permits, "c", "a.test", 0);
        ask(permits, "d", "a.test", 0);
        granted.expectMessage("a");
        granted.expectMessage("b");
        granted.expectNoMessage(Duration.ofMillis(50));

        open("a");
        granted.expectMessage("c");
        turn("b").release();
        turn("b").release();
        granted.expectMessage("d");
        granted.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void boundsTheSocketsOfAHost() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.empty(), OptionalInt.of(1)));
        ask(permits, "a", "a.test", 0);
        ask(permits, "b", "a.test", 0);
        granted.expectMessage("a");
        open("a");
        granted.expectNoMessage(Duration.ofMillis(50));

        turn("a").release();

        granted.expectMessage("b");
    }

    @Test
    void letsTheHigherPriorityGoFirst() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.of(1), 1, OptionalDouble.empty(), OptionalInt.empty()));
        ask(permits, "first", "a.test", 0);
        ask(permits, "low", "a.test", -1);
        ask(permits, "high", "a.test", 5);
        granted.expectMessage("first");

        open("first");
        granted.expectMessage("high");
        open("high");
        granted.expectMessage("low");
    }

    @Test
    void forgetsWhoLeftTheQueue() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.of(1), 1, OptionalDouble.empty(), OptionalInt.empty()));
        ask(permits, "a", "a.test", 0);
        ask(permits, "leaves", "a.test", 0);
        ask(permits, "stays", "a.test", 0);
        granted.expectMessage("a");

        turn("leaves").release();
        open("a");

        granted.expectMessage("stays");
        granted.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void leavesRoomInFlightForOthersWhenAHostHangs() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.of(8), 1, OptionalDouble.empty(), OptionalInt.empty()));
        for (int i = 0; i < 20; i++) {
            ask(permits, "hung" + i, "hung.test", 0);
        }
        for (int i = 0; i < 20; i++) {
            ask(permits, "also" + i, "also.test", 0);
        }
        granted.receiveSeveralMessages(7);
        granted.expectNoMessage(Duration.ofMillis(50));

        ask(permits, "alive", "alive.test", 0);

        granted.expectMessage("alive");
    }

    @Test
    void opensTheBreakerOfAHostThatAnswersNobodyAndProbesWithOne() {
        DialPermits permits = permits(withBreaker(3));
        for (int i = 0; i < 3; i++) {
            ask(permits, "c" + i, "down.test", 0);
            granted.expectMessage("c" + i);
            fail("c" + i, FailureKind.CONNECTION_REFUSED);
        }
        for (int i = 3; i < 6; i++) {
            ask(permits, "c" + i, "down.test", 0);
            held.expectMessage(HeldBy.BREAKER);
        }
        ask(permits, "other", "up.test", 0);
        granted.expectMessage("other");

        pass(Duration.ofSeconds(10));
        granted.expectMessage("c3");
        granted.expectNoMessage(Duration.ofMillis(50));
        fail("c3", FailureKind.CONNECTION_REFUSED);

        pass(Duration.ofSeconds(9));
        granted.expectNoMessage(Duration.ofMillis(50));
        pass(Duration.ofSeconds(11));
        granted.expectMessage("c4");
        open("c4");
        granted.expectMessage("c5");
        held.expectMessage(HeldBy.LIMIT);
    }

    @Test
    void opensNoBreakerForOneConnectionThatFailsAgainAndAgain() {
        DialPermits permits = permits(withBreaker(3));
        for (int i = 0; i < 10; i++) {
            ask(permits, "alone", "down.test", 0);
            granted.expectMessage("alone");
            fail("alone", FailureKind.CONNECTION_REFUSED);
        }
    }

    @Test
    void takesAnAnswerForASignOfLifeWhateverItSays() {
        DialPermits permits = permits(withBreaker(3));
        for (int i = 0; i < 10; i++) {
            ask(permits, "c" + i, "up.test", 0);
            granted.expectMessage("c" + i);
            fail("c" + i, i % 2 == 0 ? FailureKind.CONNECTION_REFUSED : FailureKind.NOT_FOUND);
        }
    }

    @Test
    void sendsAnotherProbeWhenTheFirstIsTakenBack() {
        DialPermits permits = permits(withBreaker(1));
        ask(permits, "a", "down.test", 0);
        granted.expectMessage("a");
        fail("a", FailureKind.CONNECT_TIMEOUT);
        ask(permits, "b", "down.test", 0);
        ask(permits, "c", "down.test", 0);
        pass(Duration.ofSeconds(10));
        granted.expectMessage("b");

        turn("b").release();

        granted.expectMessage("c");
    }

    @Test
    void showsHowDiallingGoes() {
        DialPermits permits = permits(withBreaker(2));
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        for (String name : List.of("a", "b")) {
            ask(permits, name, "down.test", 0);
            granted.expectMessage(name);
        }
        Waiting.until("both are in flight", () -> dials.stats(nanos.get(), at).inFlight() == 2);
        assertThat(dials.stats(nanos.get(), at).lastSecond()).isEqualTo(2);
        assertThat(dials.stats(nanos.get() + 1_100_000_000L, at).lastSecond())
                .as("later they are not of the last second")
                .isZero();

        fail("a", FailureKind.CONNECTION_REFUSED);
        fail("b", FailureKind.CONNECTION_REFUSED);
        ask(permits, "c", "down.test", 0);
        held.expectMessage(HeldBy.BREAKER);
        settle();
        assertThat(dials.stats(nanos.get(), at).waiting()).isEqualTo(1);
        DialStats.OpenBreaker open =
                dials.stats(nanos.get(), at).breakerOf("down.test:80").orElseThrow();
        assertThat(open.waiting()).isEqualTo(1);
        assertThat(open.probeAt().orElseThrow()).isBetween(at.plusSeconds(5), at.plusSeconds(10));

        pass(Duration.ofSeconds(10));
        granted.expectMessage("c");
        Waiting.until(
                "the probe is out",
                () -> dials.stats(nanos.get(), at).breakers().stream()
                        .allMatch(breaker -> breaker.probeAt().isEmpty()));
        assertThat(dials.stats(nanos.get(), at).breakersOpen()).isEqualTo(1);
        open("c");
        Waiting.until("it is closed", () -> dials.stats(nanos.get(), at).breakersOpen() == 0);
    }

    @Test
    void showsWhetherTheFleetIsPaused() {
        DialPermits permits = permits(unlimited());
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        ask(permits, "a", "a.test", 0);
        granted.expectMessage("a");
        assertThat(dials.stats(nanos.get(), at).paused()).isFalse();
        fail("a", FailureKind.LOCAL_RESOURCES);
        Waiting.until("it is paused", () -> dials.stats(nanos.get(), at).paused());
        assertThat(dials.stats(nanos.get(), at).probeAt()).contains(at.plusSeconds(1));
    }

    @Test
    void pausesTheFleetForWhatWeLackAndResumesWithAProbe() {
        DialPermits permits = permits(unlimited());
        ask(permits, "a", "a.test", 0);
        granted.expectMessage("a");
        fail("a", FailureKind.LOCAL_RESOURCES);
        ask(permits, "b", "b.test", 0);
        held.expectMessage(HeldBy.PAUSED);
        ask(permits, "c", "c.test", 0);
        held.expectMessage(HeldBy.PAUSED);
        assertThat(permits.paused()).isTrue();
        granted.expectNoMessage(Duration.ofMillis(50));

        pass(Duration.ofSeconds(1));
        granted.expectMessage("b");
        granted.expectNoMessage(Duration.ofMillis(50));
        fail("b", FailureKind.LOCAL_RESOURCES);
        pass(Duration.ofSeconds(1));
        granted.expectNoMessage(Duration.ofMillis(50));
        pass(Duration.ofSeconds(1));
        granted.expectMessage("c");
        ask(permits, "d", "d.test", 0);
        held.expectMessage(HeldBy.PAUSED);
        fail("c", FailureKind.CONNECTION_REFUSED);

        granted.expectMessage("d");
        Waiting.until("the pause is over", () -> !permits.paused()); // said a moment after the turn
    }

    @Test
    void pausesTheFleetWhenThereIsNoWayToSeveralHostsAtOnce() {
        DialPermits permits = permits(unlimited());
        for (String host : List.of("a", "b")) {
            ask(permits, host, host + ".test", 0);
            granted.expectMessage(host);
            fail(host, FailureKind.UNREACHABLE);
        }
        ask(permits, "up", "up.test", 0);
        granted.expectMessage("up");
        open("up");
        for (String host : List.of("c", "d", "e")) {
            ask(permits, host, host + ".test", 0);
            granted.expectMessage(host);
            fail(host, FailureKind.UNREACHABLE);
        }
        ask(permits, "f", "f.test", 0);
        held.expectMessage(HeldBy.PAUSED);
    }

    @Test
    void goesSlowerWhereAPeerSaysTooFastAndFasterAgainWithTime() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.of(40), OptionalInt.empty()));
        for (int i = 0; i < 4000; i++) {
            ask(permits, "c" + i, "busy.test", 0);
        }
        granted.expectMessage("c0");
        grants.set(0);
        int before = grantsWithin(Duration.ofSeconds(1));
        turn("c1").failed(Failure.of(FailureKind.THROTTLED, "429"));
        turn("c2").failed(Failure.of(FailureKind.THROTTLED, "429 of the same moment"));
        int after = grantsWithin(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(60));
        grantsWithin(Duration.ZERO);
        int later = grantsWithin(Duration.ofSeconds(1));

        assertThat(before).isBetween(30, 40);
        assertThat(after).isBetween(10, 25);
        assertThat(later).isBetween(30, 40);
    }

    @Test
    void pacesACredentialAndHoldsUpNobodyElseOfItsHost() {
        DialPermits permits = permits(new Limits(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                1,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.of(1),
                FleetSettings.Breaker.DEFAULT,
                FleetSettings.Pause.DEFAULT));
        ask(permits, "a", spec("a", "a.test").with(change -> change.credential("bot")));
        ask(
                permits,
                "b",
                spec("b", "a.test").with(change -> change.credential("bot").priority(9)));
        ask(permits, "c", spec("c", "a.test").with(change -> change.credential("other")));
        ask(permits, "d", spec("d", "b.test").with(change -> change.credential("bot")));

        assertThat(granted.receiveSeveralMessages(2)).containsExactly("a", "c");
        granted.expectNoMessage(Duration.ofMillis(50));
        pass(Duration.ofMillis(1100));
        granted.expectMessage("b");
        pass(Duration.ofMillis(1100));
        granted.expectMessage("d");
    }

    @Test
    void countsNamesOfOneAddressAsOneHost() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.of(1), OptionalInt.empty()));
        for (String name : List.of("a", "b")) {
            ask(permits, name, name + ".test", 0);
            granted.expectMessage(name);
            turn(name).opened(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80));
            turn(name).release();
        }
        pass(Duration.ofSeconds(5));
        ask(permits, "a2", "a.test", 0);
        granted.expectMessage("a2");

        ask(permits, "b2", "b.test", 0);

        held.expectMessage(HeldBy.LIMIT);
        pass(Duration.ofMillis(1100));
        granted.expectMessage("b2");
    }

    @Test
    void countsHostsBehindOneProxyAsTheHostsThatTheyAre() {
        DialPermits permits = permits(
                new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.of(1), OptionalInt.empty()));
        for (String round : List.of("1", "2")) {
            for (String host : List.of("a", "b")) {
                ask(permits, host + round, behindProxy(host + round, host + ".test"));
                granted.expectMessage(host + round);
                open(host + round);
                turn(host + round).release();
            }
            pass(Duration.ofSeconds(5));
        }
        held.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void blamesAHostBehindAProxyNotForTheWayAroundIt() {
        DialPermits permits = permits(withBreaker(1));
        ask(permits, "through", behindProxy("through", "a.test"));
        granted.expectMessage("through");
        fail("through", FailureKind.PROXY_UNREACHABLE);
        ask(permits, "again", behindProxy("again", "a.test"));
        held.expectMessage(HeldBy.BREAKER);

        ask(permits, "direct", "a.test", 0);

        granted.expectMessage("direct");
    }

    private static ConnectionSpec behindProxy(String name, String host) {
        return spec(name, host).with(change -> change.proxy(Proxy.of("http://proxy.test:3128")));
    }

    private static Limits withBreaker(int failures) {
        return new Limits(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                1,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                new FleetSettings.Breaker(OptionalInt.of(failures), Duration.ofSeconds(10), Duration.ofSeconds(40)),
                FleetSettings.Pause.DEFAULT);
    }

    private void open(String name) {
        turn(name).opened(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80));
    }

    private void fail(String name, FailureKind kind) {
        turn(name).failed(Failure.of(kind, "scripted"));
        turn(name).release();
    }

    /** In one leap, and what became due in it. */
    private void pass(Duration amount) {
        settle();
        nanos.addAndGet(amount.toNanos());
        time.timePasses(amount);
    }

    /** Waits until what was said to the scheduler has been heard: it answers one who asks after it. */
    private void settle() {
        CompletableFuture<Void> heard = new CompletableFuture<>();
        current.request(spec("marker", "marker.test"), () -> heard.complete(null), by -> heard.complete(null))
                .release();
        heard.join();
    }

    private int grantsWithin(Duration amount) {
        Duration step = Duration.ofMillis(50);
        for (Duration passed = Duration.ZERO; passed.compareTo(amount) < 0; passed = passed.plus(step)) {
            pass(step);
        }
        settle();
        int count = grants.getAndSet(0);
        granted.receiveSeveralMessages(count);
        return count;
    }

    private DialPermits.Turn turn(String name) {
        return Objects.requireNonNull(turns.get(name));
    }

    private void ask(DialPermits permits, String name, String host, int priority) {
        ask(permits, name, spec(name, host).with(change -> change.priority(priority)));
    }

    private static ConnectionSpec spec(String name, String host) {
        return ConnectionSpec.of(name, "ws://" + host + "/");
    }

    private void ask(DialPermits permits, String name, ConnectionSpec spec) {
        Runnable grant = () -> {
            grants.incrementAndGet();
            granted.getRef().tell(name);
        };
        turns.put(name, permits.request(spec, grant, held.getRef()::tell));
    }

    private DialPermits permits(Limits limits) {
        current = DialScheduler.permits(
                ACTORS.kit().spawn(DialScheduler.create(limits, nanos::get, new Random(7), dials)), dials);
        return current;
    }

    private static Limits unlimited() {
        return new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.empty(), OptionalInt.empty());
    }
}

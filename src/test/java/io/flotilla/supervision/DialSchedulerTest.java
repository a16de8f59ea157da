package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.DialPermits;
import io.flotilla.connection.HeldBy;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DialSchedulerTest {

    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

    private final ManualTime time = ManualTime.get(KIT.system());
    private final AtomicLong nanos = new AtomicLong(1);
    private final TestProbe<String> granted = KIT.createTestProbe();
    private final TestProbe<HeldBy> held = KIT.createTestProbe();
    private final Map<String, DialPermits.Turn> turns = new ConcurrentHashMap<>();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

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

        turn("a").dialed();
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
        turn("a").dialed();
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

        turn("first").dialed();
        granted.expectMessage("high");
        turn("high").dialed();
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
        turn("a").dialed();

        granted.expectMessage("stays");
        granted.expectNoMessage(Duration.ofMillis(50));
    }

    private int grantsWithin(Duration amount) {
        int count = 0;
        Duration step = Duration.ofMillis(50);
        for (Duration passed = Duration.ZERO; passed.compareTo(amount) < 0; passed = passed.plus(step)) {
            nanos.addAndGet(step.toNanos());
            time.timePasses(step);
        }
        while (true) {
            try {
                granted.receiveMessage(Duration.ofMillis(30));
                count++;
            } catch (AssertionError none) {
                return count;
            }
        }
    }

    private DialPermits.Turn turn(String name) {
        return Objects.requireNonNull(turns.get(name));
    }

    private void ask(DialPermits permits, String name, String host, int priority) {
        ConnectionSpec spec = ConnectionSpec.of(name, "ws://" + host + "/").with(change -> change.priority(priority));
        turns.put(name, permits.request(spec, () -> granted.getRef().tell(name), held.getRef()::tell));
    }

    private DialPermits permits(Limits limits) {
        return DialScheduler.permits(KIT.spawn(DialScheduler.create(limits, nanos::get)));
    }

    private static Limits unlimited() {
        return new Limits(OptionalDouble.empty(), OptionalInt.empty(), 1, OptionalDouble.empty(), OptionalInt.empty());
    }
}

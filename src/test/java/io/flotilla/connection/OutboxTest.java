package io.flotilla.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.SendOutcome.Expired;
import io.flotilla.connection.SendOutcome.Reason;
import io.flotilla.connection.SendOutcome.Unsent;
import io.flotilla.connection.SendOutcome.Written;
import io.flotilla.connection.Senders.Sent;
import io.flotilla.spec.Settings;
import io.flotilla.spec.Settings.Overflow;
import io.flotilla.testkit.FakeTransport.FakeLink;
import io.flotilla.transport.Frame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutboxTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Settings.Send PLAIN = new Settings.Send(10_000, Duration.ofSeconds(10));

    static Stream<Settings.Send> withAndWithoutABacklog() {
        return Stream.of(PLAIN, PLAIN.keeping(SECOND), PLAIN.withRate(1_000_000, 1_000_000, 0));
    }

    // Bounds.

    @ParameterizedTest
    @MethodSource("withAndWithoutABacklog")
    void takesOneMessageHoweverBigItIsAndNoneThatIsBiggerThanTheBound(Settings.Send settings) {
        Senders senders = new Senders(settings);
        senders.ready().stall();

        Sent big = senders.send("x".repeat(10_000));

        assertThat(big.isPending()).isTrue();
        assertThat(senders.send("").outcome().refusal()).contains(Reason.OUTBOX_FULL);
        assertThat(senders.send("x".repeat(10_001)).outcome().refusal()).contains(Reason.TOO_BIG);
    }

    @ParameterizedTest
    @MethodSource("withAndWithoutABacklog")
    void countsMessagesAsWellAsBytes(Settings.Send settings) {
        Senders senders = new Senders(settings.withMessages(3));
        FakeLink link = senders.ready().stall();
        List<Sent> taken = Stream.of("1", "2", "3").map(senders::send).toList();

        assertThat(senders.send("4").outcome().refusal()).contains(Reason.OUTBOX_FULL);
        link.flow();

        assertThat(taken).allSatisfy(sent -> assertThat(sent.outcome()).isEqualTo(new Written(1)));
        assertThat(senders.send("5").outcome()).isEqualTo(new Written(1));
        assertThat(senders.outbox.queued()).isZero();
    }

    @Test
    void refusesOutsideOfReady() {
        Senders senders = new Senders(PLAIN.withRate(1, 5, 4));

        assertThat(senders.send("early").outcome().refusal()).contains(Reason.NOT_READY);
        senders.outbox.close();
        assertThat(senders.send("late").outcome().refusal()).contains(Reason.CLOSED);
    }

    // The oldest makes room.

    @Test
    void dropsTheOldestThatStillWaitsForTheNewest() {
        Senders senders = new Senders(PLAIN.with(Overflow.DROP_OLDEST).withMessages(8));
        FakeLink link = senders.ready().stall();
        List<Sent> sent =
                IntStream.range(0, 12).mapToObj(i -> senders.send("" + i)).toList();

        link.flow();

        assertThat(link.sent()).containsExactly("0", "1", "6", "7", "8", "9", "10", "11");
        assertThat(sent.subList(2, 6))
                .allSatisfy(dropped -> assertThat(dropped.outcome())
                        .isInstanceOfSatisfying(
                                Unsent.class,
                                unsent -> assertThat(unsent.detail()).contains("drop-oldest")));
        assertThat(senders.outbox.unsent()).isEqualTo(4);
        assertThat(senders.outbox.written()).isEqualTo(8);
    }

    @Test
    void dropsNothingWhereThatWouldNotMakeRoom() {
        Senders senders = new Senders(PLAIN.with(Overflow.DROP_OLDEST));
        senders.ready().stall();
        senders.send("x".repeat(9_000));
        Sent waiting = senders.send("small");

        assertThat(senders.send("x".repeat(2_000)).outcome().refusal()).contains(Reason.OUTBOX_FULL);

        assertThat(waiting.isPending()).isTrue();
    }

    @Test
    void dropsNoControlMessages() {
        Senders senders = new Senders(PLAIN.with(Overflow.DROP_OLDEST).withMessages(4));
        FakeLink link = senders.ready().stall();
        senders.send("first");
        senders.send("second");
        senders.sendControl("beat");
        IntStream.range(0, 10).forEach(i -> senders.send("" + i));

        link.flow();

        assertThat(link.sent()).containsExactly("first", "beat", "8", "9");
    }

    // Pace.

    @Test
    void letsTheBurstLeaveAtOnceThenTheRate() {
        Senders senders = new Senders(PLAIN.withRate(2, 3, 0));
        FakeLink link = senders.ready();
        IntStream.range(0, 10).forEach(i -> senders.send("" + i));

        assertThat(link.sent()).hasSize(3);
        senders.time.passes(Duration.ofMillis(499));
        assertThat(link.sent()).hasSize(3);
        senders.time.passes(Duration.ofMillis(1));
        assertThat(link.sent()).hasSize(4);
        assertThat(senders.time.waiting()).as("one alarm").isEqualTo(1);
        senders.time.passes(SECOND);
        assertThat(link.sent()).hasSize(6);
        senders.time.passes(Duration.ofSeconds(60));
        assertThat(link.sent()).hasSize(10);
        assertThat(senders.time.waiting()).isZero();
    }

    @Test
    void keepsTheReserveFreeForControlMessages() {
        Senders senders = new Senders(PLAIN.withRate(1, 5, 3));
        FakeLink link = senders.ready();
        IntStream.range(0, 4).forEach(i -> senders.send("" + i));
        assertThat(link.sent()).containsExactly("0", "1");

        IntStream.range(0, 4).forEach(i -> senders.sendControl("beat" + i));

        assertThat(link.sent()).containsExactly("0", "1", "beat0", "beat1", "beat2");
        senders.time.passes(SECOND);
        assertThat(link.sent()).endsWith("beat3");
        senders.time.passes(Duration.ofSeconds(4));
        assertThat(link.sent()).endsWith("beat3", "2");
    }

    @Test
    void aNewLinkHasNoNewBurst() {
        Senders senders = new Senders(PLAIN.withRate(1, 2, 0).keeping(Duration.ofMinutes(1)));
        FakeLink first = senders.ready();
        Stream.of("1", "2", "3").forEach(senders::send);
        senders.lose(first);

        FakeLink second = senders.ready();

        assertThat(second.sent()).isEmpty();
        senders.time.passes(SECOND);
        assertThat(second.sent()).containsExactly("3");
    }

    @Test
    void saysFirstWhatTheConnectionHasToSayAndPacesThatToo() {
        Senders senders = new Senders(PLAIN.withRate(1, 2, 1).keeping(Duration.ofMinutes(1)));
        senders.send("kept");
        FakeLink link = senders.link();
        Stream.of("hello", "subscribe", "again").forEach(text -> senders.outbox.say(link, Frame.text(text)));
        assertThat(link.sent()).containsExactly("hello", "subscribe");

        senders.outbox.attach(link);
        senders.time.passes(Duration.ofSeconds(10));

        assertThat(link.sent()).containsExactly("hello", "subscribe", "again", "kept");
        assertThat(senders.tally.totals()).isEqualTo(new SendTally.Totals(1, 0, 0, 0));
    }

    @Test
    void whatTheConnectionHadToSayEndsWithItsLink() {
        Senders senders = new Senders(PLAIN.withRate(1, 1, 0));
        FakeLink first = senders.link();
        Stream.of("hello", "subscribe").forEach(text -> senders.outbox.say(first, Frame.text(text)));
        senders.lose(first);

        FakeLink second = senders.ready();
        senders.time.passes(Duration.ofSeconds(10));

        assertThat(second.sent()).isEmpty();
        assertThat(senders.time.waiting()).isZero();
    }

    // Keeping.

    @Test
    void keepsMessagesAcrossAReconnectInTheirOrder() {
        Senders senders = new Senders(PLAIN.keeping(Duration.ofSeconds(10)));
        FakeLink first = senders.ready();
        senders.send("before");
        senders.lose(first);
        List<Sent> kept = Stream.of("1", "2", "3").map(senders::send).toList();
        senders.time.passes(Duration.ofSeconds(9));
        assertThat(kept).allMatch(Sent::isPending);

        FakeLink second = senders.ready();
        senders.send("after");

        assertThat(second.sent()).containsExactly("1", "2", "3", "after");
        assertThat(kept).allSatisfy(sent -> assertThat(sent.outcome()).isEqualTo(new Written(2)));
        assertThat(senders.time.waiting()).isZero();
    }

    @Test
    void whatWaitedForTooLongExpires() {
        Senders senders = new Senders(PLAIN.keeping(Duration.ofSeconds(10)));
        Sent old = senders.send("old");
        senders.time.passes(Duration.ofSeconds(6));
        Sent young = senders.send("young");
        senders.time.passes(Duration.ofSeconds(6));

        assertThat(old.outcome()).isInstanceOf(Expired.class);
        assertThat(young.isPending()).isTrue();
        assertThat(senders.ready().sent()).containsExactly("young");
        assertThat(senders.outbox.expired()).isEqualTo(1);
    }

    @Test
    void keptMessagesAreBoundedLikeAllOthers() {
        Senders senders = new Senders(PLAIN.keeping(SECOND).withMessages(2).with(Overflow.DROP_OLDEST));
        Sent first = senders.send("1");
        senders.send("2");
        senders.send("3");

        assertThat(first.outcome())
                .isEqualTo(new Unsent(0, "a newer one took its place (send.overflow = drop-oldest)"));
        assertThat(senders.ready().sent()).containsExactly("2", "3");
    }

    @Test
    void aLinkThatDidNotWriteOneMessageGetsNoMore() {
        Senders senders = new Senders(PLAIN.keeping(Duration.ofSeconds(10)).withMessages(4));
        FakeLink first = senders.ready().stall();
        List<Sent> sent = Stream.of("1", "2", "3").map(senders::send).toList();

        first.end(io.flotilla.failure.FailureKind.LOST); // and the connection has not heard of it yet

        assertThat(sent.get(0).outcome()).isInstanceOf(Unsent.class);
        assertThat(sent.subList(1, 3)).allMatch(Sent::isPending);
        senders.outbox.detach();
        assertThat(senders.ready().sent()).containsExactly("2", "3");
    }

    // The end.

    @Test
    void whatWaitsIsUnsentWhenTheLinkIsLostOrTheConnectionIsOver() {
        Senders paced = new Senders(PLAIN.withRate(1, 1, 0));
        FakeLink link = paced.ready();
        paced.send("1");
        Sent waiting = paced.send("2");
        paced.lose(link);
        assertThat(waiting.outcome()).isEqualTo(new Unsent(1, "the socket ended before its turn"));
        assertThat(paced.time.waiting()).isZero();

        Senders keeping = new Senders(PLAIN.keeping(SECOND));
        Sent kept = keeping.send("kept");
        keeping.outbox.close();
        assertThat(kept.outcome()).isEqualTo(new Unsent(0, "the connection is over"));
        assertThat(keeping.time.waiting()).isZero();
    }

    @Test
    void whatMayLeaveLeavesBeforeTheCloseFrame() {
        Senders senders = new Senders(PLAIN.with(Overflow.DROP_OLDEST).withMessages(100));
        FakeLink link = senders.ready().stall();
        IntStream.range(0, 90).forEach(i -> senders.send("" + i));
        AtomicInteger sentAtClose = new AtomicInteger();

        senders.outbox.detach(Duration.ZERO, () -> sentAtClose.set(link.sent().size()));

        assertThat(sentAtClose).hasValue(90);
        assertThat(senders.send("late").outcome().refusal()).contains(Reason.NOT_READY);
        link.flow();
        assertThat(senders.tally.totals()).isEqualTo(new SendTally.Totals(90, 1, 0, 0));
    }

    @Test
    void aClosingLinkIsNotFedFasterThanTheRate() {
        Senders senders = new Senders(PLAIN.withRate(1, 2, 0));
        FakeLink link = senders.ready();
        List<Sent> sent = Stream.of("1", "2", "3").map(senders::send).toList();
        AtomicInteger closed = new AtomicInteger();

        senders.outbox.detach(Duration.ZERO, closed::incrementAndGet);

        assertThat(closed).hasValue(1);
        assertThat(link.sent()).containsExactly("1", "2");
        assertThat(sent.get(2).outcome()).isInstanceOf(Unsent.class);
    }

    @Test
    void aDrainWaitsForTheRateAsLongAsItMay() {
        Senders senders = new Senders(PLAIN.withRate(1, 1, 0));
        FakeLink link = senders.ready();
        List<Sent> sent = Stream.of("1", "2", "3", "4").map(senders::send).toList();
        AtomicInteger closed = new AtomicInteger();

        senders.outbox.detach(SECOND.multipliedBy(2), closed::incrementAndGet);
        senders.time.passes(SECOND);
        assertThat(closed).as("closed while messages may still leave").hasValue(0);
        senders.time.passes(SECOND.plusMillis(1));

        assertThat(link.sent()).containsExactly("1", "2", "3");
        assertThat(closed).hasValue(1);
        assertThat(sent.get(3).outcome()).isInstanceOf(Unsent.class);
        assertThat(senders.time.waiting()).isZero();
    }

    @Test
    void aDrainClosesAsSoonAsAllHasLeft() {
        Senders senders = new Senders(PLAIN.withRate(1, 1, 0));
        FakeLink link = senders.ready();
        Stream.of("1", "2").forEach(senders::send);
        AtomicInteger closed = new AtomicInteger();

        senders.outbox.detach(SECOND.multipliedBy(60), closed::incrementAndGet);
        senders.time.passes(SECOND);

        assertThat(link.sent()).containsExactly("1", "2");
        assertThat(closed).hasValue(1);
        assertThat(senders.time.waiting()).isZero();
    }

    @Test
    void livesAgainWithOtherSettings() {
        Senders senders = new Senders(PLAIN.keeping(SECOND));
        Sent kept = senders.send("kept");

        senders.outbox.renew(PLAIN);

        assertThat(kept.outcome()).isInstanceOf(Unsent.class);
        assertThat(senders.send("early").outcome().refusal()).contains(Reason.NOT_READY);
        senders.ready();
        assertThat(senders.send("now").outcome()).isEqualTo(new Written(1));
    }
}

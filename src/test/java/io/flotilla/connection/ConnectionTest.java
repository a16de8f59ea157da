package io.flotilla.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Actors;
import io.flotilla.HandClock;
import io.flotilla.connection.ConnectionEvent.Closing;
import io.flotilla.connection.ConnectionEvent.DataResumed;
import io.flotilla.connection.ConnectionEvent.DialStarted;
import io.flotilla.connection.ConnectionEvent.Finished;
import io.flotilla.connection.ConnectionEvent.GaveUp;
import io.flotilla.connection.ConnectionEvent.HandlerFailed;
import io.flotilla.connection.ConnectionEvent.HandshakeDone;
import io.flotilla.connection.ConnectionEvent.Held;
import io.flotilla.connection.ConnectionEvent.LinkEnded;
import io.flotilla.connection.ConnectionEvent.Ready;
import io.flotilla.connection.ConnectionEvent.RetryScheduled;
import io.flotilla.connection.ConnectionEvent.Stopped;
import io.flotilla.connection.ConnectionEvent.SubscribedAgain;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.Classification;
import io.flotilla.failure.Dialect;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Overrides;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Verdict;
import io.flotilla.sink.NoneSink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.FakeTransport;
import io.flotilla.testkit.FakeTransport.FakeLink;
import io.flotilla.transport.Frame;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionTest {

    @RegisterExtension
    static final Actors ACTORS = Actors.onManualTime();

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ManualTime time = ManualTime.get(ACTORS.kit().system());
    private final FakeTransport transport = new FakeTransport();
    private final TestProbe<ConnectionEvent> events = ACTORS.kit().createTestProbe();
    private final TestProbe<ActorRef<Connection.Command>> gone = ACTORS.kit().createTestProbe();
    private final List<DialPermits.Turn> released = new ArrayList<>();
    private DialPermits permits = this::grantAtOnce;
    private Surroundings.Preparation preparation =
            (spec, last) -> CompletableFuture.completedStage(Prepared.plain(spec));
    private CompletionStage<Boolean> repair = CompletableFuture.completedStage(true);
    private boolean repairable;
    private final HandClock clock = new HandClock(START);

    // Becoming ready.

    @Test
    void dialsAtOnceAndIsReadyWhenOpen() {
        spawn(spec -> spec);

        assertThat(expect(DialStarted.class).generation()).isEqualTo(1);
        transport.nextDial().open();
        expect(HandshakeDone.class);
        expect(Ready.class);
    }

    @Test
    void saysItsFirstMessagesBeforeItIsReady() {
        spawn(spec -> spec.opening(new Opening(
                List.of(Secret.of("one"), Secret.of("two")),
                Optional.of(new MessagePattern.TextContains("welcome")),
                List.of())));
        expect(DialStarted.class);
        FakeLink link = transport.nextDial().open();
        expect(HandshakeDone.class);
        assertThat(link.sent()).containsExactly("one", "two");

        link.receive("hello");
        events.expectNoMessage(Duration.ofMillis(50));
        link.receive("you are welcome");

        expect(Ready.class);
    }

    @Test
    void failsWhenItIsNotReadyInTime() {
        spawn(spec -> spec.opening(
                new Opening(List.of(), Optional.of(new MessagePattern.TextContains("welcome")), List.of())));
        expect(DialStarted.class);
        FakeLink link = transport.nextDial().open();
        expect(HandshakeDone.class);

        timePasses(Settings.Timeouts.DEFAULT.ready());

        expect(Closing.class);
        assertThat(expect(LinkEnded.class).failure().kind()).isEqualTo(FailureKind.READY_TIMEOUT);
        assertThat(link.closed()).map(FakeLink.Closed::code).contains(1000);
        expect(RetryScheduled.class);
    }

    @Test
    void isRefusedByAMessageWithTheVerdictThatItSays() {
        spawn(spec -> spec.opening(new Opening(
                List.of(),
                Optional.of(new MessagePattern.TextContains("welcome")),
                List.of(new Opening.FailWhen(
                        new MessagePattern.TextContains("denied"), Optional.of(Ruling.PERMANENT))))));
        expect(DialStarted.class);
        transport.nextDial().open().receive("denied");
        expect(HandshakeDone.class);

        expect(Closing.class);
        Failure failure = expect(LinkEnded.class).failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.READY_REFUSED);
        assertThat(failure.rule()).isEqualTo("fail-when");
        expect(GaveUp.class);
        expect(Stopped.class);
    }

    // Failing.

    @Test
    void waitsOutTheBackoffThenDialsAgain() {
        spawn(spec -> spec);
        failDial(FailureKind.CONNECTION_REFUSED);

        RetryScheduled retry = expect(RetryScheduled.class);
        assertThat(retry.failure().kind()).isEqualTo(FailureKind.CONNECTION_REFUSED);
        events.expectNoMessage(Duration.ofMillis(50));
        timePasses(retry.delay());

        DialStarted second = expect(DialStarted.class);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.failuresInARow()).isEqualTo(1);
    }

    @Test
    void waitsForWhatThePeerAsksThoughToldToDialNow() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        expect(DialStarted.class);
        transport.nextDial().end(Failure.of(FailureKind.THROTTLED, "429").hinting(Optional.of(Duration.ofSeconds(30))));
        expect(LinkEnded.class);
        RetryScheduled retry = expect(RetryScheduled.class);
        assertThat(retry.by()).isEqualTo(HeldBy.HINT);
        assertThat(retry.delay()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));

        timePasses(Duration.ofSeconds(10));
        connection.tell(Connection.DialNow.INSTANCE);

        assertThat(expect(Held.class).until()).contains(START.plusSeconds(30));
        timePasses(Duration.ofSeconds(20));
        expect(DialStarted.class);
    }

    @Test
    void skipsItsOwnBackoffWhenToldToDialNow() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        failDial(FailureKind.CONNECTION_REFUSED);
        expect(RetryScheduled.class);

        connection.tell(Connection.DialNow.INSTANCE);

        expect(DialStarted.class);
    }

    @Test
    void stopsOnAPermanentFailure() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        FakeLink link = ready();

        link.end(FailureKind.CLOSED_UNSUPPORTED);

        expect(LinkEnded.class);
        expect(GaveUp.class);
        expect(Stopped.class);
        gone.expectMessage(connection);
        events.expectTerminated(connection);
    }

    @Test
    void forgetsFailuresOnlyOnceSettled() {
        spawn(spec -> spec);
        failDial(FailureKind.CONNECTION_REFUSED);
        timePasses(expect(RetryScheduled.class).delay());
        FakeLink second = ready();
        second.end(FailureKind.LOST);
        assertThat(expect(LinkEnded.class).failuresInARow()).isEqualTo(2);
        timePasses(expect(RetryScheduled.class).delay());

        FakeLink third = ready();
        timePasses(Settings.Retry.DEFAULT.settleAfter());
        expect(ConnectionEvent.Settled.class);
        third.end(FailureKind.LOST);

        assertThat(expect(LinkEnded.class).failuresInARow()).isEqualTo(1);
        RetryScheduled first = expect(RetryScheduled.class);
        assertThat(first.delay()).isLessThanOrEqualTo(Settings.Retry.DEFAULT.first());
    }

    @Test
    void givesUpAfterMaxAttempts() {
        spawn(spec -> spec.retry(withMaxAttempts(2)));
        failDial(FailureKind.LOST);
        timePasses(expect(RetryScheduled.class).delay());
        failDial(FailureKind.LOST);

        assertThat(expect(GaveUp.class).because()).contains("max-attempts");
        expect(Stopped.class);
    }

    @Test
    void isDoneWithANormalCloseWhereItsSpecSaysSo() {
        spawn(spec -> spec.normalCloseIsDone(true));
        ready().end(FailureKind.CLOSED_NORMALLY);

        expect(LinkEnded.class);
        expect(Finished.class);
        expect(Stopped.class);
    }

    @Test
    void repairsOnceThenGivesUp() {
        repairable = true;
        spawn(spec -> spec);
        failDial(FailureKind.UNAUTHORIZED);
        expect(Held.class);
        timePasses(expect(RetryScheduled.class).delay());
        failDial(FailureKind.UNAUTHORIZED);

        assertThat(expect(GaveUp.class).failure().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    }

    @ParameterizedTest(name = "{0} is {1} where a repair is possible: {2}")
    @CsvSource({
        "BAD_REQUEST, REPAIRABLE, true",
        "BAD_REQUEST, PERMANENT, false",
        "UNAUTHORIZED, REPAIRABLE, true",
        "UNAUTHORIZED, PERMANENT, false",
        "FORBIDDEN, SUSPECT, false",
        "NOT_FOUND, SUSPECT, false",
        "SERVER_ERROR, TRANSIENT, false"
    })
    void showsTheVerdictThatItHasTheMeansFor(FailureKind kind, Verdict verdict, boolean possible) {
        repairable = possible;
        spawn(spec -> spec);
        expect(DialStarted.class);
        transport.nextDial().end(kind);

        assertThat(expect(LinkEnded.class).failure().verdict()).isEqualTo(verdict);
    }

    @Test
    void showsTheVerdictThatRepetitionMakes() {
        spawn(spec -> spec);
        expect(DialStarted.class);
        transport.nextDial().end(FailureKind.CLOSED_BAD_DATA);
        assertThat(expect(LinkEnded.class).failure().verdict()).isEqualTo(Verdict.SUSPECT);
        timePasses(expect(RetryScheduled.class).delay());
        expect(DialStarted.class);
        transport.nextDial().end(FailureKind.CLOSED_BAD_DATA);

        assertThat(expect(LinkEnded.class).failure().verdict()).isEqualTo(Verdict.PERMANENT);
        assertThat(expect(GaveUp.class).failure().verdict()).isEqualTo(Verdict.PERMANENT);
    }

    @Test
    void givesUpWhenTheRepairChangedNothing() {
        repairable = true;
        repair = CompletableFuture.completedStage(false);
        spawn(spec -> spec);
        failDial(FailureKind.UNAUTHORIZED);

        expect(Held.class);
        assertThat(expect(GaveUp.class).because()).contains("changed nothing");
    }

    @Test
    void takesAFailureOfItsCredentialForTransient() {
        preparation = (spec, last) -> CompletableFuture.failedStage(new IllegalStateException("vault is down"));
        spawn(spec -> spec.credential("vendor"));

        assertThat(expect(Held.class).by()).isEqualTo(HeldBy.CREDENTIAL);
        assertThat(expect(LinkEnded.class).failure().kind()).isEqualTo(FailureKind.CREDENTIAL_UNAVAILABLE);
        expect(RetryScheduled.class);
    }

    @Test
    void dialsWithTheCredentialOfTheMoment() {
        preparation = (spec, last) ->
                CompletableFuture.completedStage(new Prepared(spec, Optional.of(Secret.of("s3cret")), 1));
        spawn(spec -> spec.credential("vendor")
                .opening(new Opening(List.of(Secret.of("auth {credential}")), Optional.empty(), List.of())));

        expect(Held.class);
        expect(DialStarted.class);
        FakeLink link = transport.nextDial().open();
        expect(HandshakeDone.class);
        assertThat(link.dial().credential()).contains(Secret.of("s3cret"));
        assertThat(link.sent()).containsExactly("auth s3cret");
    }

    @Test
    void letsAHookSayTheLastWordAndSurvivesItsBugs() {
        Classification hooked = new Classification(Dialect.STANDARD, Overrides.NONE, Optional.of(failure -> {
            throw new IllegalStateException("a bug in the hook");
        }));
        spawn(spec -> spec.classify(hooked));
        expect(DialStarted.class);
        transport.nextDial().end(FailureKind.GONE);

        assertThat(expect(HandlerFailed.class).thrown()).hasMessage("a bug in the hook");
        expect(LinkEnded.class);
        expect(GaveUp.class);
    }

    // Being told.

    @Test
    void closesTheLinkThenStops() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        FakeLink link = ready();

        connection.tell(new Connection.Close(FailureKind.STOPPED_BY_OPERATOR, 1000, "bye"));

        expect(Closing.class);
        expect(LinkEnded.class);
        expect(Stopped.class);
        assertThat(link.closed()).contains(new FakeLink.Closed(FailureKind.STOPPED_BY_OPERATOR, 1000, "bye"));
        assertThat(released).hasSize(1);
    }

    @Test
    void stopsAtOnceWhileItWaits() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        failDial(FailureKind.CONNECTION_REFUSED);
        expect(RetryScheduled.class);

        connection.tell(new Connection.Close(FailureKind.REMOVED, 1000, ""));

        expect(Stopped.class);
        gone.expectMessage(connection);
    }

    @Test
    void abortsALinkThatDoesNotEndByItsDeadline() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        FakeLink link = ready().ignoreCloses();

        connection.tell(new Connection.Close(FailureKind.DRAINED, 1001, "going away"));
        expect(Closing.class);
        timePasses(Settings.Timeouts.DEFAULT.close().plusSeconds(10));

        expect(LinkEnded.class);
        expect(Stopped.class);
        assertThat(link.isAborted()).isTrue();
    }

    @Test
    void abortsItsLinkWhenItIsStoppedFromAbove() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        FakeLink link = ready();

        ACTORS.kit().stop(connection);

        expect(Stopped.class);
        assertThat(link.isAborted()).isTrue();
        gone.expectMessage(connection);
    }

    @Test
    void dialsAgainWithACleanSlateAfterARestart() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        failDial(FailureKind.CONNECTION_REFUSED);
        timePasses(expect(RetryScheduled.class).delay());
        FakeLink link = ready();

        connection.tell(Connection.Restart.INSTANCE);

        expect(Closing.class);
        assertThat(link.closed()).map(FakeLink.Closed::code).contains(1000);
        assertThat(expect(LinkEnded.class).failuresInARow()).isZero();
        assertThat(expect(DialStarted.class).failuresInARow()).isZero();
        assertThat(transport.nextDial().generation()).isEqualTo(3);
    }

    @Test
    void doesNotListenToASupersededLink() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        FakeLink first = ready();
        connection.tell(Connection.Restart.INSTANCE);
        expect(Closing.class);
        expect(LinkEnded.class);
        ready();

        first.dial().listener().ended(Failure.of(FailureKind.GONE, "late"));

        events.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void isGivenUpWhenUserCodeFailedAndItsSpecSaysStop() {
        ActorRef<Connection.Command> connection = spawn(spec -> spec);
        ready();

        connection.tell(Connection.StopForHandler.INSTANCE);

        expect(Closing.class);
        expect(LinkEnded.class);
        assertThat(expect(GaveUp.class).failure().kind()).isEqualTo(FailureKind.HANDLER_FAILED);
        expect(Stopped.class);
    }

    // Waiting for a turn.

    @Test
    void isNotBlamedForWhatWeLack() {
        spawn(change -> change.retry(withMaxAttempts(1)));
        for (int i = 0; i < 5; i++) {
            expect(ConnectionEvent.DialStarted.class);
            transport.nextDial().end(FailureKind.LOCAL_RESOURCES);
            assertThat(expect(ConnectionEvent.LinkEnded.class).failuresInARow()).isZero();
            expect(ConnectionEvent.RetryScheduled.class);
            time.timePasses(Duration.ofSeconds(1));
        }
        expect(ConnectionEvent.DialStarted.class);
        transport.nextDial().open();
        expect(ConnectionEvent.HandshakeDone.class);
        expect(ConnectionEvent.Ready.class);
    }

    @Test
    void waitsForItsTurnWithoutBurningAnAttempt() {
        List<Runnable> waiting = new ArrayList<>();
        permits = (spec, granted, held) -> {
            waiting.add(granted);
            held.accept(HeldBy.LIMIT);
            return turn();
        };
        spawn(spec -> spec);

        assertThat(expect(Held.class).by()).isEqualTo(HeldBy.LIMIT);
        assertThat(transport.dials()).isZero();
        waiting.get(0).run();

        assertThat(expect(DialStarted.class).failuresInARow()).isZero();
    }

    // Sending.

    @Test
    void takesMessagesInReadyOnlyAndGivesBackWhatWasNotWritten() {
        Carried carried = new Carried(spec(), new SendTally(), new ManualAlarm());
        spawn(spec(), carried);
        expect(DialStarted.class);
        assertThat(offer(carried.outbox())).isInstanceOf(SendOutcome.Refused.class);
        FakeLink link = transport.nextDial().open();
        expect(HandshakeDone.class);
        expect(Ready.class);
        assertThat(offer(carried.outbox())).isEqualTo(new SendOutcome.Written(1));

        link.stall();
        CompletableFuture<SendOutcome> pending = new CompletableFuture<>();
        carried.outbox().offer(Frame.text("late"), pending::complete);
        assertThat(pending).isNotDone();
        link.end(FailureKind.LOST);

        assertThat(pending.join()).isInstanceOf(SendOutcome.Unsent.class);
        assertThat(carried.outbox().unsent()).isEqualTo(1);
        assertThat(carried.outbox().queued()).isZero();
    }

    private static SendOutcome offer(Outbox outbox) {
        CompletableFuture<SendOutcome> told = new CompletableFuture<>();
        outbox.offer(Frame.text("hello"), told::complete);
        return told.join();
    }

    // What the tests share.

    private FakeLink ready() {
        expect(DialStarted.class);
        FakeLink link = transport.nextDial().open();
        expect(HandshakeDone.class);
        expect(Ready.class);
        return link;
    }

    private void failDial(FailureKind kind) {
        expect(DialStarted.class);
        transport.nextDial().end(kind);
        assertThat(expect(LinkEnded.class).failure().kind()).isEqualTo(kind);
    }

    // Silence.

    private void spawnWatchingForSilence(List<Secret> onOpen) {
        spawn(spec -> spec.opening(new Opening(onOpen, Optional.empty(), List.of()))
                .liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(Duration.ofSeconds(60)))));
    }

    @Test
    void subscribesAgainOnceAndLeavesAPeerThatStaysSilentPolitely() {
        preparation = (wanted, last) ->
                CompletableFuture.completedStage(new Prepared(wanted, Optional.of(Secret.of("key-1")), 0));
        spawn(spec -> spec.credential("vendor")
                .opening(new Opening(
                        List.of(Secret.of("sub {credential}"), Secret.of("more")), Optional.empty(), List.of()))
                .liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(Duration.ofSeconds(60)))));
        expect(Held.class);
        FakeLink link = ready();

        link.silent(false);
        assertThat(expect(SubscribedAgain.class).silence()).isEqualTo(Duration.ofSeconds(60));
        assertThat(link.sent()).containsExactly("sub key-1", "more", "sub key-1", "more");
        assertThat(link.closed()).isEmpty();

        link.silent(true);
        expect(Closing.class);
        assertThat(link.closed()).map(FakeLink.Closed::code).contains(1000);
        assertThat(expect(LinkEnded.class).failure().kind()).isEqualTo(FailureKind.SILENT);
        expect(RetryScheduled.class);
    }

    @Test
    void subscribesAgainAtEachSilenceThatDataCameAfter() {
        spawnWatchingForSilence(List.of(Secret.of("sub")));
        FakeLink link = ready();

        link.silent(false);
        expect(SubscribedAgain.class);
        link.dataAgain();
        expect(DataResumed.class);
        link.silent(false);
        expect(SubscribedAgain.class);

        assertThat(link.sent()).containsExactly("sub", "sub", "sub");
        assertThat(link.isAlive()).isTrue();
    }

    @Test
    void leavesASilentPeerAtOnceWhenThereIsNothingToSayAgain() {
        spawnWatchingForSilence(List.of());
        FakeLink link = ready();

        link.silent(false);

        expect(Closing.class);
        assertThat(expect(LinkEnded.class).failure().kind()).isEqualTo(FailureKind.SILENT);
        assertThat(link.sent()).isEmpty();
    }

    @Test
    void leavesSilenceBeforeItIsReadyToTheDeadlineOfThat() {
        spawn(spec -> spec.opening(new Opening(
                        List.of(Secret.of("sub")), Optional.of(new MessagePattern.TextContains("welcome")), List.of()))
                .liveness(Settings.Liveness.DEFAULT.with(new Settings.Silence(Duration.ofSeconds(5)))));
        expect(DialStarted.class);
        FakeLink link = transport.nextDial().open();
        expect(HandshakeDone.class);
        link.silent(false).silent(true);

        link.receive("welcome");
        expect(Ready.class);
        assertThat(link.sent()).containsExactly("sub");
        link.silent(true);

        expect(SubscribedAgain.class);
        assertThat(link.sent()).containsExactly("sub", "sub");
    }

    private void timePasses(Duration amount) {
        clock.pass(amount);
        time.timePasses(amount.plusMillis(1));
    }

    private static ConnectionSpec spec() {
        return ConnectionSpec.of("quotes", "ws://quotes.test/stream");
    }

    private ActorRef<Connection.Command> spawn(UnaryOperator<ConnectionSpec.Builder> change) {
        ConnectionSpec spec = spec().with(change);
        return spawn(spec, new Carried(spec, new SendTally(), new ManualAlarm()));
    }

    private ActorRef<Connection.Command> spawn(ConnectionSpec spec, Carried carried) {
        Surroundings around = new Surroundings(
                transport,
                (wanted, granted, held) -> permits.request(wanted, granted, held),
                (wanted, last) -> preparation.prepare(wanted, last),
                new ScriptedRepairs(),
                NoneSink.INSTANCE,
                events.getRef()::tell,
                gone.getRef()::tell,
                clock,
                new Random(7));
        return ACTORS.kit()
                .spawn(Behaviors.supervise(Behaviors.supervise(Connection.create(spec, carried, around))
                                .onFailure(
                                        ConnectionFailed.Transiently.class,
                                        SupervisorStrategy.restart().withLoggingEnabled(false)))
                        .onFailure(Throwable.class, SupervisorStrategy.stop().withLoggingEnabled(false)));
    }

    private DialPermits.Turn grantAtOnce(ConnectionSpec spec, Runnable granted, Consumer<HeldBy> held) {
        granted.run();
        return turn();
    }

    private DialPermits.Turn turn() {
        return new DialPermits.Turn() {
            @Override
            public void opened(InetSocketAddress remote) {}

            @Override
            public void failed(Failure failure) {}

            @Override
            public void release() {
                if (!released.contains(this)) {
                    released.add(this);
                }
            }
        };
    }

    private static Settings.Retry withMaxAttempts(int attempts) {
        Settings.Retry retry = Settings.Retry.DEFAULT;
        return new Settings.Retry(
                retry.first(),
                retry.base(),
                retry.factor(),
                retry.cap(),
                retry.settleAfter(),
                retry.hintCap(),
                OptionalInt.of(attempts),
                retry.slowLane());
    }

    private <T extends ConnectionEvent> T expect(Class<T> type) {
        return events.expectMessageClass(type);
    }

    private final class ScriptedRepairs implements Surroundings.Repairs {
        @Override
        public boolean offers(ConnectionSpec spec, Failure failure, Repair wanted) {
            return repairable;
        }

        @Override
        public CompletionStage<Boolean> repair(ConnectionSpec spec, Prepared dialled, Failure failure, Repair wanted) {
            return repair;
        }
    }
}

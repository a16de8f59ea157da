package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.Carried;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.connection.ManualAlarm;
import io.flotilla.connection.SendTally;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Ruling;
import io.flotilla.failure.Treatment;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Source;
import io.flotilla.supervision.Why.Next;
import io.flotilla.transport.Opened;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WhyTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Endpoint ENDPOINT = new Endpoint(true, "feed.test", 443);

    private final StatusBoard board = new StatusBoard();
    private final ConnectionSpec spec = ConnectionSpec.of("quotes", "wss://me:secret@feed.test/?token=secret")
            .with(change -> change.credential("vendor"));
    private DialStats dials = DialStats.NONE;

    @Test
    void tellsALifeFromItsFirstDialToItsNextOne() {
        want(spec);
        fold(new ConnectionEvent.Held(ID, at(0), 0, HeldBy.LIMIT, Optional.empty()));
        fold(new ConnectionEvent.DialStarted(ID, at(1), 1, 0, ENDPOINT));
        fold(new ConnectionEvent.HandshakeDone(ID, at(2), 1, opened()));
        fold(new ConnectionEvent.Ready(ID, at(2), 1));
        fold(new ConnectionEvent.SubscribedAgain(ID, at(30), 1, Duration.ofSeconds(20)));
        fold(new ConnectionEvent.ConsumerSlow(ID, at(40), 1, 2, 5));
        Failure restarting = Failure.of(
                FailureKind.CLOSED_RESTARTING,
                "closed with 1012",
                new Evidence.Builder()
                        .closeReceived(1012, "")
                        .uptime(Duration.ofSeconds(58))
                        .traffic(90, 0, 3, 0)
                        .build());
        fold(new ConnectionEvent.LinkEnded(ID, at(60), 1, restarting, 1));
        retry(
                restarting,
                at(60),
                Duration.ofMillis(7_400),
                HeldBy.BACKOFF,
                "the peer wants a pause and did not say how long");

        Why why = why();
        assertThat(why.state()).isEqualTo(ConnectionState.WAITING);
        assertThat(why.summary()).isEqualTo("It waits out the delay that CLOSED_RESTARTING (closed with 1012) earned.");
        assertThat(why.chain().stream().map(Why.Seen::text))
                .containsExactly(
                        "held by limit",
                        "dial 1 to feed.test:443 began",
                        "its handshake was done after 5 ms",
                        "READY",
                        "no data for 20 s: subscribed again",
                        "its consumer is slow: reading stopped 2 times, 5 messages dropped",
                        "CLOSED_RESTARTING (closed with 1012) in OPEN, close code 1012, after 58 s and 3 messages",
                        "dials again in 7.4 s: the peer wants a pause and did not say how long");
        assertThat(why.chain().get(0).at()).isEqualTo(at(0));
        assertThat(why.rule())
                .isEqualTo("table: CLOSED_RESTARTING is transient-hinted; 5-30 s without a hint; "
                        + "the peer wants a pause and did not say how long");
        assertThat(why.next()).isEqualTo(Next.at("dial [feed.test:443]", at(60).plusMillis(7_400)));
        assertThat(why.wouldChange())
                .containsExactly(
                        "the peer accepting again; next dial at 2026-01-01T00:01:07.400Z",
                        "dial-now quotes: it skips this wait");
    }

    @Test
    void saysThatAPeerAskedForTheWait() {
        want(spec);
        Failure throttled = Failure.of(
                        FailureKind.THROTTLED,
                        "HTTP 429",
                        new Evidence.Builder().answer(429, Map.of()).build())
                .hinting(Optional.of(Duration.ofSeconds(30)));
        ended(throttled, 3);
        retry(
                throttled,
                at(10),
                Duration.ofSeconds(31),
                HeldBy.HINT,
                "the same may work later; the peer asked for 30s");

        assertThat(why().summary())
                .isEqualTo(
                        "It waits as long as the peer asked for with THROTTLED (HTTP 429), the 3rd failure in a row.");
        assertThat(why().wouldChange())
                .containsExactly(
                        "nothing before 2026-01-01T00:00:41.000Z: the peer asked for the wait, and dial-now does not skip it",
                        "a changed credential [vendor]",
                        "the peer accepting again; next dial at 2026-01-01T00:00:41.000Z");
        assertThat(why().chain().get(0).text())
                .isEqualTo("THROTTLED (HTTP 429) in UPGRADE, HTTP 429, asked to wait 30 s");
    }

    @Test
    void namesTheRuleThatStoodBeforeTheTable() {
        want(spec);
        Failure ruled = Failure.of(FailureKind.CLOSED_BY_APPLICATION, "closed with 4401")
                .ruled(Treatment.of(Ruling.REPAIR_CREDENTIAL), "override close:4401");
        ended(ruled, 2);
        fold(new ConnectionEvent.GaveUp(ID, at(10), 1, ruled, "the repair changed nothing"));

        Why why = why();
        assertThat(why.summary())
                .isEqualTo(
                        "It is given up after CLOSED_BY_APPLICATION (closed with 4401): the repair changed nothing.");
        assertThat(why.rule())
                .isEqualTo("override close:4401: CLOSED_BY_APPLICATION is repair-credential, else permanent; "
                        + "the repair changed nothing");
        assertThat(why.next()).isEqualTo(Next.NOTHING);
        assertThat(why.wouldChange())
                .containsExactly("start quotes", "a changed spec", "a changed credential [vendor]");
    }

    @Test
    void saysWhichLimitHoldsIt() {
        want(spec);
        dials = new DialStats(200, 4512, 128, List.of(), false, Optional.empty());
        fold(new ConnectionEvent.Held(ID, at(1), 0, HeldBy.LIMIT, Optional.empty()));

        assertThat(why().summary())
                .isEqualTo("It waits for its turn to dial [feed.test:443]: a limit holds it, which is no failure.");
        assertThat(why().rule()).isEqualTo("limits: waiting for a turn is no failure");
        assertThat(why().next()).isEqualTo(Next.then("dial, when its turn comes"));
        assertThat(why().wouldChange())
                .containsExactly(
                        "its turn: 4512 wait, 200 dials began in the last second; limits.dials-per-second is 200, "
                                + "limits.per-host.dials-per-second is 50",
                        "a higher priority than 0");
    }

    @Test
    void saysWhenABreakerLetsAProbeThrough() {
        want(spec);
        Failure refused = Failure.of(FailureKind.CONNECTION_REFUSED, "refused");
        ended(refused, 1);
        fold(new ConnectionEvent.Held(ID, at(11), 1, HeldBy.BREAKER, Optional.empty()));
        dials = new DialStats(
                0, 9, 0, List.of(new DialStats.OpenBreaker(ENDPOINT, Optional.of(at(20)), 9)), false, Optional.empty());

        assertThat(why().summary())
                .isEqualTo("It waits for [feed.test:443], which answers nobody: its breaker is open.");
        assertThat(why().rule()).isEqualTo("table: CONNECTION_REFUSED is transient");
        assertThat(why().next()).isEqualTo(Next.at("one connection dials feed.test:443, for all", at(20)));
        assertThat(why().wouldChange())
                .containsExactly("the breaker of feed.test:443 lets a probe through at 2026-01-01T00:00:20.000Z");

        dials = new DialStats(
                0, 9, 1, List.of(new DialStats.OpenBreaker(ENDPOINT, Optional.empty(), 9)), false, Optional.empty());
        assertThat(why().next()).isEqualTo(Next.then("the probe of feed.test:443 comes back"));
    }

    @Test
    void blamesNoPeerForAPause() {
        want(spec);
        fold(new ConnectionEvent.Held(ID, at(1), 0, HeldBy.PAUSED, Optional.empty()));
        dials = new DialStats(0, 1, 0, List.of(), true, Optional.of(at(5)));

        assertThat(why().summary())
                .isEqualTo("It waits because nobody dials: the trouble is on our side, and no peer is to blame.");
        assertThat(why().next()).isEqualTo(Next.at("one connection dials, for all", at(5)));
        assertThat(why().wouldChange())
                .containsExactly("the probe of the fleet at 2026-01-01T00:00:05.000Z finding a way");
    }

    @Test
    void saysWhoseCredentialItWaitsFor() {
        want(spec);
        fold(new ConnectionEvent.Held(ID, at(1), 0, HeldBy.CREDENTIAL, Optional.empty()));

        assertThat(why().summary()).isEqualTo("It waits for credential [vendor], which it needs for its next dial.");
        assertThat(why().wouldChange()).containsExactly("an answer of credential [vendor]");
    }

    @Test
    void tellsDialsAndHandshakesByTheirDeadlines() {
        want(spec);
        ended(Failure.of(FailureKind.LOST, "gone"), 2);
        fold(new ConnectionEvent.DialStarted(ID, at(11), 2, 2, ENDPOINT));
        assertThat(why().summary())
                .isEqualTo("It dials [feed.test:443], after 2 failures in a row, the last one LOST (gone).");
        assertThat(why().next()).isEqualTo(Next.at("it is open, or has failed", at(31)));

        fold(new ConnectionEvent.HandshakeDone(ID, at(12), 2, opened()));
        assertThat(why().summary())
                .isEqualTo("Its handshake is done, and what makes it ready (ready-when) has not come yet.");
        assertThat(why().next()).isEqualTo(Next.at("READY_TIMEOUT, unless it is ready before", at(27)));

        fold(new ConnectionEvent.Ready(ID, at(13), 2));
        assertThat(why().summary()).isEqualTo("It is READY since 2026-01-01T00:00:13.000Z.");
        assertThat(why().next()).isEqualTo(Next.NOTHING);

        board.degraded(spec.sink(), "no space left", at(14));
        assertThat(why().summary())
                .isEqualTo("It is READY, and its messages are held back: sink " + spec.sink() + ": no space left.");

        fold(new ConnectionEvent.Closing(ID, at(20), 2, FailureKind.STOPPED_BY_OPERATOR));
        board.desire(ID, Desired.DOWN, at(20));
        assertThat(why().summary())
                .isEqualTo("We are closing it: STOPPED_BY_OPERATOR, stopped or restarted on request.");
        assertThat(why().next()).isEqualTo(Next.at("its socket ends", at(25)));

        fold(new ConnectionEvent.Stopped(ID, at(21), 2));
        assertThat(why().summary()).isEqualTo("It is wanted down.");
        assertThat(why().wouldChange()).containsExactly("start quotes");
    }

    @Test
    void saysThatItIsDone() {
        want(spec);
        ended(Failure.of(FailureKind.CLOSED_NORMALLY, "closed with 1000"), 0);
        fold(new ConnectionEvent.Finished(ID, at(11), 1, "the peer closed with 1000 and normal-close = done"));
        fold(new ConnectionEvent.Stopped(ID, at(11), 1));
        assertThat(why().summary()).isEqualTo("It is wanted down: the peer closed with 1000 and normal-close = done.");
    }

    @Test
    void beginsWithoutAReason() {
        want(spec);
        assertThat(why().summary()).isEqualTo("It has just begun, and asks for its turn to dial.");
        assertThat(why().chain()).isEmpty();
        assertThat(why().rule()).isEqualTo("none: nothing has failed");
    }

    @ParameterizedTest(name = "held by {0}")
    @EnumSource(HeldBy.class)
    void hasWordsForWhateverHoldsIt(HeldBy by) {
        want(spec);
        fold(new ConnectionEvent.Held(ID, at(1), 0, by, Optional.empty()));
        assertThat(why().summary()).startsWith("It waits ").endsWith(".").doesNotContain("..");
        assertThat(why().wouldChange()).isNotEmpty();
    }

    @ParameterizedTest(name = "after {0}")
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CLOSE_TIMEOUT", "ROTATED", "DRAINED", "STOPPED_BY_OPERATOR", "REPLACED", "REMOVED"})
    void hasWordsForWhateverFails(FailureKind kind) {
        want(spec);
        Failure failure = Failure.of(kind, "scripted");
        ended(failure, 1);
        retry(failure, at(10), Duration.ofSeconds(1), HeldBy.BACKOFF, "scripted");
        assertThat(why().rule()).startsWith("table: ").contains(" is ");
        assertThat(why().wouldChange()).anyMatch(change -> change.endsWith("; next dial at 2026-01-01T00:00:11.000Z"));
    }

    @Test
    void holdsNoSecret() {
        want(spec);
        tellsALifeFromItsFirstDialToItsNextOne();
        assertThat(why().toString()).doesNotContain("secret");
    }

    private void want(ConnectionSpec wanted) {
        board.want(wanted, Source.CODE, "revision", new Carried(wanted, new SendTally(), new ManualAlarm()), START);
    }

    private void fold(ConnectionEvent event) {
        board.fold(event);
    }

    private void ended(Failure failure, int inARow) {
        fold(new ConnectionEvent.LinkEnded(ID, at(10), 1, failure, inARow));
    }

    private void retry(Failure failure, Instant at, Duration delay, HeldBy by, String because) {
        fold(new ConnectionEvent.RetryScheduled(ID, at, 1, failure, delay, by, false, because));
    }

    private Why why() {
        return Why.of(new Why.Known(
                board.find(ID).orElseThrow(),
                spec,
                board.history(ID),
                dials,
                FleetSettings.Limits.DEFAULT,
                Optional.empty()));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static Opened opened() {
        return new Opened(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 443),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofMillis(5));
    }
}

package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.Carried;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.connection.ManualAlarm;
import io.flotilla.connection.SendTally;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Source;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.transport.Opened;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusBoardTest {

    private static final ConnectionId ID = ConnectionId.of("quotes");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final Endpoint ENDPOINT = WebSocketUri.of("wss://other/").endpoint();

    private final StatusBoard board = new StatusBoard();
    private final ConnectionSpec spec = ConnectionSpec.of("quotes", "wss://me:secret@host/feed?token=secret")
            .with(change -> change.history(3));

    @Test
    void foldsALife() {
        want(spec);
        assertThat(status().state()).isEqualTo(ConnectionState.WAITING);

        board.fold(new ConnectionEvent.Held(ID, at(1), 0, HeldBy.LIMIT, Optional.empty()));
        assertThat(status().heldBy()).contains(HeldBy.LIMIT);

        board.fold(new ConnectionEvent.DialStarted(ID, at(2), 1, 0, ENDPOINT));
        assertThat(status().state()).isEqualTo(ConnectionState.DIALING);
        assertThat(status().heldBy()).isEmpty();
        assertThat(status().counters().dials()).isEqualTo(1);
        assertThat(status().host()).isEqualTo("other:443");

        board.fold(new ConnectionEvent.HandshakeDone(ID, at(3), 1, opened()));
        assertThat(status().state()).isEqualTo(ConnectionState.OPEN);

        board.fold(new ConnectionEvent.Ready(ID, at(4), 1));
        assertThat(status().state()).isEqualTo(ConnectionState.READY);
        assertThat(status().readyAt()).contains(at(4));

        Failure lost = Failure.of(FailureKind.LOST, "gone");
        board.fold(new ConnectionEvent.LinkEnded(ID, at(9), 1, lost, 1));
        board.fold(new ConnectionEvent.RetryScheduled(
                ID, at(9), 1, lost, Duration.ofSeconds(7), HeldBy.BACKOFF, false, "first retry"));
        assertThat(status().state()).isEqualTo(ConnectionState.WAITING);
        assertThat(status().since()).isEqualTo(at(9));
        assertThat(status().readyAt()).isEmpty();
        assertThat(status().failuresInARow()).isEqualTo(1);
        assertThat(status().nextDialAt()).contains(at(16));
        assertThat(status().lastFailure()).contains(lost);
        assertThat(status().because()).isEqualTo("first retry");
    }

    @Test
    void saysThatAConnectionIsSilentUntilDataComesOrItsLinkEnds() {
        want(spec);
        board.fold(new ConnectionEvent.Ready(ID, at(1), 1));
        board.fold(new ConnectionEvent.SubscribedAgain(ID, at(61), 1, Duration.ofSeconds(60)));
        assertThat(status().degraded()).containsExactly("silent: no data for PT1M, subscribed again");
        assertThat(status().state()).isEqualTo(ConnectionState.READY);

        board.fold(new ConnectionEvent.DataResumed(ID, at(62), 1));
        assertThat(status().degraded()).isEmpty();

        board.fold(new ConnectionEvent.SubscribedAgain(ID, at(122), 1, Duration.ofSeconds(60)));
        board.fold(new ConnectionEvent.LinkEnded(ID, at(182), 1, Failure.of(FailureKind.SILENT, "no data"), 1));
        assertThat(status().degraded()).isEmpty();
    }

    @Test
    void keepsWhyAConnectionWasGivenUpAfterItsActorIsGone() {
        want(spec);
        Failure gone = Failure.of(FailureKind.GONE, "410");
        board.fold(new ConnectionEvent.LinkEnded(ID, at(1), 1, gone, 1));
        board.fold(new ConnectionEvent.GaveUp(ID, at(1), 1, gone, "permanent"));
        board.fold(new ConnectionEvent.Stopped(ID, at(1), 1));
        assertThat(status().state()).isEqualTo(ConnectionState.GIVEN_UP);
        assertThat(status().because()).isEqualTo("permanent");

        board.revive(ID, at(2));
        assertThat(status().state()).isEqualTo(ConnectionState.WAITING);
        assertThat(status().failuresInARow()).isZero();
        assertThat(status().lastFailure()).as("it happened all the same").contains(gone);
    }

    @Test
    void callsWhatWasGivenUpStoppedOnceItIsNotWanted() {
        want(spec);
        Failure gone = Failure.of(FailureKind.GONE, "410");
        board.fold(new ConnectionEvent.GaveUp(ID, at(1), 1, gone, "permanent"));
        board.desire(ID, Desired.DOWN, at(5));
        assertThat(status().state()).isEqualTo(ConnectionState.STOPPED);
        assertThat(status().since()).isEqualTo(at(5));
    }

    @Test
    void callsAnEndThatWasAskedForNoFailure() {
        want(spec);
        board.fold(new ConnectionEvent.LinkEnded(ID, at(1), 1, Failure.of(FailureKind.DRAINED, "closed with 1001"), 0));
        assertThat(status().lastFailure()).isEmpty();
    }

    @Test
    void neverGoesBackToAnOlderGeneration() {
        want(spec);
        board.fold(new ConnectionEvent.DialStarted(ID, at(2), 5, 0, ENDPOINT));
        board.fold(new ConnectionEvent.Held(ID, at(3), 4, HeldBy.BACKOFF, Optional.empty()));
        assertThat(status().generation()).isEqualTo(5);
    }

    @Test
    void keepsTheLastEventsNewestFirst() {
        want(spec);
        for (int i = 1; i <= 5; i++) {
            board.fold(new ConnectionEvent.DialStarted(ID, at(i), i, 0, ENDPOINT));
        }
        assertThat(board.history(ID).stream().map(ConnectionEvent::generation)).containsExactly(5L, 4L, 3L);
    }

    @Test
    void remembersOneOfARowOfHandlerFailuresAndCountsAll() {
        want(spec);
        board.fold(new ConnectionEvent.Ready(ID, at(1), 1));
        for (int i = 2; i < 50; i++) {
            board.fold(new ConnectionEvent.HandlerFailed(ID, at(i), 1, new IllegalStateException()));
        }
        assertThat(board.history(ID)).hasSize(2).last().isInstanceOf(ConnectionEvent.Ready.class);
        assertThat(board.history(ID).get(0).at()).isEqualTo(at(49));
        assertThat(status().counters().handlerErrors()).isEqualTo(48);
    }

    @Test
    void saysWhichSinkHoldsAConnectionBack() {
        want(spec.with(change -> change.sink("file")));
        want(ConnectionSpec.of("other", "ws://host/"));
        assertThat(board.degraded("file", "disk full", at(1))).isTrue();
        assertThat(board.degraded("file", "disk full", at(2))).as("known").isFalse();
        assertThat(status().degraded()).containsExactly("sink file: disk full");
        assertThat(board.find(ConnectionId.of("other")).orElseThrow().degraded())
                .isEmpty();
        assertThat(board.healed("file")).isTrue();
        assertThat(board.healed("file")).isFalse();
        assertThat(status().degraded()).isEmpty();
    }

    @Test
    void masksWhatAUriKeepsToItself() {
        want(spec);
        assertThat(status().toString()).doesNotContain("secret").contains("wss://***@host/feed?***");
    }

    @Test
    void countsEveryStateAndHearsNothingOfWhatItForgot() {
        want(spec);
        want(ConnectionSpec.of("down", "ws://host/").with(change -> change.desired(Desired.DOWN)));
        assertThat(board.counts())
                .containsOnlyKeys(ConnectionState.values())
                .containsEntry(ConnectionState.WAITING, 1)
                .containsEntry(ConnectionState.STOPPED, 1);
        board.forget(ID);
        board.fold(new ConnectionEvent.Ready(ID, at(1), 1));
        assertThat(board.find(ID)).isEmpty();
        assertThat(board.history(ID)).isEmpty();
        assertThat(board.size()).isEqualTo(1);
    }

    private void want(ConnectionSpec wanted) {
        board.want(wanted, Source.CODE, "revision", new Carried(wanted, new SendTally(), new ManualAlarm()), START);
    }

    private Status status() {
        return board.find(ID).orElseThrow();
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

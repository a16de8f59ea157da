package io.flotilla.telemetry;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.Verdict;
import io.flotilla.spec.ConnectionId;
import io.flotilla.telemetry.GroupMeters.Dialled;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Measures the lives of connections by their events. Remembers a little of each one that is alive, from its first dial until its actor
 * is gone. Hears many connections at the same time, each one in order.
 */
final class Lives {

    /** What one connection is in the middle of. */
    private static final class Life {
        private @Nullable Instant firstDialAt;
        private @Nullable Instant readyAt;
        private @Nullable Instant lostAt;
        private boolean dialing;
    }

    private final Map<ConnectionId, Life> lives = new ConcurrentHashMap<>();
    private final Function<ConnectionId, Optional<GroupMeters>> meters;

    /** @param meters of the group that a connection is in; empty once it is wanted no more */
    Lives(Function<ConnectionId, Optional<GroupMeters>> meters) {
        this.meters = meters;
    }

    void hear(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.DialStarted started) {
            onDialStarted(started);
        } else if (event instanceof ConnectionEvent.HandshakeDone done) {
            onOpened(done);
        } else if (event instanceof ConnectionEvent.Ready ready) {
            onReady(ready);
        } else if (event instanceof ConnectionEvent.LinkEnded ended) {
            onEnded(ended);
        } else if (event instanceof ConnectionEvent.Stopped stopped) {
            onStopped(stopped);
        }
    }

    private void onDialStarted(ConnectionEvent.DialStarted started) {
        Life life = lives.computeIfAbsent(started.id(), fresh -> new Life());
        life.dialing = true;
        if (life.firstDialAt == null) {
            life.firstDialAt = started.at();
        }
    }

    private void onOpened(ConnectionEvent.HandshakeDone done) {
        Life life = lives.get(done.id());
        if (life != null && life.dialing) {
            life.dialing = false;
            meters.apply(done.id()).ifPresent(group -> {
                group.dialled(Dialled.OPENED);
                group.opened(done.handshake().took());
            });
        }
    }

    private void onReady(ConnectionEvent.Ready ready) {
        Life life = lives.get(ready.id());
        if (life == null) {
            return; // its dial began before anybody measured
        }
        Optional<GroupMeters> group = meters.apply(ready.id());
        Instant firstDial = life.firstDialAt;
        if (firstDial != null) {
            group.ifPresent(measured -> measured.ready(Duration.between(firstDial, ready.at())));
        }
        Instant lost = life.lostAt;
        if (lost != null) {
            group.ifPresent(measured -> measured.recovered(Duration.between(lost, ready.at())));
        }
        life.firstDialAt = null;
        life.lostAt = null;
        life.readyAt = ready.at();
    }

    private void onEnded(ConnectionEvent.LinkEnded ended) {
        boolean failed = ended.failure().verdict() != Verdict.DONE;
        Optional<GroupMeters> group = meters.apply(ended.id());
        if (failed) {
            group.ifPresent(measured -> measured.failed(ended.failure()));
        }
        Life life = lives.get(ended.id());
        if (life == null) {
            return;
        }
        if (failed && life.readyAt != null) {
            life.lostAt = ended.at();
        }
        over(life, ended.at(), failed ? Dialled.FAILED : Dialled.ABANDONED, group);
    }

    /** Who was aborted by force never said how its link ended. */
    private void onStopped(ConnectionEvent.Stopped stopped) {
        Life life = lives.remove(stopped.id());
        if (life != null) {
            over(life, stopped.at(), Dialled.ABANDONED, meters.apply(stopped.id()));
        }
    }

    private static void over(Life life, Instant at, Dialled outcome, Optional<GroupMeters> group) {
        if (life.dialing) {
            life.dialing = false;
            group.ifPresent(measured -> measured.dialled(outcome));
        }
        Instant ready = life.readyAt;
        if (ready != null) {
            life.readyAt = null;
            group.ifPresent(measured -> measured.sessionOver(Duration.between(ready, at)));
        }
    }
}

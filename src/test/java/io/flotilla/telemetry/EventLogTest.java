package io.flotilla.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.FleetEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class EventLogTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.flotilla.events");
    private final Level before = logger.getLevel();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final EventLog log = new EventLog(Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void leave() {
        log.close();
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(before);
    }

    @Test
    void staysQuietInAStormAndSaysHowMuchItKeptToItself() {
        for (int i = 0; i < 10_000; i++) {
            log.accept(lost("c" + i, false));
        }
        assertThat(said()).hasSize(Damper.LET_THROUGH);

        log.close();

        assertThat(said()).hasSize(Damper.LET_THROUGH + 1).last().asString().contains("9990 more LOST");
    }

    @Test
    void letsOtherNewsThroughAStorm() {
        for (int i = 0; i < 10_000; i++) {
            log.accept(lost("c" + i, false));
        }
        Failure gone = Failure.of(FailureKind.GONE, "410 Gone");
        log.accept(of(new ConnectionEvent.GaveUp(ConnectionId.of("x"), NOW, 3, gone, "permanent")));

        ILoggingEvent last = lines.list.get(lines.list.size() - 1);
        assertThat(last.getFormattedMessage()).isEqualTo("x GIVEN_UP after GONE (410 Gone): permanent");
        assertThat(last.getLevel()).isEqualTo(Level.ERROR);
        assertThat(last.getKeyValuePairs().stream().map(KeyValuePair::toString))
                .containsExactly("id=\"x\"", "generation=\"3\"");
    }

    @Test
    void doesNotCallStoppedWhatWasGivenUp() {
        Failure gone = Failure.of(FailureKind.GONE, "410 Gone");
        log.accept(of(new ConnectionEvent.GaveUp(ConnectionId.of("x"), NOW, 3, gone, "permanent")));
        log.accept(of(new ConnectionEvent.Stopped(ConnectionId.of("x"), NOW, 3)));
        log.accept(of(new ConnectionEvent.Finished(ConnectionId.of("y"), NOW, 3, "done")));
        log.accept(of(new ConnectionEvent.Stopped(ConnectionId.of("y"), NOW, 3)));
        log.accept(of(new ConnectionEvent.Stopped(ConnectionId.of("x"), NOW, 4)));

        assertThat(said())
                .containsExactly("x GIVEN_UP after GONE (410 Gone): permanent", "y STOPPED: done", "x STOPPED");
    }

    @Test
    void warnsOfASilenceAndTellsItsEnd() {
        ConnectionId id = ConnectionId.of("a");
        log.accept(of(new ConnectionEvent.SubscribedAgain(id, NOW, 1, Duration.ofSeconds(60))));
        assertThat(lines.list.get(0).getLevel()).isEqualTo(Level.WARN);
        log.accept(of(new ConnectionEvent.DataResumed(id, NOW, 1)));
        assertThat(said())
                .containsExactly(
                        "a silent: no data for 60.0 s; on-open was sent again", "a data again after a silence");
    }

    @Test
    void warnsWhenSomebodyShouldLook() {
        log.accept(lost("a", true));
        assertThat(lines.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(said()).containsExactly("a WAITING after LOST (reset); dials again in 1.5 s: why");
    }

    @Test
    void showsTheStackOfUserCodeAndCountsTheRest() {
        for (int i = 0; i < 100; i++) {
            log.accept(of(new ConnectionEvent.HandlerFailed(
                    ConnectionId.of("a"), NOW, 1, new IllegalStateException("theirs"))));
        }
        assertThat(lines.list).hasSize(Damper.LET_THROUGH);
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("theirs");
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static FleetEvent lost(String id, boolean news) {
        return of(new ConnectionEvent.RetryScheduled(
                ConnectionId.of(id),
                NOW,
                1,
                Failure.of(FailureKind.LOST, "reset"),
                Duration.ofMillis(1500),
                HeldBy.BACKOFF,
                news,
                "why"));
    }

    private static FleetEvent of(ConnectionEvent event) {
        return new FleetEvent.OfConnection(event);
    }
}

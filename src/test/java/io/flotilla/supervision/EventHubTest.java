package io.flotilla.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventHubTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final EventHub hub = new EventHub(threads);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void tellsEveryReaderInOrder() {
        ConcurrentLinkedQueue<FleetEvent> one = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<FleetEvent> other = new ConcurrentLinkedQueue<>();
        hub.subscribe(one::add);
        hub.subscribe(other::add);
        List<FleetEvent> told =
                IntStream.range(0, 1000).mapToObj(EventHubTest::event).toList();

        told.forEach(hub::publish);

        Waiting.until("all are read", () -> one.size() == 1000 && other.size() == 1000);
        assertThat(one).containsExactlyElementsOf(told);
        assertThat(other).containsExactlyElementsOf(told);
    }

    @Test
    void saysThatAReaderFailsLessAndLessOften() {
        Logger logger = (Logger) LoggerFactory.getLogger(EventHub.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        try {
            hub.witness(event -> {
                throw new IllegalStateException("a bug");
            });
            for (int i = 0; i < 1000; i++) {
                hub.publish(event(i));
            }
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
        }
        assertThat(lines.list).hasSize(10);
        assertThat(lines.list.get(9).getFormattedMessage()).contains("failure 512 of readers");
    }

    @Test
    void losesEventsOfASlowReaderAloneAndCountsThem() {
        CountDownLatch slow = new CountDownLatch(1);
        ConcurrentLinkedQueue<FleetEvent> quick = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<FleetEvent> late = new ConcurrentLinkedQueue<>();
        EventHub.Subscription slowPlace = hub.subscribe(event -> {
            awaitQuietly(slow);
            late.add(event);
        });
        hub.subscribe(quick::add);
        int many = EventHub.QUEUE + 500;

        for (int i = 0; i < many; i++) {
            hub.publish(event(i));
            int told = i + 1;
            Waiting.until("the quick reader has it", () -> quick.size() == told);
        }
        slow.countDown();

        assertThat(slowPlace.lost()).isBetween(499L, 500L);
        assertThat(hub.lost()).isEqualTo(slowPlace.lost());
        Waiting.until("the rest is read", () -> late.size() == many - slowPlace.lost());
    }

    @Test
    void goesOnWithAReaderThatThrows() {
        ConcurrentLinkedQueue<FleetEvent> read = new ConcurrentLinkedQueue<>();
        hub.subscribe(event -> {
            read.add(event);
            throw new IllegalStateException("a bug of the reader");
        });

        hub.publish(event(1));
        hub.publish(event(2));

        Waiting.until("both are read", () -> read.size() == 2);
    }

    @Test
    void tellsNothingAfterTheReaderLeft() {
        ConcurrentLinkedQueue<FleetEvent> read = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<FleetEvent> stays = new ConcurrentLinkedQueue<>();
        EventHub.Subscription place = hub.subscribe(read::add);
        hub.subscribe(stays::add);
        hub.publish(event(1));
        Waiting.until("it is read", () -> read.size() == 1);

        place.close();
        hub.publish(event(2));

        Waiting.until("the other reads it", () -> stays.size() == 2);
        assertThat(read).hasSize(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static FleetEvent event(int number) {
        return new FleetEvent.SinkHealed(Instant.EPOCH, "sink-" + number);
    }
}

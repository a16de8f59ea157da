package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Settings.OnHandlerError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class HandlersTest {

    private static final Handlers.Saturation NOBODY = () -> {};

    private final Some.Errors errors = new Some.Errors();

    @Test
    void handsMessagesOverInOrderAndOneAtATimeForEachConnection() throws Exception {
        int connections = 20;
        int messages = 2000;
        Map<ConnectionId, List<String>> taken = new ConcurrentHashMap<>();
        Map<ConnectionId, AtomicInteger> within = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(connections * messages);
        AtomicInteger overlaps = new AtomicInteger();
        try (Handlers handlers = new Handlers(8, NOBODY)) {
            MessageHandler handler = message -> {
                AtomicInteger inside = within.computeIfAbsent(message.id(), id -> new AtomicInteger());
                if (inside.incrementAndGet() != 1) {
                    overlaps.incrementAndGet();
                }
                taken.computeIfAbsent(message.id(), id -> Collections.synchronizedList(new ArrayList<>()))
                        .add(message.text());
                inside.decrementAndGet();
                all.countDown();
            };
            List<Thread> loops = new ArrayList<>();
            for (int c = 0; c < connections; c++) {
                String id = "c" + c;
                Sink sink = handlers.sinkFor(Some.spec(id, 4, OnHandlerError.SKIP), handler, errors);
                Thread loop = new Thread(() -> {
                    for (int m = 0; m < messages; m++) {
                        sink.accept(Some.text(id, 1, "" + m))
                                .toCompletableFuture()
                                .join();
                    }
                });
                loop.start();
                loops.add(loop);
            }
            Some.await(all);
            for (Thread loop : loops) {
                loop.join();
            }
        }
        assertThat(overlaps).hasValue(0);
        assertThat(taken).hasSize(connections);
        List<String> expected =
                IntStream.range(0, messages).mapToObj(Integer::toString).toList();
        taken.values().forEach(texts -> assertThat(texts).isEqualTo(expected));
    }

    @Test
    void neitherABlockedNorAThrowingHandlerDisturbsAnotherConnection() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch third = new CountDownLatch(500);
        try (Handlers handlers = new Handlers(2, NOBODY)) {
            Sink blocks = handlers.sinkFor(
                    Some.spec("blocks", 16, OnHandlerError.SKIP),
                    message -> {
                        blocked.countDown();
                        release.await();
                    },
                    errors);
            Sink throwing = handlers.sinkFor(
                    Some.spec("throws", 16, OnHandlerError.SKIP),
                    message -> {
                        throw new IllegalStateException("a bug");
                    },
                    errors);
            Sink works = handlers.sinkFor(
                    Some.spec("works", 1000, OnHandlerError.SKIP), message -> third.countDown(), errors);
            blocks.accept(Some.text("blocks", 1, "x"));
            Some.await(blocked);
            for (int i = 0; i < 500; i++) {
                throwing.accept(Some.text("throws", 1, "" + i));
                works.accept(Some.text("works", 1, "" + i));
            }
            Some.await(third);
            assertThat(handlers.busy()).isGreaterThanOrEqualTo(1);
            release.countDown();
        }
        assertThat(errors.failed).hasSize(500).containsKey("throws/1/499");
        assertThat(errors.dropped).isEmpty();
    }

    static Stream<Throwable> whatUserCodeThrows() {
        return Stream.of(
                new Exception("checked"),
                new IllegalStateException("unchecked"),
                new NoClassDefFoundError("gone"),
                new StackOverflowError(),
                new AssertionError("assert"),
                new InterruptedException("theirs"),
                new OutOfMemoryError("theirs too"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatUserCodeThrows")
    void whateverIsThrownIsReportedWithItsMessageAndTheNextOneComes(Throwable thrown) {
        CountDownLatch second = new CountDownLatch(1);
        try (Handlers handlers = new Handlers(1, NOBODY)) {
            Sink sink = handlers.sinkFor(
                    Some.spec("a", 16, OnHandlerError.SKIP),
                    message -> {
                        if (message.text().equals("second")) {
                            second.countDown();
                        } else {
                            HandlersTest.<Exception>sneak(thrown);
                        }
                    },
                    errors);
            sink.accept(Some.text("a", 7, "first"));
            sink.accept(Some.text("a", 7, "second"));
            Some.await(second);
        }
        assertThat(errors.failed).containsOnlyKeys("a/7/first").containsEntry("a/7/first", thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void whoHearsOfErrorsMayFailToo() {
        CountDownLatch second = new CountDownLatch(2);
        HandlerErrors deaf = new HandlerErrors() {
            @Override
            public void failed(Inbound message, Throwable thrown) {
                throw new LinkageError("also a bug");
            }

            @Override
            public void dropped(Inbound message) {}
        };
        try (Handlers handlers = new Handlers(1, NOBODY)) {
            Sink sink = handlers.sinkFor(
                    Some.spec("a", 16, OnHandlerError.SKIP),
                    message -> {
                        second.countDown();
                        throw new IllegalStateException();
                    },
                    deaf);
            sink.accept(Some.text("a", 1, "first"));
            sink.accept(Some.text("a", 1, "second"));
            Some.await(second);
        }
    }

    @Test
    void stopDropsTheRestOfThatGenerationAndHandsOverTheNext() {
        CountDownLatch next = new CountDownLatch(1);
        List<String> handled = Collections.synchronizedList(new ArrayList<>());
        try (Handlers handlers = new Handlers(1, NOBODY)) {
            Sink sink = handlers.sinkFor(
                    Some.spec("a", 16, OnHandlerError.STOP),
                    message -> {
                        handled.add(message.generation() + message.text());
                        if (message.generation() == 2) {
                            next.countDown();
                        } else {
                            throw new IllegalStateException();
                        }
                    },
                    errors);
            sink.accept(Some.text("a", 1, "a"));
            sink.accept(Some.text("a", 1, "b"));
            sink.accept(Some.text("a", 1, "c"));
            sink.accept(Some.text("a", 2, "d"));
            Some.await(next);
        }
        assertThat(handled).containsExactly("1a", "2d");
        assertThat(errors.dropped).extracting(Inbound::text).containsExactly("b", "c");
    }

    @Test
    void asksForMoreOnlyWhileFewerThanInFlightAreUnfinished() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(3);
        try (Handlers handlers = new Handlers(1, NOBODY)) {
            Sink sink = handlers.sinkFor(
                    Some.spec("a", 3, OnHandlerError.SKIP),
                    message -> {
                        release.await();
                        done.countDown();
                    },
                    errors);
            assertThat((Object) sink.accept(Some.text("a", 1, "1"))).isSameAs(Sink.MORE);
            assertThat((Object) sink.accept(Some.text("a", 1, "2"))).isSameAs(Sink.MORE);
            CompletionStage<Void> full = sink.accept(Some.text("a", 1, "3"));
            assertThat(full.toCompletableFuture()).isNotDone();
            release.countDown();
            full.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
            Some.await(done);
        }
    }

    @Test
    void aBusyConnectionDoesNotKeepTheThreadFromAnother() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(HandlerSink.BATCH * 3 + 1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (Handlers handlers = new Handlers(1, NOBODY)) {
            MessageHandler handler = message -> {
                release.await();
                order.add(message.id().value());
                all.countDown();
            };
            Sink busy = handlers.sinkFor(Some.spec("busy", 1000, OnHandlerError.SKIP), handler, errors);
            Sink calm = handlers.sinkFor(Some.spec("calm", 1000, OnHandlerError.SKIP), handler, errors);
            for (int i = 0; i < HandlerSink.BATCH * 3; i++) {
                busy.accept(Some.text("busy", 1, "x"));
            }
            calm.accept(Some.text("calm", 1, "x"));
            release.countDown();
            Some.await(all);
        }
        assertThat(order.indexOf("calm")).isEqualTo(HandlerSink.BATCH);
    }

    @Test
    void anIdThatWasReplacedIsNeverInUserCodeTwice() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(4);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (Handlers handlers = new Handlers(4, NOBODY)) {
            MessageHandler handler = message -> {
                entered.countDown();
                release.await();
                order.add(message.text());
                all.countDown();
            };
            Sink before = handlers.sinkFor(Some.spec("a", 16, OnHandlerError.SKIP), handler, errors);
            Sink after = handlers.sinkFor(Some.spec("a", 16, OnHandlerError.SKIP), handler, errors);
            before.accept(Some.text("a", 1, "1"));
            Some.await(entered);
            after.accept(Some.text("a", 2, "3"));
            before.accept(Some.text("a", 1, "2"));
            after.accept(Some.text("a", 2, "4"));
            release.countDown();
            Some.await(all);
        }
        assertThat(order).containsExactly("1", "2", "3", "4");
    }

    @Test
    void anInterruptThatUserCodeLeavesBehindIsNotForTheNextConnection() {
        BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        try (Handlers handlers = new Handlers(1, NOBODY)) {
            Sink rude = handlers.sinkFor(
                    Some.spec("rude", 16, OnHandlerError.SKIP),
                    message -> Thread.currentThread().interrupt(),
                    errors);
            Sink next = handlers.sinkFor(
                    Some.spec("next", 16, OnHandlerError.SKIP),
                    message -> interrupted.add(Thread.currentThread().isInterrupted()),
                    errors);
            rude.accept(Some.text("rude", 1, "x"));
            next.accept(Some.text("next", 1, "x"));
        }
        assertThat(interrupted).containsExactly(false);
    }

    @Test
    void saysOnceThatItIsSaturatedAndOnceThatItIsOver() throws Exception {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        Handlers.Saturation heard = new Handlers.Saturation() {
            @Override
            public void saturated() {
                said.add("saturated");
            }

            @Override
            public void relieved() {
                said.add("relieved");
            }
        };
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(2);
        try (Handlers handlers = new Handlers(2, heard, Duration.ofMillis(5))) {
            MessageHandler handler = message -> {
                inside.countDown();
                release.await();
            };
            for (String id : List.of("a", "b")) {
                handlers.sinkFor(Some.spec(id, 16, OnHandlerError.SKIP), handler, errors)
                        .accept(Some.text(id, 1, "x"));
            }
            Some.await(inside);
            assertThat(handlers.busy()).isEqualTo(2);
            for (String id : List.of("c", "d", "e")) {
                handlers.sinkFor(Some.spec(id, 16, OnHandlerError.SKIP), handler, errors)
                        .accept(Some.text(id, 1, "x"));
            }
            assertThat(said.poll(30, TimeUnit.SECONDS)).isEqualTo("saturated");
            release.countDown();
            assertThat(said.poll(30, TimeUnit.SECONDS)).isEqualTo("relieved");
        }
        assertThat(said).isEmpty();
    }

    @Test
    void closingHandsOverWhatWaits() {
        AtomicInteger handled = new AtomicInteger();
        Handlers handlers = new Handlers(1, NOBODY);
        Sink sink = handlers.sinkFor(
                Some.spec("a", 10_000, OnHandlerError.SKIP), message -> handled.incrementAndGet(), errors);
        for (int i = 0; i < 1000; i++) {
            sink.accept(Some.text("a", 1, "x"));
        }
        handlers.close(Duration.ofSeconds(30));
        assertThat(handled).hasValue(1000);
    }

    @Test
    void closingInterruptsWhoDoesNotEndAndDropsTheRestCounted() {
        CountDownLatch entered = new CountDownLatch(1);
        Handlers handlers = new Handlers(1, NOBODY);
        MessageHandler handler = message -> {
            entered.countDown();
            new CountDownLatch(1).await();
        };
        Sink stuck = handlers.sinkFor(Some.spec("a", 16, OnHandlerError.SKIP), handler, errors);
        Sink waits = handlers.sinkFor(Some.spec("b", 1, OnHandlerError.SKIP), handler, errors);
        stuck.accept(Some.text("a", 1, "1"));
        Some.await(entered);
        stuck.accept(Some.text("a", 1, "2"));
        CompletionStage<Void> answer = waits.accept(Some.text("b", 1, "3"));
        handlers.close(Duration.ofMillis(20));
        assertThat(errors.failed).containsOnlyKeys("a/1/1");
        assertThat(errors.failed.get("a/1/1")).isInstanceOf(InterruptedException.class);
        assertThat(errors.dropped).extracting(Inbound::text).containsExactlyInAnyOrder("2", "3");
        assertThat(answer.toCompletableFuture()).isDone();
        waits.accept(Some.text("b", 1, "late"));
        assertThat(errors.dropped).extracting(Inbound::text).contains("late");
    }
}

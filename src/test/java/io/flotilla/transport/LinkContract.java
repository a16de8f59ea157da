package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.Sink;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.ClientFrame;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.WireFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an open link must do, at real sockets: demand, sends, liveness, and an end that loses nothing it need not lose. */
public abstract class LinkContract extends OnGround {

    private static final Duration SHORT = Duration.ofMillis(300);

    /** For what must not run out while the test, or its peer, is kept waiting by a busy machine. */
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Threads that come for other reasons while a test looks: a timer, a resolver, a pool that grows to its size. */
    private static final int OTHER_THREADS = 30;

    /** A sink that answers when the test says so. */
    private static final class Gate {
        private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();

        CompletableFuture<Void> ask() {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            waiting.add(answer);
            return answer;
        }

        void openOnce() {
            Dialed.await(() -> !waiting.isEmpty(), () -> "a message at the gate");
            waiting.remove().complete(null);
        }
    }

    // Messages in.

    @Test
    void handsNoMessageOverBeforeTheOneBeforeItWasAskedFor() {
        Gate gate = new Gate();
        Dialed dialed = new Dialed().answering(message -> gate.ask());
        dialed.to(ground().transport, ground().at(sending(50)).build());
        for (int i = 1; i <= 50; i++) {
            assertThat(dialed.awaitMessages(i)).hasSize(i);
            gate.openOnce();
        }
        assertThat(dialed.texts()).isEqualTo(numbers(50));
        Dialed.await(() -> ground().memory.used() == 0, () -> "memory given back");
    }

    private static Script sending(int count) {
        return Script.upgrade().repeat(count, Script.empty().sendText(n -> "" + n));
    }

    private static List<String> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void stopsReadingWhenTheConsumerStallsAndLosesNothing() {
        Gate gate = new Gate();
        AtomicInteger count = new AtomicInteger();
        Dialed dialed = new Dialed().answering(message -> count.incrementAndGet() == 1 ? gate.ask() : Sink.MORE);
        byte[] payload = new byte[10_000];
        dialed.to(
                ground().transport,
                ground().at(Script.upgrade().repeat(3000, Script.empty().sendBinary(payload)))
                        .receive(new Settings.Receive(1 << 20, 100_000, 1))
                        .liveness(new Settings.Liveness(Optional.of(SECOND), SECOND))
                        .build());
        Peer peer = ground().harbour.nextConnection("/" + lastPath());
        awaitNoProgress(peer::bytesOut, SECOND);
        assertThat(peer.bytesOut()).as("TCP pushes back").isLessThan(3000 * 10_000L);
        assertThat(ground().memory.used()).isBetween(100_000L, 400_000L);
        assertThat(dialed.messages()).hasSize(1);
        // Longer than a ping and its deadline: while nothing is read, silence is our own.
        awaitNoProgress(() -> 0L, SECOND.multipliedBy(3));
        assertThat(dialed.hasEnded()).isFalse();
        gate.openOnce();
        assertThat(dialed.awaitMessages(3000)).hasSize(3000);
        Dialed.await(() -> ground().memory.used() == 0, () -> "memory given back");
        dialed.link().abort(FailureKind.REMOVED);
        dialed.awaitEnded();
    }

    @Test
    void letsNoCrowdOfUnfinishedMessagesTakeMoreThanTheBound() {
        Script unfinished =
                Script.upgrade().sendFrame(WireFrame.binary(new byte[3 << 20]).unfinished());
        List<Dialed> greedy = IntStream.range(0, 5)
                .mapToObj(
                        i -> ground().dial(ground().at(unfinished).receive(new Settings.Receive(4 << 20, 1 << 20, 1))))
                .toList();
        Dialed.await(() -> greedy.stream().filter(Dialed::hasEnded).count() >= 3, () -> "three of five are cut");
        assertThat(greedy.stream()
                        .filter(Dialed::hasEnded)
                        .map(dialed -> dialed.awaitEnded().kind()))
                .containsOnly(FailureKind.MESSAGE_TOO_BIG);
        assertThat(ground().memory.unfinished()).isLessThanOrEqualTo(8 << 20);
        Dialed modest = ground().dial(ground().at(Script.echo()));
        modest.awaitOpened();
        modest.send(Frame.text("small"));
        assertThat(modest.awaitMessages(1).get(0).text()).isEqualTo("small");
        modest.link().abort(FailureKind.REMOVED);
        greedy.forEach(dialed -> dialed.link().abort(FailureKind.REMOVED));
        Dialed.await(() -> ground().memory.unfinished() == 0, () -> "all of it given back");
    }

    private int lastPath() {
        return ground().lastPath();
    }

    /** Waits until a number has stood still for so long. */
    private static void awaitNoProgress(java.util.function.LongSupplier number, Duration still) {
        long[] last = {number.getAsLong(), System.nanoTime()};
        Dialed.await(
                () -> {
                    long now = number.getAsLong();
                    if (now != last[0]) {
                        last[0] = now;
                        last[1] = System.nanoTime();
                    }
                    return System.nanoTime() - last[1] > still.toNanos();
                },
                () -> "a number to stand still");
    }

    @Test
    void answersPingsWhileTheConsumerStallsWithinItsBuffer() {
        Gate gate = new Gate();
        Dialed dialed = new Dialed().answering(message -> gate.ask());
        dialed.to(
                ground().transport,
                ground().at(Script.upgrade().sendText("one").sendText("two").sendPing((byte) 7))
                        .build());
        Peer peer = ground().harbour.nextConnection("/" + lastPath());
        assertThat(peer.awaitFrame(ClientFrame::isPong).payload()).containsExactly(7);
        Dialed.await(() -> dialed.traffic().messagesIn() == 2, () -> "the second waits"); // an answer may go before it
        assertThat(dialed.awaitMessages(1)).hasSize(1);
        dialed.link().abort(FailureKind.REMOVED);
        dialed.awaitEnded();
        assertThat(dialed.traffic().dropped()).isEqualTo(1);
        Dialed.await(() -> ground().memory.used() == 0, () -> "all of it given back");
    }

    @Test
    void goesOnWhenASinkThrowsOrAnswersNothingOrFails() {
        Dialed dialed = new Dialed().answering(message -> switch (message.text()) {
            case "1" -> throw new IllegalStateException("first");
            case "2" -> throw new LinkageError("second");
            case "3" -> throw new StackOverflowError();
            case "4" -> nothing();
            case "5" -> CompletableFuture.failedFuture(new IllegalStateException("fifth"));
            case "6" -> CompletableFuture.failedStage(new IllegalStateException("sixth"));
            case "7" -> CompletableFuture.completedStage(null);
            case "8" -> CompletableFuture.completedFuture(null);
            case "9" ->
                CompletableFuture.runAsync(() -> {
                    throw new CompletionException(new IllegalStateException("ninth"));
                });
            default -> Sink.MORE;
        });
        dialed.to(ground().transport, ground().at(sending(20)).build());
        assertThat(dialed.awaitMessages(20)).hasSize(20);
        assertThat(dialed.texts()).isEqualTo(numbers(20));
        assertThat(dialed.thrown()).hasSize(7);
        assertThat(dialed.hasEnded()).isFalse();
        dialed.link().abort(FailureKind.REMOVED);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a sink must not answer, and may all the same
    private static <T> T nothing() {
        return null;
    }

    @Test
    void handsOverWhatWasReadAfterTheSocketIsGone() {
        Gate gate = new Gate();
        Dialed dialed = new Dialed().answering(message -> gate.ask());
        dialed.to(
                ground().transport, ground().at(sending(10).sendClose(1001, "")).build());
        ground().harbour.nextConnection("/" + lastPath()).awaitEnd();
        for (int i = 1; i < 10; i++) {
            assertThat(dialed.hasEnded()).isFalse();
            gate.openOnce();
            dialed.awaitMessages(i + 1);
        }
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.CLOSED_GOING_AWAY);
        assertThat(dialed.texts()).isEqualTo(numbers(10));
        assertThat(dialed.order()).endsWith("ended");
        assertThat(dialed.traffic().dropped()).isZero();
    }

    @Test
    void countsAsDroppedWhatNobodyTakesInTime() {
        Gate gate = new Gate();
        Dialed dialed = new Dialed().answering(message -> gate.ask());
        dialed.to(
                ground().transport,
                ground().at(sending(10).hang())
                        .timeouts(Ground.closeWithin(SHORT))
                        .build());
        dialed.awaitMessages(1); // a reset may overtake what was not read yet
        ground().harbour.nextConnection("/" + lastPath()).rst();
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.LOST);
        assertThat(dialed.messages().size() + dialed.traffic().dropped())
                .isEqualTo(dialed.traffic().messagesIn());
        gate.openOnce(); // nobody listens any more
        assertThat(dialed.messages()).hasSize(1);
        Dialed.await(() -> ground().memory.used() == 0, () -> "memory given back");
    }

    @Test
    void readsFramesThatComeInOnePacketWithTheAnswer() {
        Dialed dialed = ground().dial(ground().at(
                        Script.empty().cork().thenUpgrade().sendText("first").sendText("second")));
        dialed.awaitMessages(2);
        assertThat(dialed.order()).startsWith("opened", "message", "message");
        dialed.link().abort(FailureKind.REMOVED);
    }

    @Test
    void readsFramesThatComeInOnePacketWithTheAnswerAndTheEndOfTheStream() {
        Script messages = Script.empty().cork().thenUpgrade().sendText("first").sendText("second");
        Dialed lost = ground().dial(ground().at(messages.flush().fin()));
        Dialed closed =
                ground().dial(ground().at(messages.sendClose(1001, "").flush().fin()));
        assertThat(lost.awaitEnded().kind()).isEqualTo(FailureKind.LOST);
        assertThat(lost.texts()).containsExactly("first", "second");
        assertThat(closed.awaitEnded().kind()).isEqualTo(FailureKind.CLOSED_GOING_AWAY);
        assertThat(closed.texts()).containsExactly("first", "second");
    }

    @Test
    void readsAnAnswerAndFramesByteByByte() {
        Dialed dialed = ground().dial(ground().at(Script.empty()
                .trickle(1, Duration.ofNanos(100_000))
                .thenUpgrade()
                .sendText("first")
                .sendClose(1000, "")));
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.CLOSED_NORMALLY);
        assertThat(dialed.texts()).containsExactly("first");
    }

    // Messages out.

    @Test
    void writesWhatManyThreadsSendInTheOrderOfEach() throws Exception {
        Dialed dialed = ground().dial(ground().at(Script.discard()));
        dialed.awaitOpened();
        Peer peer = ground().harbour.nextConnection("/" + lastPath());
        List<Thread> threads = new ArrayList<>();
        ConcurrentLinkedQueue<CompletableFuture<Boolean>> sent = new ConcurrentLinkedQueue<>();
        for (int t = 0; t < 4; t++) {
            String name = "t" + t + ":";
            threads.add(new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    sent.add(dialed.send(Frame.text(name + i)));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        peer.awaitFrames(800);
        for (int t = 0; t < 4; t++) {
            String name = "t" + t + ":";
            assertThat(peer.texts().stream().filter(text -> text.startsWith(name)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 200).mapToObj(i -> name + i).toList());
        }
        assertThat(sent).allMatch(CompletableFuture::join);
        Dialed.await(() -> dialed.traffic().messagesOut() == 800, () -> "800 counted");
        assertThat(peer.violations()).isEmpty();
        dialed.link().abort(FailureKind.REMOVED);
    }

    @Test
    void echoesLargeMessagesInOneFrame() {
        byte[] payload = new byte[5 * 1024 * 1024 + 3];
        new java.util.Random(1).nextBytes(payload);
        for (var spec : List.of(ground().at(Script.echo()), ground().spec(ground().trusted(), Script.echo()))) {
            Dialed dialed = ground().dial(spec.receive(new Settings.Receive(8 << 20, 1 << 20, 1)));
            dialed.awaitOpened();
            assertThat(dialed.sendNow(Frame.binary(payload))).isTrue();
            assertThat(dialed.awaitMessages(1).get(0).bytes()).isEqualTo(payload);
            dialed.link().close(FailureKind.REMOVED, 1000, "");
            assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.REMOVED);
        }
    }

    @Test
    void answersFalseForWhatWasNotWrittenWhenTheSocketBroke() {
        for (var spec : List.of(
                ground().at(Script.upgrade().stopReading()),
                ground().spec(ground().trusted(), Script.upgrade().stopReading()))) {
            Dialed dialed = ground().dial(spec.send(new Settings.Send(64 << 20, Duration.ofSeconds(20))));
            dialed.awaitOpened();
            List<CompletableFuture<Boolean>> sent = IntStream.range(0, 20)
                    .mapToObj(i -> dialed.send(Frame.binary(new byte[1 << 20])))
                    .toList();
            dialed.link().abort(FailureKind.REMOVED);
            dialed.awaitEnded();
            assertThat(sent).allMatch(CompletableFuture::isDone);
            assertThat(sent.get(19).join()).isFalse();
            assertThat(dialed.traffic().messagesOut())
                    .isEqualTo(sent.stream().filter(CompletableFuture::join).count());
        }
    }

    @Test
    void closesAfterWhatWasSentBefore() {
        Dialed dialed = ground().dial(ground().at(Script.discard()));
        dialed.awaitOpened();
        Peer peer = ground().harbour.nextConnection("/" + lastPath());
        for (int i = 0; i < 100; i++) {
            dialed.send(Frame.text("n" + i));
        }
        dialed.link().close(FailureKind.DRAINED, 1001, "see you");
        Failure end = dialed.awaitEnded();
        assertThat(end.kind()).isEqualTo(FailureKind.DRAINED);
        assertThat(end.evidence().messagesOut()).isEqualTo(100);
        assertThat(end.evidence().closeCodeReceived()).isEqualTo(1001);
        assertThat(peer.texts()).hasSize(100);
        assertThat(peer.awaitClose().closeReason()).isEqualTo("see you");
    }

    @ParameterizedTest(name = "closed with {0}")
    @ValueSource(ints = {1007, 1009})
    void saysWhichMessageItWasThatThePeerCouldNotTake(int code) {
        Dialed dialed =
                ground().dial(ground().at(Script.upgrade().awaitText("9").sendClose(code, "no")));
        dialed.awaitOpened();
        assertThat(dialed.sendNow(Frame.text("fine"))).isTrue();
        dialed.send(Frame.text("123456789")); // the check value of the checksum's definition
        Failure end = dialed.awaitEnded();
        assertThat(end.evidence().lastSent()).isEqualTo(new Evidence.Sent(9, "e3069283"));
        assertThat(end.detail()).contains("9 bytes", "e3069283").doesNotContain("1234");
    }

    @Test
    void saysNothingOfWhatWasSentWhereNothingWas() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade().sendClose(1007, "no")));
        assertThat(dialed.awaitEnded().evidence().lastSent()).isNull();
    }

    @Test
    void stillHandsOverMessagesBetweenItsOwnCloseAndThePeers() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade()
                .ignoreClose()
                .awaitClose()
                .sendText("one last thing")
                .sendClose(1000, "")));
        dialed.awaitOpened();
        dialed.link().close(FailureKind.REMOVED, 1000, "");
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.REMOVED);
        assertThat(dialed.texts()).containsExactly("one last thing");
    }

    /** What a link may say that was reset while it wrote, after a close frame that it had not read yet. */
    protected Set<FailureKind> afterAReset() {
        return Set.of(FailureKind.CLOSED_POLICY);
    }

    @Test
    void hearsTheCloseFrameOfAPeerThatIsGoneWhenItWrites() {
        for (int round = 0; round < 5; round++) {
            Dialed dialed = ground().dial(ground().at(Script.upgrade()
                            .stopReading()
                            .after(Duration.ofMillis(50))
                            .sendFrame(WireFrame.close(1008, "no"))
                            .rst())
                    .send(new Settings.Send(64 << 20, Duration.ofSeconds(20))));
            dialed.awaitOpened();
            for (int i = 0; i < 30; i++) {
                dialed.send(Frame.binary(new byte[200_000]));
            }
            assertThat(dialed.awaitEnded().kind()).isIn(afterAReset());
        }
    }

    @Test
    void waitsForAPeerThatDoesNotEndTheSocketAfterTheCloseFramesNoLongerThanItsTimeout() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade()
                        .ignoreFin()
                        .ignoreClose()
                        .sendFrame(WireFrame.close(4001, "leaving"))
                        .hang())
                .timeouts(Ground.closeWithin(SHORT)));
        dialed.awaitOpened();
        Failure end = dialed.awaitEnded();
        assertThat(end.kind()).isEqualTo(FailureKind.CLOSED_BY_APPLICATION);
        assertThat(end.evidence().closeReason()).isEqualTo("leaving");
    }

    @Test
    void isNotDrownedByAFloodOfPingsAtAPeerThatDoesNotRead() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade()
                        .stopReading()
                        .flood(WireFrame.ping("0123456789".repeat(12).getBytes(StandardCharsets.UTF_8))))
                .send(new Settings.Send(1 << 20, Duration.ofSeconds(2))));
        dialed.awaitOpened();
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.SEND_STALLED);
    }

    @Test
    void givesBackWhatAPeerThatReadsNoMoreHasNotTaken() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade().stopReading())
                .send(new Settings.Send(64 << 20, Duration.ofMillis(600))));
        dialed.awaitOpened();
        List<CompletableFuture<Boolean>> sent = IntStream.range(0, 12)
                .mapToObj(i -> dialed.send(Frame.binary(new byte[1 << 20])))
                .toList();
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.SEND_STALLED);
        assertThat(sent).allMatch(CompletableFuture::isDone);
        assertThat(sent.get(11).join()).isFalse();
        assertThat(dialed.traffic().messagesOut())
                .isEqualTo(sent.stream().filter(CompletableFuture::join).count());
    }

    // Liveness.

    @Test
    void measuresTheRoundTrip() {
        Dialed dialed = ground().dial(ground().at(Script.discard())
                .liveness(new Settings.Liveness(Optional.of(Duration.ofMillis(50)), Duration.ofSeconds(10))));
        dialed.awaitOpened();
        Dialed.await(() -> dialed.traffic().roundTripNanos() > 0, () -> "a round trip");
        assertThat(dialed.traffic().roundTripNanos())
                .isLessThan(Duration.ofSeconds(5).toNanos());
        Peer peer = ground().harbour.nextConnection("/" + lastPath());
        assertThat(peer.awaitFrame(ClientFrame::isPing).payload()).hasSize(8);
        dialed.link().abort(FailureKind.REMOVED);
    }

    @Test
    void takesAnyByteForASignOfLife() {
        Dialed dialed = ground().dial(ground().at(Script.upgrade()
                        .ignorePings()
                        .sendPart(WireFrame.text("x".repeat(100)), 2)
                        .repeat(30, Script.empty().after(Duration.ofMillis(100)).sendRaw("x"))
                        .sendRaw("x".repeat(70)))
                .liveness(new Settings.Liveness(Optional.of(SECOND), SECOND)));
        assertThat(dialed.awaitMessages(1).get(0).size()).isEqualTo(100);
        assertThat(dialed.awaitEnded().kind()).isEqualTo(FailureKind.PONG_TIMEOUT);
    }

    /** What stands between may cut what is silent for so long: a late deadline must not make the pings rare. */
    @Test
    void pingsAfterEachSilenceHoweverLongTheDeadlineOfThePong() {
        Dialed dialed = ground().dial(ground().at(Script.echo())
                .liveness(new Settings.Liveness(Optional.of(SHORT), Duration.ofHours(1))));
        Peer peer = ground().harbour.nextConnection("/" + lastPath());

        assertThat(peer.awaitFrames(3).frames()).allMatch(ClientFrame::isPing);
        dialed.link().abort(FailureKind.REMOVED);
    }

    // Several links and the transport.

    @Test
    void masksSecretsThatThePeerEchoes() {
        Dialed dialed = new Dialed()
                .to(
                        ground().transport,
                        ground().at(Script.upgrade().sendClose(4000, "token tok-123 is bad"))
                                .header("Authorization", "Bearer {credential}")
                                .build(),
                        Optional.of(io.flotilla.spec.Secret.of("tok-123")),
                        Optional.empty());
        assertThat(dialed.awaitEnded().evidence().closeReason()).isEqualTo("token *** is bad");
    }

    @Test
    void needsNoThreadForALink() {
        List<Dialed> dialed = IntStream.range(0, 100)
                .mapToObj(i -> ground().dial(ground().spec(ground().harbour.uri("/many"))))
                .toList();
        dialed.forEach(Dialed::awaitOpened);
        int threads = Thread.activeCount();
        List<Dialed> more = IntStream.range(0, 100)
                .mapToObj(i -> ground().dial(ground().spec(ground().harbour.uri("/many"))))
                .toList();
        more.forEach(Dialed::awaitOpened);
        assertThat(Thread.activeCount()).isLessThan(threads + OTHER_THREADS);
        dialed.forEach(link -> link.link().abort(FailureKind.REMOVED));
        more.forEach(link -> link.link().abort(FailureKind.REMOVED));
        more.forEach(Dialed::awaitEnded);
    }

    @Test
    void endsEveryLinkWhenItIsClosed() {
        Transport other = start(new FleetSettings.Network(2, usesNatives(), usesNatives(), List.of()), ground().memory);
        List<Dialed> open = IntStream.range(0, 20)
                .mapToObj(i -> Dialed.dial(
                        other, ground().spec(ground().harbour.uri("/closing")).build()))
                .toList();
        open.forEach(Dialed::awaitOpened);
        List<Dialed> dialing = IntStream.range(0, 20)
                .mapToObj(i -> Dialed.dial(other, ground().at(Script.silent()).build()))
                .toList();
        long begun = System.nanoTime();
        other.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        open.forEach(link -> assertThat(link.awaitEnded().kind()).isEqualTo(FailureKind.DRAINED));
        dialing.forEach(link -> assertThat(link.awaitEnded().kind()).isEqualTo(FailureKind.DRAINED));
        Dialed late = Dialed.dial(other, ground().at(Script.echo()).build());
        assertThat(late.awaitEnded().kind()).isEqualTo(FailureKind.DRAINED);
        assertThat(late.sendNow(Frame.text("late"))).isFalse();
        other.close();
    }
}

package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class LineSinkTest {

    private static final LineSink.Patience QUICK =
            new LineSink.Patience(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(30));

    private final Some.Heard heard = new Some.Heard();

    /** Takes lines, or does what it is told. */
    private static class Target implements LineSink.Target {
        private final StringBuilder taken = new StringBuilder();

        @Override
        public void write(Lines lines) throws IOException {
            synchronized (taken) {
                taken.append(StandardCharsets.UTF_8.decode(lines.upTo(lines.size())));
            }
            lines.take(lines.size());
        }

        List<String> texts() {
            synchronized (taken) {
                return taken.toString()
                        .lines()
                        .map(line -> Some.json(line).path("text").asText())
                        .toList();
            }
        }
    }

    @Test
    void writesAllThatItTookInItsOrder() {
        Target target = new Target();
        LineSink sink = new LineSink("test", target, heard, 1_000_000, QUICK);
        List<String> texts = IntStream.range(0, 5000).mapToObj(i -> "m" + i).toList();
        texts.forEach(text -> sink.accept(Some.text(text)));
        sink.close();
        assertThat(target.texts()).isEqualTo(texts);
        assertThat(heard.said()).isEmpty();
    }

    @Test
    void holdsItsConnectionsBackWhileItsBufferIsFull() {
        CountDownLatch release = new CountDownLatch(1);
        Target slow = new Target() {
            @Override
            public void write(Lines lines) throws IOException {
                Some.await(release);
                super.write(lines);
            }
        };
        long each = 1L + LineSink.OVERHEAD;
        LineSink sink = new LineSink("test", slow, heard, 3 * each, QUICK);
        assertThat((Object) sink.accept(Some.text("1"))).isSameAs(Sink.MORE);
        assertThat((Object) sink.accept(Some.text("2"))).isSameAs(Sink.MORE);
        CompletableFuture<Void> full = sink.accept(Some.text("3")).toCompletableFuture();
        CompletableFuture<Void> another = sink.accept(Some.text("4")).toCompletableFuture();
        assertThat(full).isNotDone();
        assertThat(another).isNotDone();
        release.countDown();
        full.orTimeout(30, TimeUnit.SECONDS).join();
        another.orTimeout(30, TimeUnit.SECONDS).join();
        sink.close();
        assertThat(slow.texts()).containsExactly("1", "2", "3", "4");
    }

    static Stream<Throwable> whatATargetThrows() {
        return Stream.of(
                new IOException("No space left on device"), new IllegalStateException("a bug"), new OutOfMemoryError());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatATargetThrows")
    void isDegradedAndTriesAgainUntilItHeals(Throwable thrown) {
        CountDownLatch fails = new CountDownLatch(4);
        Target flaky = new Target() {
            @Override
            public void write(Lines lines) throws IOException {
                fails.countDown();
                if (fails.getCount() > 0) {
                    LineSinkTest.<IOException>sneak(thrown);
                }
                super.write(lines);
            }
        };
        LineSink sink = new LineSink("test", flaky, heard, 1000, QUICK);
        sink.accept(Some.text("kept"));
        heard.await("healed");
        sink.close();
        assertThat(flaky.texts()).containsExactly("kept");
        String reason = thrown instanceof IOException ? thrown.getMessage() : thrown.toString();
        assertThat(heard.said())
                .containsExactly("degraded: " + reason, "degraded: " + reason, "degraded: " + reason, "healed");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void closingTriesOnceMoreAtOnce() {
        CountDownLatch works = new CountDownLatch(1);
        Target full = new Target() {
            @Override
            public void write(Lines lines) throws IOException {
                if (works.getCount() > 0) {
                    throw new IOException(FaultyDisk.FULL);
                }
                super.write(lines);
            }
        };
        LineSink.Patience long_ =
                new LineSink.Patience(Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofSeconds(30));
        LineSink sink = new LineSink("test", full, heard, 1000, long_);
        sink.accept(Some.text("kept"));
        heard.await("degraded: " + FaultyDisk.FULL);
        works.countDown();
        sink.close();
        assertThat(full.texts()).containsExactly("kept");
    }

    @Test
    void closingSaysWhatCouldNotBeWritten() {
        Target full = new Target() {
            @Override
            public void write(Lines lines) throws IOException {
                throw new IOException(FaultyDisk.FULL);
            }
        };
        LineSink sink = new LineSink(
                "test",
                full,
                heard,
                100,
                new LineSink.Patience(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(50)));
        sink.accept(Some.text("1"));
        CompletableFuture<Void> waits = sink.accept(Some.text("2")).toCompletableFuture();
        sink.close();
        assertThat(heard.said()).contains("degraded: closed with 2 messages not written");
        assertThat(waits).as("nobody waits for a closed sink").isDone();
        assertThat((Object) sink.accept(Some.text("late"))).isSameAs(Sink.MORE);
    }

    @Test
    void goesOnAtTheByteWhereAStreamFailed() {
        byte[] all = new byte[1 << 16];
        ByteBuffer out = ByteBuffer.wrap(all);
        Random random = new Random(3);
        WritableByteChannel moody = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                int some = Math.min(from.remaining(), random.nextInt(50));
                out.put(from.slice().limit(some));
                from.position(from.position() + some);
                if (random.nextInt(4) == 0) {
                    throw new IOException("Broken pipe");
                }
                return some;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        LineSink sink = new LineSink("test", new StreamTarget(moody), heard, 1_000_000, QUICK);
        List<String> texts = IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();
        texts.forEach(text -> sink.accept(Some.text(text)));
        sink.close();
        String written = new String(all, 0, out.position(), StandardCharsets.UTF_8);
        assertThat(written.lines().map(line -> Some.json(line).path("text").asText()))
                .isEqualTo(texts);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceThatIsFullDegradesItAndEndsNothing() throws IOException {
        RollingFile file = new RollingFile(
                new RollingFile.Settings(
                        Path.of("/dev/full"), 1000, Optional.empty(), false, OptionalInt.empty(), Fsync.NEVER),
                RealDisk.INSTANCE,
                Clock.systemUTC());
        LineSink sink = new LineSink(
                "test",
                file,
                heard,
                1000,
                new LineSink.Patience(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(50)));
        sink.accept(Some.text("nowhere to go"));
        heard.await("degraded: No space left on device");
        sink.close();
        assertThat(heard.said())
                .contains("degraded: closed with 1 messages not written")
                .doesNotContain("healed");
    }

    @Test
    void manyConnectionsAndADiskThatFailsNowAndThenLoseNothingAndKeepTheirOrder(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("messages.ndjson");
        FaultyDisk disk = new FaultyDisk();
        RollingFile file = new RollingFile(
                new RollingFile.Settings(path, 20_000, Optional.empty(), false, OptionalInt.empty(), Fsync.NEVER),
                disk,
                Clock.systemUTC());
        LineSink sink = new LineSink("test", file, heard, 4000, QUICK);
        int connections = 8;
        int messages = 1000;
        List<Thread> loops = new ArrayList<>();
        for (int c = 0; c < connections; c++) {
            String id = "c" + c;
            Thread loop = new Thread(() -> {
                Random random = new Random(id.hashCode());
                for (int m = 0; m < messages; m++) {
                    sink.accept(Some.text(id, 1, "" + m)).toCompletableFuture().join();
                    if (m % 100 == 50) {
                        disk.failures = 1 + random.nextInt(3);
                        disk.losesChannel = random.nextBoolean();
                        disk.room = random.nextInt(2000);
                    }
                }
            });
            loop.start();
            loops.add(loop);
        }
        for (Thread loop : loops) {
            loop.join();
        }
        disk.failures = 1;
        sink.close();
        Map<String, Integer> next = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> inOrder = files.sorted(java.util.Comparator.comparing((Path one) ->
                            one.equals(path) ? "~" : one.toString().replaceAll(".*Z-(\\d+).*", "$1")))
                    .toList();
            assertThat(inOrder).hasSizeGreaterThan(10);
            for (Path one : inOrder) {
                for (String line : Files.readAllLines(one)) {
                    String id = Some.json(line).path("id").asText();
                    assertThat(Some.json(line).path("text").asInt()).isEqualTo(next.getOrDefault(id, 0));
                    next.merge(id, 1, Integer::sum);
                }
            }
        }
        assertThat(next)
                .hasSize(connections)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(messages));
        assertThat(disk.writesFailed).isPositive();
        assertThat(heard.said()).contains("degraded: " + FaultyDisk.FULL, "healed");
    }
}

package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.HandClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RollingFileTest {

    private static final Inbound[] MESSAGES = {
        Some.text("one"),
        Some.text("two \"quoted\" \\ \n line feed"),
        Some.bytes((byte) 0, (byte) 10, (byte) -1),
        Some.text("vier: ä€😀"),
        Some.text(""),
        Some.text("x".repeat(200)),
        Some.text("last"),
    };
    private static final int ROLL_AT = 256;

    @TempDir
    Path folder;

    private final HandClock clock = new HandClock(Instant.ofEpochMilli(Some.AT));
    private final FaultyDisk disk = new FaultyDisk();

    private Path path(Object name) {
        return folder.resolve(name + "/messages.ndjson");
    }

    private static RollingFile.Settings settings(Path path) {
        return new RollingFile.Settings(path, ROLL_AT, Optional.empty(), false, OptionalInt.empty(), Fsync.NEVER);
    }

    private RollingFile open(Path path) throws IOException {
        return new RollingFile(settings(path), disk, clock);
    }

    // What comes out is what went in, wherever the disk fails.

    private enum Fault {
        FULL {
            @Override
            void arm(FaultyDisk disk) {
                disk.failures = 3;
            }
        },
        FULL_AND_NOT_EVEN_A_REPAIR {
            @Override
            void arm(FaultyDisk disk) {
                disk.failures = 1;
                disk.truncateFails = 2;
            }
        },
        CHANNEL_LOST {
            @Override
            void arm(FaultyDisk disk) {
                disk.failures = 2;
                disk.losesChannel = true;
            }
        },
        CHANNEL_LOST_AND_NO_DESCRIPTOR_FREE {
            @Override
            void arm(FaultyDisk disk) {
                disk.failures = 1;
                disk.losesChannel = true;
                disk.openFails = 2;
            }
        },
        ROLLED_BUT_NOT_MOVED {
            @Override
            void arm(FaultyDisk disk) {
                disk.failures = 1;
                disk.moveFails = 2;
            }
        },
        FORCE_FAILS {
            @Override
            void arm(FaultyDisk disk) {
                disk.failures = 1;
                disk.forceFails = 2;
            }
        };

        abstract void arm(FaultyDisk armed);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Fault.class)
    void whatComesOutIsWhatWentInWhereverTheDiskFails(Fault fault) throws IOException {
        List<String> expected = texts(Some.lines(MESSAGES));
        int total = Some.lines(MESSAGES).size();
        Fsync fsync = fault == Fault.FORCE_FAILS ? Fsync.ALWAYS : Fsync.NEVER;
        int step = fault == Fault.FULL ? 1 : 7;
        for (int at = 0; at <= total; at += step) {
            Path path = path(at);
            FaultyDisk faulty = new FaultyDisk();
            RollingFile file = new RollingFile(
                    new RollingFile.Settings(path, ROLL_AT, Optional.empty(), false, OptionalInt.empty(), fsync),
                    faulty,
                    clock);
            faulty.room = at;
            fault.arm(faulty);
            for (int from = 0; from < MESSAGES.length; from += 4) {
                writeWhatever(file, Arrays.copyOfRange(MESSAGES, from, Math.min(MESSAGES.length, from + 4)));
                clock.pass(Duration.ofMillis(500));
            }
            file.close();
            assertThat(written(path)).as("failing at byte " + at).isEqualTo(expected);
            assertThat(at == total || faulty.writesFailed > 0).isTrue();
        }
    }

    private static void writeWhatever(RollingFile file, Inbound... messages) {
        Lines lines = Some.lines(messages);
        for (int attempt = 0; !lines.isEmpty(); attempt++) {
            try {
                file.write(lines);
            } catch (IOException e) {
                assertThat(attempt).as("it must get over it; last " + e).isLessThan(20);
            }
        }
    }

    @Test
    void whateverAKilledProcessLeavesNoLineIsMergedOrLost() throws IOException {
        int total = Some.lines(MESSAGES).size();
        for (int at = 0; at < total; at++) {
            Path path = path(at);
            FaultyDisk dying = new FaultyDisk();
            dying.room = at;
            dying.dies = true;
            RollingFile before = new RollingFile(settings(path), dying, clock);
            Lines lines = Some.lines(MESSAGES);
            assertThatThrownBy(() -> before.write(lines)).isInstanceOf(FaultyDisk.Died.class);
            before.close();
            RollingFile after = open(path);
            after.write(Some.lines(Some.text("after"), Some.text("the end")));
            after.close();
            List<String> all = new ArrayList<>(); // half a line may end within a character: look at bytes
            for (Path one : rolled(path)) {
                all.addAll(lines(Files.readString(one, StandardCharsets.ISO_8859_1)));
            }
            all.addAll(lines(Files.readString(path, StandardCharsets.ISO_8859_1)));
            int kept = all.size() - 2;
            assertThat(all.subList(kept, all.size())).isEqualTo(asBytes(Some.text("after"), Some.text("the end")));
            assertThat(String.join("\n", asBytes(MESSAGES)))
                    .as("killed at byte " + at)
                    .startsWith(String.join("\n", all.subList(0, kept)));
            assertThat(all.subList(0, Math.max(0, kept - 1))).allMatch(Some::isJson);
        }
    }

    private static List<String> asBytes(Inbound... messages) {
        Lines lines = Some.lines(messages);
        return lines(
                StandardCharsets.ISO_8859_1.decode(lines.upTo(lines.size())).toString());
    }

    // Where it writes.

    @Test
    void makesTheFoldersItNeedsAndAppendsToWhatIsThere() throws IOException {
        Path path = folder.resolve("a/b/c.ndjson");
        try (Closing file = new Closing(open(path))) {
            file.write(Some.text("before"));
        }
        try (Closing file = new Closing(open(path))) {
            file.write(Some.text("after"));
        }
        assertThat(texts(written(path))).containsExactly("before", "after");
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {"{\"id\":\"quotes\",\"gener", "{\"id\":\"whole, but for its line feed\"}", "not ours at all"})
    void endsHalfALineThatItFindsAndNeverCutsIt(String half) throws IOException {
        Path path = folder.resolve("messages.ndjson");
        Files.writeString(path, "{\"id\":\"x\"}\n" + half);
        try (Closing file = new Closing(open(path))) {
            file.write(Some.text("after"));
        }
        List<String> lines = Files.readAllLines(path);
        assertThat(lines).hasSize(3).startsWith("{\"id\":\"x\"}", half);
        assertThat(Some.json(lines.get(2)).path("text").asText()).isEqualTo("after");
    }

    @Test
    void letsNoTwoSinksWriteToOneFile() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        try (Closing file = new Closing(open(path))) {
            assertThatThrownBy(() -> open(path)).isInstanceOf(IOException.class).hasMessageContaining("another sink");
            file.write(Some.text("still ours"));
        }
        assertThat(texts(written(path))).containsExactly("still ours");
    }

    @Test
    void beginsANewFileWhenSomebodyMovedItsOwnAway() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        Path moved = folder.resolve("moved");
        try (Closing file = new Closing(open(path))) {
            file.write(Some.text("1"));
            Files.move(path, moved);
            clock.pass(Duration.ofSeconds(2));
            file.write(Some.text("2"));
        }
        assertThat(texts(Files.readAllLines(moved))).containsExactly("1");
        assertThat(texts(Files.readAllLines(path))).containsExactly("2");
    }

    @Test
    void leavesNoHoleWhenSomebodyEmptiedItsFile() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        try (Closing file = new Closing(open(path))) {
            file.write(Some.text("1"));
            Files.write(path, new byte[0]);
            file.write(Some.text("2"));
        }
        assertThat(texts(Files.readAllLines(path))).containsExactly("2");
    }

    // Rolling.

    @Test
    void rollsBeforeALineThatWouldMakeItTooLong() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        try (Closing file = new Closing(open(path))) {
            file.write(MESSAGES);
        }
        List<Path> rolled = rolled(path);
        assertThat(rolled).hasSizeGreaterThan(2);
        for (Path one : rolled) {
            assertThat(Files.size(one) <= ROLL_AT || Files.readAllLines(one).size() == 1)
                    .as(one + " is not too long")
                    .isTrue();
        }
        assertThat(rolled.get(0)).hasFileName("messages-20260101T000000.007Z-000001.ndjson");
    }

    @Test
    void rollsByTheAgeOfItsFirstLineAlsoWhenNothingComes() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        RollingFile.Settings daily = new RollingFile.Settings(
                path, 1_000_000, Optional.of(Duration.ofDays(1)), false, OptionalInt.empty(), Fsync.NEVER);
        RollingFile file = new RollingFile(daily, disk, clock);
        file.write(Some.lines(Some.text("1")));
        clock.pass(Duration.ofHours(23));
        file.close();
        file = new RollingFile(daily, disk, clock); // a restart does not make the file younger
        file.idle();
        assertThat(rolled(path)).isEmpty();
        clock.pass(Duration.ofHours(1));
        file.idle();
        assertThat(rolled(path)).hasSize(1);
        clock.pass(Duration.ofDays(2));
        file.idle(); // an empty file is not rolled
        file.write(Some.lines(Some.text("2")));
        clock.pass(Duration.ofDays(1));
        file.write(Some.lines(Some.text("3")));
        file.close();
        assertThat(rolled(path)).hasSize(2);
        assertThat(texts(written(path))).containsExactly("1", "2", "3");
    }

    @Test
    void neverOverwritesWhatItRolled() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        for (int start = 0; start < 3; start++) { // at one instant of the clock
            try (Closing file = new Closing(open(path))) {
                file.write(MESSAGES);
            }
        }
        assertThat(written(path)).hasSize(3 * MESSAGES.length);
    }

    @Test
    void compressesWhatItRolledAndWhatAnEarlierProcessDidNotGetTo() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        Path left = folder.resolve("messages-20251231T235959.999Z-000041.ndjson");
        Files.writeString(left, "{\"id\":\"left\",\"text\":\"left\"}\n");
        Files.writeString(folder.resolve(left.getFileName() + ".gz.tmp"), "half of it");
        Files.writeString(folder.resolve("messages-other.ndjson"), "not ours");
        try (Closing file = new Closing(new RollingFile(
                new RollingFile.Settings(path, ROLL_AT, Optional.empty(), true, OptionalInt.empty(), Fsync.ON_ROLL),
                disk,
                clock))) {
            file.write(MESSAGES);
        }
        assertThat(rolled(path))
                .hasSizeGreaterThan(2)
                .allSatisfy(file -> assertThat(file.toString()).endsWith(".gz"));
        assertThat(rolled(path).get(1)).hasFileName("messages-20260101T000000.007Z-000042.ndjson.gz");
        assertThat(written(path)).hasSize(1 + MESSAGES.length);
        assertThat(folder.resolve("messages-other.ndjson")).hasContent("not ours");
        assertThat(disk.forced).isGreaterThan(2);
    }

    @Test
    void keepsTheNewestRolledFilesWhateverTheClockDoes() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        RollingFile.Settings two = new RollingFile.Settings(
                path, 1, Optional.empty(), true, OptionalInt.of(2), Fsync.NEVER); // each line its own file
        for (int i = 0; i < 6; i++) {
            try (Closing file = new Closing(new RollingFile(two, disk, clock))) {
                file.write(Some.text("" + i));
            }
            clock.pass(Duration.ofHours(-1));
        }
        assertThat(rolled(path)).hasSize(2);
        assertThat(texts(written(path))).containsExactly("3", "4", "5");
    }

    // Forcing.

    @Test
    void forcesAsOftenAsItIsTold() throws IOException {
        Path path = folder.resolve("messages.ndjson");
        RollingFile file = new RollingFile(
                new RollingFile.Settings(
                        path,
                        1_000_000,
                        Optional.empty(),
                        false,
                        OptionalInt.empty(),
                        Fsync.every(Duration.ofSeconds(5))),
                disk,
                clock);
        file.write(Some.lines(Some.text("1")));
        assertThat(disk.forced).isZero();
        clock.pass(Duration.ofSeconds(5));
        file.idle();
        assertThat(disk.forced).isEqualTo(1);
        clock.pass(Duration.ofSeconds(5));
        file.idle();
        assertThat(disk.forced).as("nothing was written since").isEqualTo(1);
        file.close();
        assertThat(disk.forced).isEqualTo(2);
    }

    // Reading what was written.

    /** For try-with-resources. */
    private record Closing(RollingFile file) implements AutoCloseable {
        void write(Inbound... messages) throws IOException {
            file.write(Some.lines(messages));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static List<Path> rolled(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path.toAbsolutePath().getParent())) {
            return files.filter(file -> file.getFileName().toString().matches("messages-\\d.*"))
                    .sorted(Comparator.comparing(
                            (Path file) -> file.getFileName().toString().replaceAll(".*Z-(\\d+).*", "$1")))
                    .toList();
        }
    }

    private static List<String> written(Path path) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : rolled(path)) {
            if (file.toString().endsWith(".gz")) {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                    lines.addAll(lines(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
                }
            } else {
                lines.addAll(lines(Files.readString(file)));
            }
        }
        lines.addAll(lines(Files.readString(path)));
        return lines;
    }

    private static List<String> lines(String content) {
        assertThat(content.isEmpty() || content.endsWith("\n")).isTrue();
        return content.isEmpty()
                ? List.of()
                : List.of(content.substring(0, content.length() - 1).split("\n", -1));
    }

    private static List<String> texts(Lines lines) {
        return lines(StandardCharsets.UTF_8.decode(lines.upTo(lines.size())).toString());
    }

    private static List<String> texts(List<String> lines) {
        return lines.stream().map(line -> Some.json(line).path("text").asText()).toList();
    }
}

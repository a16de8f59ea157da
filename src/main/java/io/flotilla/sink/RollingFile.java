package io.flotilla.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines that is set aside when it is large or old enough. Ends with a whole line at all times that it can: a write that
 * failed half-way is cut off before the next one, and so is what a killed process left behind.
 */
final class RollingFile implements LineSink.Target {

    /** When the file is forced to the disk. */
    enum Fsync {
        NEVER,
        ON_ROLL,
        ALWAYS
    }

    /**
     * @param rollAt bytes
     * @param rollEvery age; empty: never by age
     * @param keep rolled files that are kept; empty: all
     */
    record Settings(
            Path path, long rollAt, Optional<Duration> rollEvery, boolean gzip, Optional<Integer> keep, Fsync fsync) {}

    private static final Logger LOG = LoggerFactory.getLogger(RollingFile.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Settings settings;
    private final Clock clock;
    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "flotilla-sink-gzip");
        thread.setDaemon(true);
        return thread;
    });
    private FileChannel channel;
    private long whole;
    private Instant openedAt;

    RollingFile(Settings settings, Clock clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        Path parent = settings.path().toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        this.channel = open();
        this.openedAt = clock.instant();
        this.whole = endOfLastLine();
        if (whole < channel.size()) {
            LOG.warn(
                    "File {} ended in half a line, as a killed process leaves it; {} bytes of it are cut off",
                    settings.path(),
                    channel.size() - whole);
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(
                settings.path(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private long endOfLastLine() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(64 * 1024);
        long end = channel.size();
        while (end > 0) {
            long from = Math.max(0, end - block.capacity());
            block.clear().limit((int) (end - from));
            while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
                // reads on until the block is full
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    @Override
    public void write(byte[] lines, int length) throws IOException {
        if (whole > 0 && (whole + length > settings.rollAt() || tooOld())) {
            roll();
        }
        if (channel.size() != whole) {
            channel.truncate(whole);
        }
        ByteBuffer rest = ByteBuffer.wrap(lines, 0, length);
        long at = whole;
        while (rest.hasRemaining()) {
            at += channel.write(rest, at);
        }
        if (settings.fsync() == Fsync.ALWAYS) {
            channel.force(false);
        }
        whole = at;
    }

    @Override
    public void idle() throws IOException {
        if (whole > 0 && tooOld()) {
            roll();
        }
    }

    private boolean tooOld() {
        return settings.rollEvery()
                .filter(age -> !clock.instant().isBefore(openedAt.plus(age)))
                .isPresent();
    }

    private void roll() throws IOException {
        if (channel.size() != whole) {
            channel.truncate(whole);
        }
        if (settings.fsync() != Fsync.NEVER) {
            channel.force(true);
        }
        Path aside = free();
        Files.move(settings.path(), aside, StandardCopyOption.ATOMIC_MOVE);
        channel.close();
        channel = open();
        whole = channel.size();
        openedAt = clock.instant();
        background.execute(() -> finish(aside));
    }

    /** A name that is not taken: the time, and a number where the time is not enough. */
    private Path free() {
        String stamp = STAMP.format(clock.instant());
        Path name = sibling(stamp);
        for (int n = 1; Files.exists(name) || Files.exists(gzipped(name)); n++) {
            name = sibling(stamp + "-" + n);
        }
        return name;
    }

    private Path sibling(String stamp) {
        return settings.path().resolveSibling(stem() + "-" + stamp + suffix());
    }

    private String stem() {
        String file = fileName();
        int dot = file.lastIndexOf('.');
        return dot <= 0 ? file : file.substring(0, dot);
    }

    private String suffix() {
        return fileName().substring(stem().length());
    }

    private String fileName() {
        return String.valueOf(settings.path().getFileName());
    }

    private static Path gzipped(Path file) {
        return file.resolveSibling(file.getFileName() + ".gz");
    }

    private void finish(Path aside) {
        try {
            if (settings.gzip()) {
                gzip(aside);
            }
            drop();
        } catch (IOException e) {
            LOG.warn("Rolled file {} stays as it is: {}", aside, e.getMessage());
        }
    }

    private static void gzip(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".gz.tmp");
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(part), 64 * 1024)) {
            in.transferTo(out);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, gzipped(file), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }

    /** Keeps the newest rolled files only. */
    private void drop() throws IOException {
        if (settings.keep().isEmpty()) {
            return;
        }
        Path folder = settings.path().toAbsolutePath().getParent();
        String stem = stem() + "-";
        List<Path> rolled;
        try (Stream<Path> files = Files.list(java.util.Objects.requireNonNull(folder))) {
            rolled = files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(stem)
                                && name.matches(".*-\\d{8}T\\d{6}\\.\\d{3}Z.*")
                                && !name.endsWith(".tmp");
                    })
                    .sorted()
                    .toList();
        }
        for (Path old :
                rolled.subList(0, Math.max(0, rolled.size() - settings.keep().get()))) {
            Files.delete(old);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (settings.fsync() != Fsync.NEVER) {
                channel.force(true);
            }
        } finally {
            channel.close();
            background.shutdown();
        }
        try {
            if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("A rolled file of {} is still being compressed", settings.path());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

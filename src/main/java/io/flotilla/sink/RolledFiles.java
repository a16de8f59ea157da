package io.flotilla.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a {@link RollingFile} has set aside: {@code messages-20260101T000000.000Z-000001.ndjson.gz}, in the order of
 * their numbers, whatever the clock did. Compresses them and drops the oldest on a thread of its own; what a killed process left
 * undone is done at the next start.
 */
final class RolledFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RolledFiles.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final String GZ = ".gz";
    private static final String PART = ".gz.tmp";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private record Rolled(Path path, long number) {}

    private final Path folder;
    private final String stem;
    private final String suffix;
    private final Pattern names;
    private final boolean gzip;
    private final OptionalInt keep;
    private final boolean force;
    private final ThreadPoolExecutor background;
    private long last;
    private volatile boolean closing;

    /**
     * Those of this path.
     *
     * @param force whether a compressed file must be on the device before its original goes
     */
    RolledFiles(Path path, boolean gzip, OptionalInt keep, boolean force) throws IOException {
        this.folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder");
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        this.stem = dot <= 0 ? name : name.substring(0, dot);
        this.suffix = name.substring(stem.length());
        this.names = Pattern.compile(Pattern.quote(stem) + "-\\d{8}T\\d{6}\\.\\d{3}Z-(\\d{6,18})"
                + Pattern.quote(suffix) + "(\\.gz|\\.gz\\.tmp)?");
        this.gzip = gzip;
        this.keep = keep;
        this.force = force;
        this.background = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                task -> {
                    Thread thread = new Thread(task, "flotilla-sink-rolled");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy()); // the one that waits will see to everything
        background.allowCoreThreadTimeOut(true);
        this.last = list().stream().mapToLong(Rolled::number).max().orElse(0);
    }

    /** The name for the next file: one that is not taken. */
    Path next(Instant now) {
        Path name;
        do {
            last++;
            name = folder.resolve(String.format("%s-%s-%06d%s", stem, STAMP.format(now), last, suffix));
        } while (Files.exists(name) || Files.exists(with(name, GZ)));
        return name;
    }

    /** Has the rolled files dropped and compressed, in the background. */
    void tidy() {
        if (!gzip && keep.isEmpty()) {
            return;
        }
        background.execute(() -> {
            try {
                tidyNow();
            } catch (IOException | RuntimeException e) {
                if (!closing) {
                    LOG.warn(
                            "Rolled files of {} stay as they are until the next is rolled: {}",
                            folder.resolve(stem + suffix),
                            e.toString());
                }
            }
        });
    }

    private void tidyNow() throws IOException {
        List<Rolled> files = list();
        for (Rolled file : files) {
            if (isPart(file)) {
                Files.deleteIfExists(file.path());
            }
        }
        files.removeIf(RolledFiles::isPart);
        if (keep.isPresent()) {
            long[] numbers =
                    files.stream().mapToLong(Rolled::number).distinct().sorted().toArray();
            int tooMany = numbers.length - keep.getAsInt();
            if (tooMany > 0) {
                long oldestKept = numbers[tooMany]; // keep is at least 1
                for (Rolled file : files) {
                    if (file.number() < oldestKept) {
                        Files.deleteIfExists(file.path());
                    }
                }
                files.removeIf(file -> file.number() < oldestKept);
            }
        }
        if (gzip) {
            for (Rolled file : files) {
                if (!file.path().toString().endsWith(GZ)) {
                    compress(file.path());
                }
            }
        }
    }

    private static boolean isPart(Rolled file) {
        return file.path().toString().endsWith(PART);
    }

    private List<Rolled> list() throws IOException {
        List<Rolled> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(path -> {
                Matcher name = names.matcher(String.valueOf(path.getFileName()));
                if (name.matches()) {
                    found.add(new Rolled(path, Long.parseLong(name.group(1))));
                }
            });
        }
        found.sort(Comparator.comparingLong(Rolled::number).thenComparing(Rolled::path));
        return found;
    }

    private void compress(Path file) throws IOException {
        Path part = with(file, PART);
        boolean whole = false;
        try (InputStream in = Files.newInputStream(file);
                FileChannel channel = FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            GZIPOutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), 64 * 1024);
            copy(in, out);
            out.finish();
            if (force) {
                channel.force(true);
            }
            out.close();
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(part);
            }
        }
        Files.move(part, with(file, GZ), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        byte[] block = new byte[64 * 1024];
        int read;
        while ((read = in.read(block)) >= 0) {
            if (closing) {
                throw new IOException("closed");
            }
            out.write(block, 0, read);
        }
    }

    private static Path with(Path file, String more) {
        return file.resolveSibling(file.getFileName() + more);
    }

    /** Gives what is under way a moment; what is not done then is done at the next start. */
    void close() {
        background.shutdown();
        try {
            background.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
            closing = true;
            background.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing = true;
            Thread.currentThread().interrupt();
        }
    }
}

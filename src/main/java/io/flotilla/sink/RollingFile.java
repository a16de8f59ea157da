package io.flotilla.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines that is set aside when it is large or old enough.
 *
 * <p>Ends with a whole line at all times that it can: a write that failed half-way is cut off before the next one. What was there
 * before is never cut: half a line that a killed process left behind is ended, so that the next line begins one of its own.
 */
final class RollingFile implements LineSink.Target {

    /**
     * @param rollAt bytes; only a line that alone is longer makes a file longer
     * @param rollEvery age of its first line; empty: never by age
     * @param keep rolled files that are kept; empty: all
     */
    record Settings(
            Path path, long rollAt, Optional<Duration> rollEvery, boolean gzip, OptionalInt keep, Fsync fsync) {}

    private static final Logger LOG = LoggerFactory.getLogger(RollingFile.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int HEAD = 512;
    private static final Pattern FIRST_AT = Pattern.compile("\"at\":\"([0-9TZ:.-]{20,30})\"");

    private final Settings settings;
    private final Disk disk;
    private final Clock clock;
    private final RolledFiles rolled;

    private Disk.@Nullable OpenFile file;
    private long whole;
    private boolean known;
    private boolean torn;
    private Instant begun;
    private Instant lookedAt;
    private boolean unforced;
    private Instant forcedAt;

    /**
     * Opens the file to append to it.
     *
     * @throws IOException when it cannot be written to
     */
    RollingFile(Settings settings, Disk disk, Clock clock) throws IOException {
        this.settings = settings;
        this.disk = disk;
        this.clock = clock;
        this.begun = clock.instant();
        this.lookedAt = begun;
        this.forcedAt = begun;
        Disk.OpenFile opened = disk.open(settings.path());
        this.file = opened;
        this.rolled = new RolledFiles(
                settings.path(),
                settings.gzip(),
                settings.keep(),
                settings.fsync().onRoll());
        this.begun = ageOf(opened);
        rolled.tidy();
    }

    // Lines.

    @Override
    public void write(Lines lines) throws IOException {
        while (!lines.isEmpty()) {
            Disk.OpenFile ready = ready();
            int end = lines.endWithin(settings.rollAt() - whole);
            if (whole > 0 && (end == lines.taken() || tooOld())) {
                roll(ready);
                continue;
            }
            append(ready, lines, end == lines.taken() ? lines.nextEnd() : end);
        }
        forceIfDue();
    }

    private void append(Disk.OpenFile to, Lines lines, int end) throws IOException {
        if (whole == 0) {
            begun = clock.instant();
        }
        torn = true;
        unforced = true;
        ByteBuffer rest = lines.upTo(end);
        long at = whole;
        while (rest.hasRemaining()) {
            int written = to.write(rest, at);
            if (written <= 0) {
                throw new IOException("the file takes nothing");
            }
            at += written;
        }
        if (settings.fsync().every().filter(Duration::isZero).isPresent()) {
            to.force();
            unforced = false;
        }
        torn = false;
        whole = at;
        lines.take(end);
    }

    @Override
    public void idle() throws IOException {
        Disk.OpenFile ready = ready();
        if (whole > 0 && tooOld()) {
            roll(ready);
        }
        forceIfDue();
    }

    private void forceIfDue() throws IOException {
        if (unforced && file != null && settings.fsync().every().isPresent()) {
            Instant now = clock.instant();
            if (!now.isBefore(forcedAt.plus(settings.fsync().every().get()))) {
                file.force();
                unforced = false;
                forcedAt = now;
            }
        }
    }

    // The file, as it should be before a write.

    /** The file, open, at its path, ending in a whole line. */
    private Disk.OpenFile ready() throws IOException {
        Disk.OpenFile now = file;
        if (now != null && now.isOpen() && takenAway(now)) {
            LOG.warn("File {} was taken away or replaced by someone else; a new one begins", settings.path());
            letGo(now);
            now = null;
        }
        if (now == null || !now.isOpen()) {
            boolean same = now != null && now.isAt(settings.path()); // only the channel was lost, not the file
            now = disk.open(settings.path());
            file = now;
            known = known && same;
            begun = ageOf(now);
        }
        repair(now);
        return now;
    }

    private boolean takenAway(Disk.OpenFile from) {
        Instant now = clock.instant();
        if (now.isBefore(lookedAt.plus(LOOK)) && !now.isBefore(lookedAt)) {
            return false;
        }
        lookedAt = now;
        return !from.isAt(settings.path());
    }

    private void letGo(Disk.OpenFile gone) {
        try (gone) {
            if (torn) {
                gone.truncate(whole);
            }
        } catch (IOException e) {
            LOG.warn(
                    "What was file {} may end in half a line, which the new one has whole: {}",
                    settings.path(),
                    e.getMessage());
        }
        forget();
    }

    private void forget() {
        file = null;
        known = false;
        torn = false;
        unforced = false;
        whole = 0;
    }

    private void repair(Disk.OpenFile at) throws IOException {
        long size = at.size();
        if (known && torn && size > whole) {
            at.truncate(whole);
            size = whole;
        }
        if (!known || size != whole) { // new to us, or somebody else cut it or added to it
            endLastLine(at, size);
        }
        torn = false;
    }

    private void endLastLine(Disk.OpenFile at, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0) {
            at.read(last, size - 1);
        }
        boolean open = size > 0 && last.position() == 1 && last.get(0) != '\n';
        if (open) {
            LOG.warn("File {} ends in half a line, as a killed process leaves it; it is ended there", settings.path());
            if (at.write(ByteBuffer.wrap(new byte[] {'\n'}), size) != 1) {
                throw new IOException("the file takes nothing");
            }
        }
        whole = open ? size + 1 : size;
        known = true;
    }

    /** When its first line was received, as that line says; now, for a file that is new or whose line says nothing. */
    private Instant ageOf(Disk.OpenFile of) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        of.read(head, 0);
        Matcher at = FIRST_AT.matcher(new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1));
        Instant now = clock.instant();
        try {
            Instant said = at.find() ? Instant.parse(at.group(1)) : now;
            return said.isBefore(now) ? said : now;
        } catch (DateTimeException e) {
            return now;
        }
    }

    // Setting aside.

    private boolean tooOld() {
        return settings.rollEvery()
                .filter(age -> !clock.instant().isBefore(begun.plus(age)))
                .isPresent();
    }

    private void roll(Disk.OpenFile full) throws IOException {
        if (!full.isAt(settings.path())) {
            letGo(full);
            return;
        }
        if (settings.fsync().onRoll()) {
            full.force();
        }
        Path aside = rolled.next(clock.instant());
        try {
            full.close();
        } finally {
            forget();
        }
        disk.move(settings.path(), aside);
        rolled.tidy();
    }

    @Override
    public void close() throws IOException {
        Disk.OpenFile last = file;
        try {
            if (last != null && last.isOpen()) {
                try (last) {
                    if (known && torn) {
                        last.truncate(whole);
                    }
                    if (settings.fsync().onRoll()) {
                        last.force();
                    }
                }
            }
        } finally {
            rolled.close();
        }
    }
}

package io.flotilla.transport.netty;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at the files of keys and authorities, and reads them. Waits for the disk. */
final class TlsFiles {

    /**
     * A file that was changed so lately may be being written still; and it may be changed again within the same tick of the file system's
     * clock, which only its content shows.
     */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private TlsFiles() {}

    /** What the file system says of a file: when it says the same again, the file is the same, unless it was young. */
    record Seen(
            Path path,
            long size,
            FileTime modified,
            @Nullable Object inode) {
        boolean youngAt(Instant now) {
            return modified.toInstant().plus(YOUNG).isAfter(now);
        }
    }

    static List<Seen> look(List<Path> files) throws IOException {
        List<Seen> seen = new ArrayList<>();
        for (Path file : files) {
            BasicFileAttributes attributes = attributes(file);
            if (!attributes.isRegularFile()) {
                throw new IOException("[" + file + "] is no file");
            }
            seen.add(new Seen(file, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
        }
        return seen;
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException unreadable) {
            throw said(file, unreadable);
        }
    }

    static List<byte[]> read(List<Path> files) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(MOST_BYTES + 1);
                if (content.length > MOST_BYTES) {
                    throw new IOException("has more than " + MOST_BYTES + " bytes");
                }
                contents.add(content);
            } catch (IOException unreadable) {
                throw said(file, unreadable);
            }
        }
        return contents;
    }

    private static IOException said(Path file, IOException unreadable) {
        String why = unreadable instanceof NoSuchFileException
                ? "is not there"
                : unreadable instanceof AccessDeniedException
                        ? "may not be read by this process"
                        : "cannot be read: " + unreadable.getMessage();
        return new IOException("[" + file + "] " + why, unreadable);
    }
}

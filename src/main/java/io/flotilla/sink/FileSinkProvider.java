package io.flotilla.sink;

import io.flotilla.spec.Block;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code type = file}: lines of JSON in a file that rolls by size and age. */
public final class FileSinkProvider implements SinkProvider {

    private static final String FSYNC = "never, on-roll, always, or a duration such as 1s";

    @Override
    public String type() {
        return "file";
    }

    @Override
    public Opener read(Block settings) {
        RollingFile.Settings file = new RollingFile.Settings(
                settings.file("path", Path.of("data/messages.ndjson")),
                settings.bytes("roll-at", 256L * 1024 * 1024),
                settings.is("roll-every", "off")
                        ? Optional.empty()
                        : Optional.of(settings.duration("roll-every", Duration.ofDays(1))),
                settings.flag("gzip", true),
                !settings.has("keep") || settings.is("keep", "all")
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) settings.number("keep", 1, 1, 1_000_000)),
                fsync(settings));
        long buffer = settings.bytes("buffer", 8L * 1024 * 1024);
        return context -> {
            try {
                RollingFile target = new RollingFile(file, RealDisk.INSTANCE, Clock.systemUTC());
                return new LineSink(context.name(), target, context, buffer);
            } catch (IOException e) {
                throw new IOException("File [" + file.path() + "] cannot be written to: " + reason(e), e);
            }
        };
    }

    private static Fsync fsync(Block settings) {
        String word = settings.text("fsync").orElse("on-roll");
        return switch (word) {
            case "never" -> Fsync.NEVER;
            case "on-roll" -> Fsync.ON_ROLL;
            case "always" -> Fsync.ALWAYS;
            default -> {
                if (word.matches("\\s*\\d.*")) {
                    yield Fsync.every(settings.duration("fsync", Duration.ofSeconds(1)));
                }
                settings.problem("fsync", FSYNC, true);
                yield Fsync.ON_ROLL;
            }
        };
    }

    /** The JDK's own message of these is the name of the file, and nothing else. */
    private static String word(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file where a folder should be";
        }
        return e instanceof NoSuchFileException
                ? "there is no such folder"
                : e.getClass().getSimpleName();
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException of
                ? Optional.ofNullable(of.getReason()).orElse(word(of)) + " [" + of.getFile() + "]"
                : String.valueOf(e.getMessage());
    }
}

package io.flotilla.sink;

import io.flotilla.spec.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code type = file}: lines of JSON in a file that rolls by size and age. */
public final class FileSinkProvider implements SinkProvider {

    @Override
    public String type() {
        return "file";
    }

    @Override
    public Opener read(Block settings) {
        Path path = settings.file("path", Path.of("data/messages.ndjson"));
        long rollAt = settings.bytes("roll-at", 256L * 1024 * 1024);
        Optional<Duration> rollEvery =
                settings.text("roll-every").filter("off"::equals).isPresent()
                        ? Optional.empty()
                        : Optional.of(settings.duration("roll-every", Duration.ofDays(1)));
        boolean gzip = settings.flag("gzip", true);
        Optional<Integer> keep = settings.text("keep").orElse("all").equals("all")
                ? Optional.empty()
                : Optional.of((int) settings.number("keep", 1, 1, 1_000_000));
        String fsync = settings.word("fsync", "on-roll", List.of("never", "on-roll", "always"));
        long buffer = settings.bytes("buffer", 8L * 1024 * 1024);
        RollingFile.Settings file = new RollingFile.Settings(
                path,
                rollAt,
                rollEvery,
                gzip,
                keep,
                switch (fsync) {
                    case "never" -> RollingFile.Fsync.NEVER;
                    case "always" -> RollingFile.Fsync.ALWAYS;
                    default -> RollingFile.Fsync.ON_ROLL;
                });
        String name = settings.path().substring(settings.path().lastIndexOf('.') + 1);
        return context -> {
            try {
                return new LineSink(name, new RollingFile(file, Clock.systemUTC()), context, buffer);
            } catch (IOException e) {
                throw new IOException("Sink [" + name + "] cannot open file [" + path + "]: " + e.getMessage(), e);
            }
        };
    }
}

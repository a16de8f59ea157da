package io.flotilla.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Reads a stream of server-sent events, as the HTML standard writes them. A stream that goes silent is cut: the server sends comments. */
final class ServerEvents {

    private static final Duration SILENCE = Duration.ofSeconds(60);

    private ServerEvents() {}

    /**
     * One event.
     *
     * @param id empty: none
     * @param data its lines, joined
     */
    record Event(Optional<String> id, String name, String data) {}

    /**
     * Reads until the stream ends, or {@code take} says that it was enough.
     *
     * @return whether it was enough
     * @throws IOException when the stream breaks
     */
    static boolean read(InputStream stream, Predicate<Event> take) throws IOException {
        AtomicLong heard = new AtomicLong(System.nanoTime());
        ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "flotilla-tail-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        watchdog.scheduleWithFixedDelay(() -> cutIfSilent(stream, heard), 1, 1, TimeUnit.SECONDS);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return read(lines, heard, take);
        } finally {
            watchdog.shutdownNow();
        }
    }

    private static void cutIfSilent(InputStream stream, AtomicLong heard) {
        if (System.nanoTime() - heard.get() > SILENCE.toNanos()) {
            try {
                stream.close();
            } catch (IOException e) {
                heard.set(System.nanoTime()); // it is tried again after another silence
            }
        }
    }

    private static boolean read(BufferedReader lines, AtomicLong heard, Predicate<Event> take) throws IOException {
        StringBuilder data = new StringBuilder();
        Optional<String> id = Optional.empty();
        String name = "message";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.set(System.nanoTime());
            if (line.isEmpty()) {
                if (data.length() > 0 && take.test(new Event(id, name, data.substring(0, data.length() - 1)))) {
                    return true;
                }
                data.setLength(0);
                id = Optional.empty();
                name = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (field) {
                case "data" -> data.append(value).append('\n');
                case "event" -> name = value;
                case "id" -> id = Optional.of(value);
                default -> {} // a comment, or a field of a later standard
            }
        }
        return false;
    }
}

package io.flotilla.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** {@code --watch}: the same again and again, in place on a terminal, until Ctrl-C. */
final class Watching {

    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final String WHOLE_SCREEN = "\u001b[2J";

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "EVERY",
            fallbackValue = "2s",
            converter = Durations.class,
            description = "Shows it again and again, every 2s unless said otherwise, until Ctrl-C.")
    private Optional<Duration> every = Optional.empty();

    @Option(names = "--times", paramLabel = "N", description = "With --watch: ends after so many looks.")
    private Optional<Integer> times = Optional.empty();

    boolean isOn() {
        return every.isPresent();
    }

    /** Once, or as long as it is watched. A server that goes away meanwhile is waited for; at first it has to be there. */
    void show(PrintWriter out, Consumer<PrintWriter> draw) {
        if (every.isEmpty()) {
            draw.accept(out);
            out.flush();
            return;
        }
        boolean onScreen = Terminal.isOne();
        if (onScreen) {
            out.print(WHOLE_SCREEN);
        }
        for (int looks = 1; ; looks++) {
            String page = page(draw, looks == 1);
            if (onScreen) {
                out.print(HOME
                        + page.replace(System.lineSeparator(), REST_OF_LINE + System.lineSeparator())
                        + REST_OF_SCREEN);
            } else {
                out.println(page);
            }
            out.flush();
            if (times.isPresent() && looks >= times.get() || !pause(every.get())) {
                return;
            }
        }
    }

    private static String page(Consumer<PrintWriter> draw, boolean first) {
        StringWriter page = new StringWriter();
        try {
            PrintWriter printer = new PrintWriter(page);
            draw.accept(printer);
            printer.flush();
        } catch (Main.Failed e) {
            if (first || !ApiClient.mayPass(e)) {
                throw e;
            }
            return e.getMessage() + System.lineSeparator() + "Trying again." + System.lineSeparator();
        }
        return page.toString();
    }

    /** False when somebody wants it to end. */
    static boolean pause(Duration time) {
        try {
            return !new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

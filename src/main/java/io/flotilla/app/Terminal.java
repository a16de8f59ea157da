package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.connection.ConnectionState;
import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What somebody who watches sees: one line that is drawn anew every second, on a terminal only. */
final class Terminal implements AutoCloseable {

    /** Goes to the beginning of the line and clears it. */
    static final String CLEAR = "\r\u001b[K";

    private static final Logger LOG = LoggerFactory.getLogger(Terminal.class);

    private final boolean attached;
    private final PrintStream out = System.err;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "flotilla-progress");
        thread.setDaemon(true);
        return thread;
    });
    private long messagesBefore;

    private Terminal(boolean attached) {
        this.attached = attached;
    }

    static Terminal attached() {
        return new Terminal(isOne());
    }

    @SuppressWarnings("SystemConsoleNull") // both answers are looked at
    static boolean isOne() {
        Console console = System.console();
        return console != null && isTerminal(console);
    }

    /** Characters of a line; a pipe has no end of line, and what reads it wants it all. */
    static int width() {
        return isOne() ? new UsageMessageSpec().autoWidth(true).width() : Integer.MAX_VALUE;
    }

    /** Whether colours are wanted: on a terminal, unless NO_COLOR is set. */
    static boolean isColoured() {
        return isOne() && System.getenv("NO_COLOR") == null;
    }

    boolean isAttached() {
        return attached;
    }

    /** Since JDK 22 there is a console also where there is no terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Console.isTerminal is public and throws nothing", e);
        }
    }

    /** Draws the line from now on. */
    void follow(Fleet fleet) {
        if (!attached) {
            return;
        }
        try {
            timer.scheduleWithFixedDelay(() -> draw(fleet), 0, 1, TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("It ends already: there is no progress to show", closed);
        }
    }

    private void draw(Fleet fleet) {
        long messages = fleet.messagesIn();
        out.print(CLEAR + line(fleet.counts(), messages - messagesBefore));
        out.flush();
        messagesBefore = messages;
    }

    static String line(Map<ConnectionState, Integer> counts, long messagesASecond) {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        String others = Stream.of(ConnectionState.values())
                .filter(state -> state != ConnectionState.READY && counts.getOrDefault(state, 0) > 0)
                .map(state -> counts.get(state) + " "
                        + state.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
        return counts.getOrDefault(ConnectionState.READY, 0) + " of " + all + " ready"
                + (others.isEmpty() ? "" : ", " + others) + "; " + messagesASecond + " messages/s";
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (attached) {
            out.print(CLEAR);
            out.flush();
        }
    }
}

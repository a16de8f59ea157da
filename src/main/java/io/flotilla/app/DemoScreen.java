package io.flotilla.app;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Where the demo is told: on a terminal with a line at the bottom that is drawn anew, in a pipe as plain lines. Safe from any thread.
 */
final class DemoScreen {

    /** A pipe has no width; what reads it may. */
    private static final int PIPE = 120;

    private static final int MARGIN = 9;
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private static final Pattern VERDICTS =
            Pattern.compile("\\b(TRANSIENT_HINTED|TRANSIENT|REPAIRABLE|SUSPECT|PERMANENT|DONE|READY)\\b");

    private final PrintStream out = System.out;
    private final boolean attached = Terminal.attached().isAttached();
    private final boolean styled = attached && System.getenv("NO_COLOR") == null;
    private final int width = attached ? new UsageMessageSpec().autoWidth(true).width() : PIPE;
    private final long startedAt = System.nanoTime();
    private String status = "";

    boolean isAttached() {
        return attached;
    }

    int width() {
        return width;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** A sentence of the story, with the time before it. */
    void tell(String sentence) {
        String time = String.format(Locale.ROOT, "%5s s  ", DemoWords.seconds(elapsed()));
        String indent = "\n" + " ".repeat(MARGIN);
        line(time + String.join(indent, wrapped(sentence, width - MARGIN)));
    }

    void heading(String text) {
        print("\n" + (styled ? BOLD + text + PLAIN : text));
    }

    void paragraph(String text) {
        line(String.join("\n", wrapped(text, width)));
    }

    private List<String> wrapped(String text, int most) {
        return attached ? DemoWords.wrapped(text, most) : List.of(text);
    }

    void line(String text) {
        print(styled ? coloured(text) : text);
    }

    private synchronized void print(String text) {
        clear();
        out.println(text);
        draw();
    }

    private static String coloured(String text) {
        return VERDICTS.matcher(text).replaceAll(found -> colour(found.group()) + found.group() + PLAIN);
    }

    private static String colour(String word) {
        return switch (word) {
            case "PERMANENT" -> "\u001b[31m";
            case "SUSPECT" -> "\u001b[35m";
            case "REPAIRABLE" -> "\u001b[36m";
            case "READY", "DONE" -> "\u001b[32m";
            default -> "\u001b[33m";
        };
    }

    /** Draws the line at the bottom. */
    synchronized void status(String text) {
        status = text.length() < width ? text : text.substring(0, width - 1);
        clear();
        draw();
    }

    private void clear() {
        if (attached) {
            out.print(Terminal.CLEAR);
        }
    }

    private void draw() {
        if (attached && !status.isEmpty()) {
            out.print(styled ? DIM + status + PLAIN : status);
        }
        out.flush();
    }
}

package io.flotilla.app;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of the demo. */
final class DemoWords {

    private static final double MILLIS = 1000;

    private DemoWords() {}

    static String connections(int count) {
        return count + (count == 1 ? " connection" : " connections");
    }

    /** Who does what, and what follows from it. */
    static String sentence(DemoKind kind, int count, FailureKind failure, Verdict verdict, String action) {
        return connections(count) + (count == 1 ? " meets" : " meet") + " peers that " + kind.does() + ". "
                + failure + " is "
                + verdict + ": Flotilla " + action + ".";
    }

    static String recovered(DemoKind kind, int count) {
        return (count == 1 ? "The one whose peers " : "The " + count + " whose peers ")
                + kind.does()
                + (count == 1 ? ", has been READY since." : ", have all been READY since.");
    }

    static String breaker(int held) {
        return "So many met the same that the breaker of their host opened: one dials for all, and " + connections(held)
                + (held == 1 ? " waits." : " wait.");
    }

    /** What Flotilla does about it. */
    static String action(
            Verdict verdict, boolean isOver, boolean hinted, Duration least, Duration most, String because) {
        if (isOver) {
            return switch (verdict) {
                case DONE -> "lets it go, for its normal-close is done";
                case SUSPECT -> "gives up after all, " + because;
                default -> "gives up, because " + because;
            };
        }
        String wait = "dials again in " + range(least, most);
        return switch (verdict) {
            case TRANSIENT -> wait + ", later if it fails again";
            case TRANSIENT_HINTED ->
                hinted ? "waits as it was told, and " + wait : "gives them the pause they want, and " + wait;
            case REPAIRABLE -> "gets a new token, once for all of them, and dials again";
            case SUSPECT -> "tries it rarely, and " + wait;
            case PERMANENT, DONE -> because;
        };
    }

    static String meaning(Verdict verdict) {
        return switch (verdict) {
            case TRANSIENT -> "the same may work later: dial again, later each time";
            case TRANSIENT_HINTED -> "the same may work later, and the peer sets the pace";
            case REPAIRABLE -> "it takes another token or address: get it, dial again";
            case SUSPECT -> "usually configuration: try rarely, some not for ever";
            case PERMANENT -> "waiting changes nothing: give up, and say why";
            case DONE -> "it was asked for: no failure";
        };
    }

    private static String range(Duration least, Duration most) {
        String from = seconds(least);
        String to = seconds(most);
        return from.equals(to) ? to + " s" : from + " to " + to + " s";
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / MILLIS);
    }

    /** The text in lines of at most {@code width} characters, broken at spaces. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

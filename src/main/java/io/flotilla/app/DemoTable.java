package io.flotilla.app;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The end of the demo: a row for each kind of peer, and one for each verdict. */
final class DemoTable {

    /** From this width on a kind of peer has one line, below two. */
    private static final int WIDE = 116;

    private DemoTable() {}

    /** @param states how many connections of each kind of peer are in which state, by the name of the kind */
    static List<String> rows(List<DemoTally> tallies, Map<String, Map<ConnectionState, Integer>> states, int width) {
        List<String> lines = new ArrayList<>();
        boolean wide = width >= WIDE;
        lines.add(
                wide
                        ? row("N", "PEERS THAT", "WHAT FLOTILLA MET", "VERDICT", "AND DID", "NOW")
                        : narrow("N", "PEERS THAT", "WHAT FLOTILLA MET"));
        if (!wide) {
            lines.add(below("VERDICT", "AND DID", "NOW"));
        }
        for (DemoTally tally : tallies) {
            if (!states.containsKey(tally.kind().name())) {
                continue; // it had not come on when the demo was ended
            }
            String count = Integer.toString(tally.size());
            String verdict = tally.last().map(Verdict::name).orElse("-");
            String now = now(states.getOrDefault(tally.kind().name(), Map.of()));
            if (wide) {
                lines.add(row(count, tally.kind().does(), met(tally), verdict, did(tally), now));
            } else {
                lines.add(narrow(count, tally.kind().does(), met(tally)));
                lines.add(below(verdict, did(tally), now));
            }
        }
        return lines;
    }

    private static String row(String count, String peers, String met, String verdict, String did, String now) {
        return format("%4s  %-34s %-26s %-16s %-16s %s", count, peers, met, verdict, did, now);
    }

    private static String narrow(String count, String peers, String met) {
        return format("%4s  %-37s %s", count, peers, met);
    }

    private static String below(String verdict, String did, String now) {
        return format("      %-17s %-19s %s", verdict, did, now);
    }

    private static String format(String pattern, Object... cells) {
        return String.format(Locale.ROOT, pattern, cells).stripTrailing();
    }

    /** The failure that was met most. */
    private static String met(DemoTally tally) {
        return tally.met().entrySet().stream()
                .max(Map.Entry.<FailureKind, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(most -> most.getKey() + " x " + most.getValue())
                .orElse("nothing bad");
    }

    private static String did(DemoTally tally) {
        if (tally.last().isEmpty()) {
            return "kept them open";
        }
        return switch (tally.last().get()) {
            case TRANSIENT -> "redialled " + tally.redials() + " x";
            case TRANSIENT_HINTED -> "waited as told";
            case REPAIRABLE -> "got a new token";
            case SUSPECT -> tally.givenUp() > 0 ? "rarely, gave up" : "tried rarely";
            case PERMANENT -> tally.hasRecovered() ? "gave up, revived" : "gave up at once";
            case DONE -> "let them go";
        };
    }

    private static String now(Map<ConnectionState, Integer> states) {
        return states.entrySet().stream()
                .sorted(Map.Entry.<ConnectionState, Integer>comparingByValue().reversed())
                .map(state -> state.getValue() + " " + word(state.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String word(ConnectionState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** How often each verdict was given, and what it means. */
    static List<String> verdicts(List<DemoTally> tallies) {
        List<String> lines = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            int given = tallies.stream()
                    .mapToInt(tally -> tally.verdicts().getOrDefault(verdict, 0))
                    .sum();
            lines.add(format("%6s  %-17s %s", given == 0 ? "-" : given + " x", verdict, DemoWords.meaning(verdict)));
        }
        return lines;
    }
}

package io.flotilla.simulation;

import io.flotilla.simulation.Outcome.Recovery;
import io.flotilla.simulation.Outcome.Row;
import io.flotilla.spec.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An outcome as text: a table of steps in which nothing stands twice, and what it comes to. The same outcome is the same text. */
public final class Report {

    /** Hosts and kinds that are named; of a long list the rest is counted. */
    private static final int NAMED = 20;

    private final Outcome outcome;

    /** What at least one row has: a column of nothing but zeros says nothing. */
    private final List<Mode> columns;

    public Report(Outcome outcome) {
        this.outcome = outcome;
        this.columns = Stream.of(Mode.values())
                .filter(mode -> outcome.rows().stream().anyMatch(row -> count(row, mode) > 0))
                .toList();
    }

    /** The table and the summary. */
    public String whole() {
        return table() + "\n" + summary();
    }

    /** One line for each step, with what happened between them; steps like the one before are left out. */
    public String table() {
        List<String> lines = new ArrayList<>();
        lines.add("from         dials  worst/s"
                + columns.stream().map(mode -> format("%11s", word(mode))).collect(Collectors.joining()));
        Optional<Row> before = Optional.empty();
        boolean leftOut = false;
        for (Row row : outcome.rows()) {
            List<String> happened = happened(row);
            boolean same = happened.isEmpty() && before.filter(row(row)::isLike).isPresent();
            if (same && !leftOut) {
                lines.add("…");
            }
            if (!same) {
                lines.addAll(happened);
                lines.add(line(row));
            }
            leftOut = same;
            before = Optional.of(row);
        }
        return String.join("\n", lines) + "\n";
    }

    /** What it comes to. */
    public String summary() {
        List<String> lines = new ArrayList<>();
        lines.add("dials " + outcome.dials() + "; worst second "
                + outcome.worst().dials() + ", from " + clock(outcome.worst().at()));
        if (outcome.hosts().size() > 1) {
            outcome.hosts().entrySet().stream()
                    .limit(NAMED)
                    .map(host -> said(host.getKey(), host.getValue()))
                    .forEach(lines::add);
            if (outcome.hosts().size() > NAMED) {
                lines.add("  and " + (outcome.hosts().size() - NAMED) + " hosts more");
            }
        }
        outcome.after().stream().map(Report::said).forEach(lines::add);
        lines.add("most at once: " + held());
        lines.add("ended with: " + ends());
        lines.add("most failures in a row " + outcome.attempts() + "; given up " + outcome.givenUp()
                + "; ready at the end " + outcome.ready());
        return String.join("\n", lines) + "\n";
    }

    /** How the fleet came through one episode. */
    static String said(Recovery after) {
        if (after.before() == 0) {
            return after.episode().what() + ": nobody was ready before";
        }
        String fell = after.episode().what() + ": " + after.before() + " were ready before, " + after.lowest()
                + " at the lowest; ";
        String since = after.episode().length().isZero() ? "" : " the end of it";
        return fell
                + after.most()
                        .map(wait -> "19 of 20 back " + seconds(wait) + " after" + since)
                        .orElse("not 19 of 20 came back")
                + after.all().map(wait -> ", all " + seconds(wait)).orElse(", never all");
    }

    private static String said(Endpoint host, Outcome.OfHost of) {
        return "  " + host + ": " + of.connections() + " connections, dials " + of.dials() + "; worst second "
                + of.worst() + "; longest not whole " + seconds(of.away());
    }

    /** By what they were held, and how many by the same at one time. */
    private String held() {
        return Stream.of(Mode.BACKOFF, Mode.HINT, Mode.LIMIT, Mode.BREAKER, Mode.PAUSED, Mode.CREDENTIAL)
                .filter(mode -> outcome.peaks().getOrDefault(mode, 0) > 0)
                .map(mode -> word(mode) + " " + outcome.peaks().get(mode))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), held -> held.isEmpty() ? "nobody was held" : held));
    }

    private String ends() {
        return outcome.ends().isEmpty()
                ? "nothing"
                : outcome.ends().entrySet().stream()
                        .map(end -> end.getKey() + " " + end.getValue())
                        .collect(Collectors.joining(", "));
    }

    private List<String> happened(Row row) {
        Duration to = row.from().plus(outcome.scenario().step());
        return outcome.scenario().episodes().stream()
                .flatMap(episode -> Stream.of(
                                Map.entry(episode.at(), episode.what()),
                                Map.entry(
                                        episode.at().plus(episode.length()),
                                        episode.length().isZero() ? "" : "over: " + episode.what()))
                        .filter(moment -> !moment.getValue().isEmpty()))
                .filter(moment -> moment.getKey().compareTo(row.from()) >= 0
                        && moment.getKey().compareTo(to) < 0)
                .sorted(Map.Entry.comparingByKey())
                .map(moment -> "-- " + clock(moment.getKey()) + " " + moment.getValue())
                .toList();
    }

    private record Shown(Row row) {
        boolean isLike(Row other) {
            return row.dials() == other.dials()
                    && row.worst() == other.worst()
                    && row.modes().equals(other.modes());
        }
    }

    private static Shown row(Row row) {
        return new Shown(row);
    }

    private String line(Row row) {
        return format("%-10s %7d %8d", clock(row.from()), row.dials(), row.worst())
                + columns.stream().map(mode -> format("%11d", count(row, mode))).collect(Collectors.joining());
    }

    private static int count(Row row, Mode mode) {
        return row.modes().getOrDefault(mode, 0);
    }

    /** Its word in a table. */
    static String word(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@code 01:02:03}, with a fraction where there is one. */
    static String clock(Duration since) {
        String whole = format("%02d:%02d:%02d", since.toHours(), since.toMinutesPart(), since.toSecondsPart());
        return since.toMillisPart() == 0 ? whole : whole + format(".%03d", since.toMillisPart());
    }

    private static String seconds(Duration wait) {
        return format("%.1f s", wait.toMillis() / 1000.0);
    }

    /** Digits and points are the same everywhere. */
    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

package io.flotilla.simulation;

import io.flotilla.simulation.Outcome.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** An outcome as one SVG picture: what the connections did above, the dials below, and what happened behind both. */
public final class Plot {

    private static final double LEFT = 70;
    private static final double RIGHT = 880;
    private static final double DOING_TOP = 60;
    private static final double DOING_BOTTOM = 300;
    private static final double DIALS_TOP = 350;
    private static final double DIALS_BOTTOM = 470;
    private static final int TICKS = 8;

    private static final String STYLE = """
            text { font: 12px sans-serif; fill: #333 } .title { font-size: 15px } .back { fill: #fff }
            .band { fill: #d33; fill-opacity: .12 } .moment { stroke: #d33 } .axis { stroke: #888 } .bound { stroke: #d33; stroke-dasharray: 4 3 }
            .ready { fill: #2a9d5c } .dialing { fill: #3b82c4 } .backoff { fill: #e9b44c } .hint { fill: #d98032 } .limit { fill: #9aa5b1 }
            .breaker { fill: #b23a48 } .paused { fill: #7b5ea7 } .credential { fill: #5aa9a3 } .given-up { fill: #333 } .down { fill: #e3e3e3 }
            .dials { fill: #3b82c4 }
            @media (prefers-color-scheme: dark) {
              text { fill: #ddd } .back { fill: #181a1f } .given-up { fill: #f3f3f3 } .down { fill: #3a3d44 }
            }
            """;

    private final Outcome outcome;
    private final List<String> parts = new ArrayList<>();

    private Plot(Outcome outcome) {
        this.outcome = outcome;
    }

    public static String of(Outcome outcome) {
        return new Plot(outcome).drawn();
    }

    private String drawn() {
        parts.add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 520\" role=\"img\">");
        parts.add("<title>" + escaped(headline()) + "</title>");
        parts.add("<style>" + STYLE + "</style>");
        parts.add("<rect class=\"back\" width=\"960\" height=\"520\"/>");
        parts.add("<text class=\"title\" x=\"" + number(LEFT) + "\" y=\"22\">" + escaped(headline()) + "</text>");
        episodes();
        doing();
        legend();
        dials();
        times();
        parts.add("</svg>");
        return String.join("\n", parts) + "\n";
    }

    private String headline() {
        return outcome.scenario().specs().size() + " connections, " + outcome.dials() + " dials; worst second "
                + outcome.worst().dials();
    }

    private void episodes() {
        for (Episode episode : outcome.scenario().episodes()) {
            double from = x(episode.at());
            double to = Math.min(RIGHT, x(episode.at().plus(episode.length())));
            if (from <= RIGHT) {
                parts.add("<g><title>" + escaped(Report.clock(episode.at()) + " " + episode.what()) + "</title>"
                        + rectangle("band", from, DOING_TOP, Math.max(0, to - from), DIALS_BOTTOM)
                        + "<line class=\"moment\" x1=\"" + number(from) + "\" x2=\"" + number(from) + "\" y1=\""
                        + number(DOING_TOP) + "\" y2=\"" + number(DIALS_BOTTOM) + "\"/></g>");
            }
        }
    }

    /** What the connections did, one band on top of the other. */
    private void doing() {
        int all = Math.max(1, outcome.scenario().specs().size());
        List<Mode> below = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            List<Mode> under = List.copyOf(below);
            below.add(mode);
            if (outcome.rows().stream().anyMatch(row -> count(row, mode) > 0)) {
                ToDoubleFunction<Row> low = row -> height(sum(row, under), all);
                ToDoubleFunction<Row> high = row -> height(sum(row, under) + count(row, mode), all);
                area(css(mode), low, high);
            }
        }
        scale(DOING_TOP, DOING_BOTTOM, all, "connections");
    }

    private void area(String css, ToDoubleFunction<Row> low, ToDoubleFunction<Row> high) {
        StringBuilder path = new StringBuilder("M");
        List<Row> rows = outcome.rows();
        for (Row row : rows) {
            path.append(point(row, high));
        }
        for (int i = rows.size() - 1; i >= 0; i--) {
            path.append(point(rows.get(i), low));
        }
        parts.add("<path class=\"" + css + "\" d=\"" + path.toString().strip() + " Z\"/>");
    }

    private String point(Row row, ToDoubleFunction<Row> y) {
        return number(x(row.from().plus(outcome.scenario().step()))) + "," + number(y.applyAsDouble(row)) + " ";
    }

    private static double height(int count, int all) {
        return DOING_BOTTOM - (DOING_BOTTOM - DOING_TOP) * count / all;
    }

    private static int sum(Row row, List<Mode> modes) {
        return modes.stream().mapToInt(mode -> count(row, mode)).sum();
    }

    private static int count(Row row, Mode mode) {
        return row.modes().getOrDefault(mode, 0);
    }

    private void legend() {
        double x = LEFT;
        for (Mode mode : Mode.values()) {
            if (outcome.rows().stream().anyMatch(row -> count(row, mode) > 0)) {
                parts.add(rectangle(css(mode), x, 34, 10, 44));
                parts.add("<text x=\"" + number(x + 14) + "\" y=\"43\">" + Report.word(mode) + "</text>");
                x += 85;
            }
        }
    }

    /** The worst second of each step, and the limit. */
    private void dials() {
        double limit = outcome.scenario().settings().limits().dialsPerSecond().orElse(0);
        int top = (int) Math.ceil(Math.max(Math.max(1, limit), outcome.worst().dials()));
        double width = Math.max(0.5, x(outcome.scenario().step()) - LEFT);
        for (Row row : outcome.rows()) {
            double y = DIALS_BOTTOM - (DIALS_BOTTOM - DIALS_TOP) * row.worst() / top;
            if (row.worst() > 0) {
                parts.add(rectangle("dials", x(row.from()), y, width, DIALS_BOTTOM));
            }
        }
        if (limit > 0) {
            double y = DIALS_BOTTOM - (DIALS_BOTTOM - DIALS_TOP) * limit / top;
            parts.add("<line class=\"bound\" x1=\"" + number(LEFT) + "\" x2=\"" + number(RIGHT) + "\" y1=\"" + number(y)
                    + "\" y2=\"" + number(y) + "\"/>");
        }
        scale(DIALS_TOP, DIALS_BOTTOM, top, "dials in the worst second of each step");
    }

    private void scale(double top, double bottom, int most, String what) {
        parts.add("<line class=\"axis\" x1=\"" + number(LEFT) + "\" x2=\"" + number(LEFT) + "\" y1=\"" + number(top)
                + "\" y2=\"" + number(bottom) + "\"/>");
        parts.add("<line class=\"axis\" x1=\"" + number(LEFT) + "\" x2=\"" + number(RIGHT) + "\" y1=\"" + number(bottom)
                + "\" y2=\"" + number(bottom) + "\"/>");
        parts.add("<text x=\"" + number(LEFT - 6) + "\" y=\"" + number(top + 5) + "\" text-anchor=\"end\">" + most
                + "</text>");
        parts.add("<text x=\"" + number(LEFT - 6) + "\" y=\"" + number(bottom) + "\" text-anchor=\"end\">0</text>");
        parts.add("<text x=\"" + number(LEFT) + "\" y=\"" + number(bottom + 16) + "\">" + what + "</text>");
    }

    private void times() {
        for (int tick = 1; tick <= TICKS; tick++) {
            Duration at = Duration.ofSeconds(outcome.scenario().length().toSeconds() * tick / TICKS);
            parts.add(
                    "<text x=\"" + number(x(at)) + "\" y=\"505\" text-anchor=\"end\">" + Report.clock(at) + "</text>");
        }
    }

    private double x(Duration at) {
        return LEFT
                + (RIGHT - LEFT) * at.toMillis() / outcome.scenario().length().toMillis();
    }

    private static String rectangle(String css, double x, double top, double width, double bottom) {
        return "<rect class=\"" + css + "\" x=\"" + number(x) + "\" y=\"" + number(top) + "\" width=\"" + number(width)
                + "\" height=\"" + number(bottom - top) + "\"/>";
    }

    private static String css(Mode mode) {
        return Report.word(mode).replace(' ', '-');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

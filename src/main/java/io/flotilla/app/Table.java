package io.flotilla.app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Rows under headings, cut to a width: the widest columns give first, and a cut cell ends in an ellipsis. */
final class Table {

    private static final int LEAST = 5;
    private static final int BETWEEN = 2;

    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();
    private UnaryOperator<String> paint = UnaryOperator.identity();

    Table(String... heads) {
        this.heads = List.of(heads);
    }

    void add(String... cells) {
        if (cells.length != heads.size()) {
            throw new IllegalArgumentException(
                    "A row of " + cells.length + " cells under " + heads.size() + " headings");
        }
        rows.add(List.of(cells));
    }

    /** Lines are painted when they have their width. */
    Table painted(UnaryOperator<String> with) {
        paint = with;
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** @param width characters of a line at the most, as far as so many columns fit at all */
    List<String> lines(int width) {
        int[] widths = IntStream.range(0, heads.size()).map(this::natural).toArray();
        int last = widths.length - 1;
        while (IntStream.of(widths).sum() + last * BETWEEN > width) {
            int widest = widest(widths);
            if (widths[widest] <= LEAST) {
                break;
            }
            widths[widest]--;
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(heads, widths));
        rows.forEach(row -> lines.add(paint.apply(line(row, widths))));
        return lines;
    }

    private int natural(int column) {
        return Math.max(
                length(heads.get(column)),
                rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0));
    }

    private static int widest(int[] widths) {
        int widest = 0;
        for (int i = 1; i < widths.length; i++) {
            if (widths[i] > widths[widest]) {
                widest = i;
            }
        }
        return widest;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            String shown = length(cell) > widths[i] ? Printable.line(cell, widths[i]) : cell;
            line.append(shown).append(" ".repeat(Math.max(0, widths[i] - length(shown)) + BETWEEN));
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

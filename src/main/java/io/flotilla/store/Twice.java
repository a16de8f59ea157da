package io.flotilla.store;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds blocks that one text of HOCON opens twice under one name. HOCON puts the two together without a word, which is what
 * somebody wants who writes {@code a.priority = 5} below {@code a}, and never who copied a whole block and forgot its name. So only
 * {@code name {…}} counts. Expects a text that was parsed: of another one it says nothing that helps.
 */
final class Twice {

    /** A block or list that is open, and the name before it; the path is null where no name leads, in a list. */
    private record Open(String key, @Nullable List<String> path) {}

    /** A name, and the lines that it is opened in. */
    record Found(String name, int first, int second) {}

    private final String text;
    private final List<String> above;
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<Found> found = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private final StringBuilder key = new StringBuilder();
    private int at;
    private int line = 1;

    /** Whether a value is being read, and whether something of it was. */
    private boolean value;

    private boolean begun;

    private Twice(String text, List<String> above) {
        this.text = text;
        this.above = above;
    }

    /** @param above the path of the block that the names are in; empty: the top */
    static List<Found> in(String text, List<String> above) {
        Twice twice = new Twice(text, above);
        twice.open.push(new Open("", List.of()));
        while (twice.at < text.length()) {
            twice.step();
        }
        return twice.found;
    }

    private void step() {
        char next = text.charAt(at);
        if (next == '"') {
            take(quoted());
        } else if (next == '#' || text.startsWith("//", at)) {
            at = end("\n", at, 0);
        } else if (text.startsWith("${", at)) {
            take(end("}", at, 1));
        } else if (next == '{' || next == '[') {
            push(next == '[');
            at++;
        } else if (next == '}' || next == ']') {
            pop();
            at++;
        } else if (next == ',' || next == '\n') {
            comma(next == '\n');
            at++;
        } else if (!value && (next == '=' || next == ':' || text.startsWith("+=", at))) {
            value = true;
            begun = false;
            at += next == '+' ? 2 : 1;
        } else {
            take(at + 1);
        }
    }

    /** Between fields; a line also ends within one, after a name or after its sign. */
    private void comma(boolean lineEnds) {
        if (lineEnds) {
            line++;
        }
        boolean including = key.toString().strip().startsWith("include ");
        if (!lineEnds || (value && begun) || including) {
            fresh();
        }
    }

    private void fresh() {
        key.setLength(0);
        value = false;
        begun = false;
    }

    /** Up to there it is part of a name or of a value. */
    private void take(int until) {
        int to = Math.min(until, text.length());
        for (int i = at; i < to; i++) {
            char next = text.charAt(i);
            line += next == '\n' ? 1 : 0;
            begun |= value && !Character.isWhitespace(next);
            if (!value) {
                key.append(next);
            }
        }
        at = to;
    }

    private void push(boolean list) {
        List<String> path = here();
        if (path != null && !list && !(value && begun)) {
            opened(path);
        }
        open.push(new Open(key.toString(), list ? null : path));
        fresh();
    }

    /** What follows on the same line belongs to the same value. */
    private void pop() {
        fresh();
        if (open.size() > 1) {
            key.append(open.pop().key());
            value = true;
            begun = true;
        }
    }

    /** The path of what is about to open. */
    private @Nullable List<String> here() {
        List<String> around = open.element().path();
        if (around == null) {
            return null;
        }
        List<String> path = new ArrayList<>(around);
        String name = key.toString().strip();
        try {
            path.addAll(name.isEmpty() ? List.of() : ConfigUtil.splitPath(name));
        } catch (ConfigException e) {
            return null; // the parser has said it
        }
        return path;
    }

    private void opened(List<String> path) {
        int depth = above.size();
        if (path.size() == depth + 1 && path.subList(0, depth).equals(above)) {
            String name = path.get(depth);
            Integer first = lines.putIfAbsent(name, line);
            if (first != null) {
                found.add(new Found(name, first, line));
            }
        }
    }

    /** Behind the text in quotes that begins here. */
    private int quoted() {
        if (text.startsWith("\"\"\"", at)) {
            int end = end("\"\"\"", at + 3, 3);
            while (end < text.length() && text.charAt(end) == '"') {
                end++; // those beyond three belong to it
            }
            return end;
        }
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return end + 1;
    }

    private int end(String mark, int from, int behind) {
        int found = text.indexOf(mark, from);
        return found < 0 ? text.length() : found + behind;
    }
}

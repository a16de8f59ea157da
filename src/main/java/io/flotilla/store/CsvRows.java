package io.flotilla.store;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.typesafe.config.ConfigValueFactory;
import io.flotilla.spec.Configuration;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads connections from CSV (RFC 4180, UTF-8): the first row names the keys, {@code a.b} for nested ones, {@code id} among them;
 * the others are a connection each. An empty cell is a key that is not set; {@code ;} separates the items of a list, {@code \;} is
 * one in an item. Rows that begin with {@code #} are comments.
 */
final class CsvRows {

    private static final Set<String> LISTS = Set.of("on-open", "subprotocols.offer", "tls.pins");
    private static final String ID = "id";

    private final String file;
    private final Configuration configuration;
    private final List<String> columns;
    private final Set<String> unknown;

    private CsvRows(String file, String where, String[] columns, Configuration configuration) {
        this.file = file;
        this.configuration = configuration;
        this.columns = List.of(columns);
        this.unknown = configuration.unknownColumns(
                this.columns.stream().filter(column -> !column.equals(ID)).toList(), where);
    }

    static void read(Path path, Configuration configuration) {
        String file = path.toString();
        try (InputStream in = skipMark(new BufferedInputStream(Files.newInputStream(path)));
                MappingIterator<String[]> rows = new CsvMapper()
                        .readerFor(String[].class)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .with(CsvParser.Feature.TRIM_SPACES)
                        .with(CsvParser.Feature.ALLOW_COMMENTS)
                        .readValues(in)) {
            if (!rows.hasNextValue()) {
                configuration.problems().add(file, "is empty; expected a row of keys, id among them");
                return;
            }
            String where = file + ": " + line(rows);
            String[] columns = rows.nextValue();
            if (usable(columns, where, configuration)) {
                CsvRows table = new CsvRows(file, where, columns, configuration);
                while (rows.hasNextValue()) {
                    table.row(line(rows), rows.nextValue());
                }
            }
        } catch (JsonProcessingException e) {
            // the message of the whole exception would show what stands there
            JsonLocation at = e.getLocation();
            configuration
                    .problems()
                    .add(at == null ? file : file + ": " + at.getLineNr(), "is no CSV: " + e.getOriginalMessage());
        } catch (IOException e) {
            configuration.problems().add(file, "cannot be read: " + e.getMessage());
        }
    }

    private static int line(MappingIterator<String[]> rows) {
        return rows.getParser().currentLocation().getLineNr();
    }

    private static boolean usable(String[] columns, String where, Configuration configuration) {
        List<String> names = Arrays.asList(columns);
        if (!names.contains(ID)) {
            configuration.problems().add(where, "has no column [id]; its columns are " + names);
            return false;
        }
        Set<String> seen = new HashSet<>();
        List<String> twice = names.stream().filter(name -> !seen.add(name)).toList();
        if (!twice.isEmpty()) {
            configuration.problems().add(where, "has columns " + twice + " twice");
        }
        return twice.isEmpty();
    }

    private void row(int line, String[] cells) {
        String where = file + ": " + line;
        if (cells.length != columns.size()) {
            configuration
                    .problems()
                    .add(
                            where,
                            "has " + cells.length + (cells.length == 1 ? " cell" : " cells") + "; expected "
                                    + columns.size() + " as in the first row");
            return;
        }
        Map<String, Object> spec = new HashMap<>();
        String id = "";
        for (int i = 0; i < cells.length; i++) {
            String column = columns.get(i);
            if (column.equals(ID)) {
                id = cells[i];
            } else if (!cells[i].isEmpty() && !unknown.contains(column) && !put(spec, column, cells[i])) {
                configuration.problems().add(where, "sets [" + column + "], and a key within it or around it too");
            }
        }
        configuration.row(id, ConfigValueFactory.fromMap(spec, where).toConfig(), where);
    }

    /** Puts a cell where its key belongs; false when the place is taken. */
    @SuppressWarnings("unchecked") // the maps within are made here and nowhere else
    private static boolean put(Map<String, Object> spec, String column, String cell) {
        Map<String, Object> block = spec;
        int from = 0;
        for (int dot = column.indexOf('.'); dot >= 0; dot = column.indexOf('.', from)) {
            Object inner = block.computeIfAbsent(column.substring(from, dot), name -> new HashMap<>());
            if (!(inner instanceof Map)) {
                return false;
            }
            block = (Map<String, Object>) inner;
            from = dot + 1;
        }
        return block.putIfAbsent(column.substring(from), LISTS.contains(column) ? items(cell) : cell) == null;
    }

    private static List<String> items(String cell) {
        return Stream.of(cell.split("(?<!\\\\);"))
                .map(item -> item.replace("\\;", ";").strip())
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** Spreadsheets write a byte order mark. */
    private static InputStream skipMark(BufferedInputStream in) throws IOException {
        in.mark(3);
        byte[] mark = in.readNBytes(3);
        boolean marked = mark.length == 3 && mark[0] == (byte) 0xEF && mark[1] == (byte) 0xBB && mark[2] == (byte) 0xBF;
        if (!marked) {
            in.reset();
        }
        return in;
    }
}

package io.flotilla.store;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.flotilla.spec.Configuration;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads connections from CSV (RFC 4180, UTF-8): the first row names the keys, {@code a.b} for nested ones, {@code id} among them;
 * the others are a connection each. An empty cell is a key that is not set; {@code ;} separates the items of a list.
 */
final class CsvRows {

    private static final Set<String> LISTS = Set.of("on-open", "subprotocols.offer", "tls.pins");
    private static final String ID = "id";

    private CsvRows() {}

    static void read(Path file, Configuration configuration) {
        CsvMapper mapper = new CsvMapper();
        try (InputStream in = skipMark(new BufferedInputStream(Files.newInputStream(file)));
                MappingIterator<String[]> rows = mapper.readerFor(String[].class)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .with(CsvParser.Feature.TRIM_SPACES)
                        .readValues(in)) {
            if (!rows.hasNextValue()) {
                configuration.problems().add(file.toString(), "is empty; expected a row of keys, id among them");
                return;
            }
            String[] keys = rows.nextValue();
            if (!Arrays.asList(keys).contains(ID)) {
                configuration.problems().add(file + ": 1", "has no column [id]; its columns are " + List.of(keys));
                return;
            }
            while (rows.hasNextValue()) {
                int line = rows.getParser().currentLocation().getLineNr();
                row(file + ": " + line, keys, rows.nextValue(), configuration);
            }
        } catch (IOException e) {
            configuration.problems().add(file.toString(), "cannot be read as CSV: " + e.getMessage());
        }
    }

    private static void row(String where, String[] keys, String[] cells, Configuration configuration) {
        if (cells.length != keys.length) {
            configuration
                    .problems()
                    .add(where, "has " + cells.length + " cells; expected " + keys.length + " as in the first row");
            return;
        }
        Map<String, Object> spec = new HashMap<>();
        String id = "";
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(ID)) {
                id = cells[i];
            } else if (!cells[i].isEmpty()) {
                put(spec, keys[i], cells[i], where);
            }
        }
        Config row = ConfigFactory.empty()
                .root()
                .withValue(id, ConfigValueFactory.fromMap(spec, where))
                .toConfig();
        configuration.rows(row);
    }

    @SuppressWarnings("unchecked") // the nested maps are made here and nowhere else
    private static void put(Map<String, Object> spec, String key, String cell, String where) {
        Map<String, Object> block = spec;
        String rest = key;
        for (int dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.')) {
            block = (Map<String, Object>) block.computeIfAbsent(rest.substring(0, dot), name -> new HashMap<>());
            rest = rest.substring(dot + 1);
        }
        ConfigValue value = LISTS.contains(key)
                ? ConfigValueFactory.fromIterable(
                        Stream.of(cell.split(";")).map(String::strip).toList(), where)
                : ConfigValueFactory.fromAnyRef(cell, where);
        block.put(rest, value);
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

package io.flotilla.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the settings of connections: a layer at a time, each over what the one below it says, so that a row which sets two keys
 * costs two keys and shares everything else.
 */
final class SpecReader {

    private SpecReader() {}

    /** Reads one layer, {@code flotilla.defaults}, a template or a connection, onto a builder. */
    static void layer(Block block, ConnectionSpec.Builder spec) {
        ConnectionSpec under = spec.soFar();
        if (block.has("uri")) {
            spec.uri(block.parsed("uri", WebSocketUri::of).orElse(WebSocketUri.UNREADABLE));
        }
        failOver(block, spec);
        block.text("uri-from").ifPresent(name -> spec.uriFrom(named(name)));
        spec.desired(choice(block, "desired", under.desired(), Desired.values()));
        spec.transport(block.word("transport", under.transport(), List.of("netty", "pekko-http")));
        headers(block, under.headers(), spec);
        block.text("credential").ifPresent(name -> spec.credential(named(name)));
        SettingsReader.read(block, under, spec);
        block.text("normal-close")
                .ifPresent(text -> spec.normalCloseIsDone(block.word(
                                "normal-close", under.normalCloseIsDone() ? "done" : "retry", List.of("retry", "done"))
                        .equals("done")));
        spec.compression(choice(block, "compression", under.compression(), Settings.Compression.values()));
        spec.opening(OpeningReader.read(block, under.opening()));
        spec.priority((int) block.number("priority", under.priority(), -1000, 1000));
        labels(block, under.labels(), spec);
        block.text("sink").ifPresent(spec::sink);
        spec.onHandlerError(
                choice(block, "on-handler-error", under.onHandlerError(), Settings.OnHandlerError.values()));
        spec.history((int) block.number("history", under.history(), 0, 10_000));
        spec.record(record(block, under.record()));
    }

    private static long record(Block block, long under) {
        if (!block.has("record")) {
            return under;
        }
        if (block.is("record", "on") || block.is("record", "off")) {
            return block.flag("record", false) ? Settings.RECORD : 0;
        }
        long bytes = block.bytes("record", Settings.RECORD, 1L << 30);
        if (bytes < Settings.RECORD_LEAST) {
            block.problem("record", "off, on, or a size of 8KiB or more", true);
            return under;
        }
        return bytes;
    }

    private static void failOver(Block block, ConnectionSpec.Builder spec) {
        block.secrets("fail-over").ifPresent(uris -> {
            try {
                spec.failOver(uris.stream().map(Secret::reveal).toList());
            } catch (IllegalArgumentException e) {
                block.complain("fail-over", String.valueOf(e.getMessage()));
            }
        });
    }

    private static <E extends Enum<E>> E choice(Block block, String key, E under, E[] choices) {
        if (!block.has(key)) {
            return under;
        }
        Map<String, E> words = new LinkedHashMap<>();
        for (E choice : choices) {
            words.put(choice.name().toLowerCase(Locale.ROOT).replace('_', '-'), choice);
        }
        return words.getOrDefault(block.word(key, "", List.copyOf(words.keySet())), under);
    }

    /** Names of headers are the same in any case, so a row replaces what its template calls otherwise. */
    private static void headers(Block block, List<Header> under, ConnectionSpec.Builder spec) {
        if (!block.has("headers")) {
            return;
        }
        Map<String, Header> merged = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        under.forEach(header -> merged.put(header.name(), header));
        try (Block headers = block.block("headers")) {
            headers.keys().forEach(merged::remove);
            headers.entries().forEach((name, value) -> {
                try {
                    if (merged.put(name, Header.of(name, value)) != null) {
                        headers.complain(name, "is there twice, in other letters");
                    }
                } catch (IllegalArgumentException e) {
                    headers.complain(name, String.valueOf(e.getMessage()));
                }
            });
        }
        spec.headers(List.copyOf(merged.values()));
    }

    /** Each that is wrong is said, and not the first of them alone. */
    private static void pair(Block block, String key, String value, Map<String, String> merged) {
        try {
            merged.putAll(Labels.of(Map.of(key, value)).pairs());
        } catch (IllegalArgumentException e) {
            block.complain("labels", String.valueOf(e.getMessage()));
        }
    }

    private static void labels(Block block, Labels under, ConnectionSpec.Builder spec) {
        if (!block.has("labels")) {
            return;
        }
        Map<String, String> merged = new TreeMap<>(under.pairs());
        try (Block labels = block.block("labels")) {
            labels.keys().forEach(merged::remove);
            labels.entries().forEach((key, value) -> pair(block, key, value, merged));
        }
        try {
            spec.labels(merged);
        } catch (IllegalArgumentException e) {
            block.complain("labels", String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> named(String name) {
        return name.equals("none") ? Optional.empty() : Optional.of(name);
    }
}

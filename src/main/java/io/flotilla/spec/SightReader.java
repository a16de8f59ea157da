package io.flotilla.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads what the fleet remembers for those who look at it: metrics, incidents, recorder. */
final class SightReader {

    /** Names that metrics tell things apart by themselves, or that would tell one connection from every other. */
    private static final Set<String> TAKEN =
            Set.of("state", "outcome", "kind", "verdict", "phase", "direction", "id", "le", "quantile");

    private SightReader() {}

    static FleetSettings.Sight read(Block root, FleetSettings.Sight under) {
        try (Block metrics = root.block("metrics");
                Block incidents = root.block("incidents");
                Block recorder = root.block("recorder")) {
            return new FleetSettings.Sight(
                    new FleetSettings.Metrics(tagBy(metrics, under.metrics().tagBy()), (int)
                            metrics.number("max-series", under.metrics().maxSeries(), 1, 100_000)),
                    (int) incidents.number("kept", under.incidents(), 1, 1_000_000),
                    recorder.bytes("memory", under.recorderMemory()));
        }
    }

    private static List<String> tagBy(Block metrics, List<String> under) {
        List<String> keys = metrics.texts("tag-by", under);
        if (!keys.stream().allMatch(Labels::isKey)) {
            metrics.problem("tag-by", "a list of keys of labels", false);
            return under;
        }
        Set<String> names = new HashSet<>();
        for (String key : keys) {
            String name = key.toLowerCase(Locale.ROOT).replace('-', '_');
            if (TAKEN.contains(name)) {
                metrics.complain(
                        "tag-by", "label [" + key + "] cannot be a tag: metrics have one of that name, or must not");
                return under;
            }
            if (!names.add(name)) {
                metrics.complain("tag-by", "label [" + key + "] is there twice: both are the tag [" + name + "]");
                return under;
            }
        }
        return List.copyOf(keys);
    }
}

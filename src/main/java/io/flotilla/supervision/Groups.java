package io.flotilla.supervision;

import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Labels;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sorts connections by the labels of {@code metrics.tag-by}. Labels are free text: of more combinations than
 * {@code metrics.max-series} the further ones are one group. A group stays, for its totals must not go back. Safe from any thread.
 */
public final class Groups {

    /** Stands for a label that a connection does not have. */
    public static final String NONE = "(none)";

    /** Stands for every label of the connections that are beyond the bound. */
    public static final String OTHER = "(other)";

    private final List<String> keys;
    private final int most;
    private final Map<List<String>, Group> groups = new ConcurrentHashMap<>();

    Groups(FleetSettings.Metrics settings) {
        this.keys = settings.tagBy();
        this.most = settings.maxSeries();
    }

    /** The labels that connections are told apart by. */
    public List<String> keys() {
        return keys;
    }

    /** Every group that there was so far. */
    public Collection<Group> all() {
        return Collections.unmodifiableCollection(groups.values());
    }

    synchronized Group of(Labels labels) {
        List<String> values =
                keys.stream().map(key -> labels.pairs().getOrDefault(key, NONE)).toList();
        boolean fits = groups.containsKey(values) || groups.size() < most;
        List<String> counted = fits ? values : Collections.nCopies(keys.size(), OTHER);
        return groups.computeIfAbsent(counted, Group::new);
    }
}

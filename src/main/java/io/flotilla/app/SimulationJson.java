package io.flotilla.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.simulation.Mode;
import io.flotilla.simulation.Outcome;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A simulation as one JSON object. Its names are public: times are ISO-8601 since the start, what there is not is null. */
final class SimulationJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SimulationJson() {}

    static String of(Outcome outcome) {
        ObjectNode tree = MAPPER.createObjectNode();
        tree.put("connections", outcome.scenario().specs().size());
        tree.put("seed", outcome.scenario().seed());
        tree.put("length", outcome.scenario().length().toString());
        tree.put("step", outcome.scenario().step().toString());
        tree.put("dials", outcome.dials());
        tree.putObject("worstSecond")
                .put("dials", outcome.worst().dials())
                .put("from", outcome.worst().at().toString());
        tree.put(
                "limit",
                outcome.scenario().settings().limits().dialsPerSecond().stream()
                        .boxed()
                        .findFirst()
                        .orElse(null));
        tree.put("ready", outcome.ready());
        tree.put("givenUp", outcome.givenUp());
        tree.put("mostFailuresInARow", outcome.attempts());
        tree.set("mostAtOnce", modes(outcome.peaks()));
        ObjectNode ends = tree.putObject("endedWith");
        outcome.ends().forEach((kind, count) -> ends.put(kind.name(), count));
        ArrayNode episodes = tree.putArray("episodes");
        outcome.after().forEach(after -> episodes.add(episode(after)));
        ArrayNode hosts = tree.putArray("hosts");
        outcome.hosts()
                .forEach((endpoint, host) -> hosts.addObject()
                        .put("host", endpoint.toString())
                        .put("connections", host.connections())
                        .put("dials", host.dials())
                        .put("worstSecond", host.worst())
                        .put("longestNotWhole", host.away().toString()));
        ArrayNode steps = tree.putArray("steps");
        outcome.rows()
                .forEach(row -> steps.addObject()
                        .put("from", row.from().toString())
                        .put("dials", row.dials())
                        .put("worstSecond", row.worst())
                        .set("doing", modes(row.modes())));
        return tree.toPrettyString();
    }

    private static ObjectNode episode(Outcome.Recovery after) {
        return MAPPER.createObjectNode()
                .put("what", after.episode().what())
                .put("at", after.episode().at().toString())
                .put("for", after.episode().length().toString())
                .put("readyBefore", after.before())
                .put("fewestReady", after.lowest())
                .put("mostBackAfter", shown(after.most()))
                .put("allBackAfter", shown(after.all()));
    }

    private static ObjectNode modes(Map<Mode, Integer> counts) {
        ObjectNode modes = MAPPER.createObjectNode();
        counts.forEach((mode, count) -> modes.put(mode.name().toLowerCase(Locale.ROOT), count));
        return modes;
    }

    private static @org.jspecify.annotations.Nullable String shown(Optional<Duration> time) {
        return time.map(Duration::toString).orElse(null);
    }
}

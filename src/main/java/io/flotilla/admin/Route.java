package io.flotilla.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * One line of the table of what is served.
 *
 * @param path with names in braces, as the description has it
 * @param access who may ask
 * @param parameters names that may stand in the query
 * @param body whether its handler reads the body of the request
 */
record Route(HttpMethod method, String path, Access access, Set<String> parameters, boolean body, Handler handler) {

    /** Who may ask. */
    enum Access {
        /** Everybody. */
        OPEN,
        /** Who shows the token, or everybody where none is asked for. */
        GUARDED,
        /** The same, and no page of another origin: it stays open. */
        STREAM
    }

    /** Answers a call; throws {@link Refusal}, or lets the stage fail with one. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<HttpResponse> handle(Call call);
    }

    static Route guarded(HttpMethod method, String path, Handler handler, String... parameters) {
        return new Route(method, path, Access.GUARDED, Set.of(parameters), false, handler);
    }

    static Route open(HttpMethod method, String path, Handler handler) {
        return new Route(method, path, Access.OPEN, Set.of(), false, handler);
    }

    static Route stream(HttpMethod method, String path, Handler handler, String... parameters) {
        return new Route(method, path, Access.STREAM, Set.of(parameters), false, handler);
    }

    /** The same, with a body. */
    Route withBody() {
        return new Route(method, path, access, parameters, true, handler);
    }

    /** What stands for the names, if this is its path. */
    Optional<Map<String, String>> match(List<String> segments) {
        List<String> template = segments(path);
        if (template.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < template.size(); i++) {
            String expected = template.get(i);
            if (expected.startsWith("{") && !segments.get(i).isEmpty()) {
                found.put(expected.substring(1, expected.length() - 1), segments.get(i));
            } else if (!expected.equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(List.of(path.substring(1).split("/", -1)));
        segments.removeIf(String::isEmpty);
        return segments;
    }
}

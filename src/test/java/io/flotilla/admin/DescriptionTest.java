package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The description that is served, held against what is served. */
class DescriptionTest {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    private final Map<String, Object> description = read();

    private static Map<String, Object> read() {
        try (InputStream in = Objects.requireNonNull(DescriptionTest.class.getResourceAsStream("openapi.yaml"))) {
            return new Yaml().load(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Served all() {
        return Served.start(
                Served.SETTINGS,
                parts -> parts.metrics(() -> "up 1\n").trend(List::of).drain(() -> {}));
    }

    @Test
    void everyRouteThatIsServedIsDescribedAndTheOtherWayRound() {
        try (Served served = all()) {
            assertThat(described().keySet())
                    .isEqualTo(served.server.routes().stream()
                            .map(route -> route.method().value() + " " + route.path())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void everyParameterThatIsReadIsDescribedAndTheOtherWayRound() {
        try (Served served = all()) {
            assertThat(served.server.routes())
                    .allSatisfy(route -> assertThat(
                                    queries(map(described().get(route.method().value() + " " + route.path()))))
                            .as(route.path())
                            .isEqualTo(new TreeSet<>(route.parameters())));
        }
    }

    @Test
    void everyRouteThatIsDescribedAnswers() {
        try (Served served = all()) {
            Served.get(served.fleet.put(ConnectionSpec.of("a", "ws://host/")));
            for (String line : described().keySet()) {
                String method = line.substring(0, line.indexOf(' '));
                String path = line.substring(line.indexOf(' ') + 1)
                        .replace("{id}", "a")
                        .replace("{file}", "no-such-file.css");
                if (isStream(described().get(line))) {
                    continue; // never ends; its own tests read it
                }
                Served.Answer answer = served.send(served.request(path)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString("{}")));
                assertThat(answer.status()).as(line).isNotIn(405, 500);
                assertThat(answer.body()).as(line).doesNotContain("There is nothing at this path");
                assertThat(responses(described().get(line)))
                        .as("%s: a status that is described", line)
                        .containsAnyOf(Integer.toString(answer.status()), "default");
                Served.get(served.fleet.put(ConnectionSpec.of("a", "ws://host/")));
            }
        }
    }

    @Test
    void everyStateAndVerdictIsThere() {
        assertThat(list(schema("State").get("enum")))
                .containsExactlyElementsOf(Stream.of(io.flotilla.connection.ConnectionState.values())
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        collect(description, references);
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference ->
                        assertThat(resolve(reference)).as(reference).isNotNull());
    }

    @Test
    void aStatusHasTheKeysThatAreDescribed() {
        try (Served served = all()) {
            Served.get(served.fleet.put(ConnectionSpec.of("a", "ws://host/")));
            Set<String> keys = new TreeSet<>();
            served.get("/api/v1/connections/a").json().fieldNames().forEachRemaining(keys::add);
            assertThat(keys)
                    .isEqualTo(new TreeSet<>(
                            map(schema("Status").get("properties")).keySet()));
            Set<String> fleet = new TreeSet<>();
            served.get("/api/v1/fleet").json().fieldNames().forEachRemaining(fleet::add);
            assertThat(fleet)
                    .isEqualTo(
                            new TreeSet<>(map(schema("Fleet").get("properties")).keySet()));
        }
    }

    @Test
    void isServedAsItIs() {
        try (Served served = all()) {
            Served.Answer answer = served.get("/openapi.yaml");
            assertThat(answer.header("Content-Type")).startsWith("application/yaml");
            assertThat(new Yaml().<Map<String, Object>>load(answer.body())).isEqualTo(description);
        }
    }

    /** Operations by {@code METHOD path}, with the parameters of their path. */
    private Map<String, Map<String, Object>> described() {
        Map<String, Map<String, Object>> operations = new java.util.TreeMap<>();
        map(description.get("paths"))
                .forEach((path, item) -> map(item).forEach((method, operation) -> {
                    if (METHODS.contains(method)) {
                        Map<String, Object> whole = new LinkedHashMap<>(map(operation));
                        List<Object> parameters = new ArrayList<>(list(map(item).get("parameters")));
                        parameters.addAll(list(whole.get("parameters")));
                        whole.put("parameters", parameters);
                        operations.put(method.toUpperCase(Locale.ROOT) + " " + path, whole);
                    }
                }));
        return operations;
    }

    private Set<String> queries(Map<String, Object> operation) {
        return list(operation.get("parameters")).stream()
                .map(parameter -> map(parameter).containsKey("$ref")
                        ? map(resolve(String.valueOf(map(parameter).get("$ref"))))
                        : map(parameter))
                .filter(parameter -> "query".equals(parameter.get("in")))
                .map(parameter -> String.valueOf(parameter.get("name")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> responses(@Nullable Map<String, Object> operation) {
        return map(map(operation).get("responses")).keySet();
    }

    private static boolean isStream(@Nullable Map<String, Object> operation) {
        return String.valueOf(map(operation).get("responses")).contains("text/event-stream");
    }

    private Map<String, Object> schema(String name) {
        return map(resolve("#/components/schemas/" + name));
    }

    private @Nullable Object resolve(String reference) {
        Object found = description;
        for (String key : reference.substring(2).split("/", -1)) {
            found = map(found).get(key);
        }
        return found;
    }

    private static void collect(@Nullable Object node, List<String> references) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (key.equals("$ref")) {
                    references.add(String.valueOf(value));
                }
                collect(value, references);
            });
        } else if (node instanceof List<?> items) {
            items.forEach(item -> collect(item, references));
        }
    }

    @SuppressWarnings("unchecked") // YAML has texts as keys here
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(@Nullable Object node) {
        return node == null ? List.of() : (List<Object>) node;
    }
}

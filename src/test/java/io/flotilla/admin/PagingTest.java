package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of ten thousand, page by page. */
class PagingTest {

    private static final int MANY = 10_000;
    private static Served served;

    @BeforeAll
    static void put() {
        served = Served.start();
        List<CompletionStage<?>> puts = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            puts.add(served.fleet.put(spec(String.format("c%05d", i), i)));
        }
        puts.forEach(Served::get);
    }

    private static ConnectionSpec spec(String id, int i) {
        return ConnectionSpec.builder(id, "ws://host" + i % 10 + ".example:81/")
                .labels(Map.of("desk", i % 4 == 0 ? "spot" : "perp", "shard", Integer.toString(i % 3)))
                .desired(Desired.DOWN)
                .build();
    }

    @AfterAll
    static void end() {
        served.close();
    }

    @Test
    void everyOneIsThereOnceInTheOrderOfTheIds() {
        List<String> ids = new ArrayList<>();
        Optional<String> after = Optional.empty();
        int pages = 0;
        do {
            JsonNode page = page("view=brief&limit=1000", after);
            assertThat(page.get("total").asInt()).isGreaterThanOrEqualTo(MANY);
            page.get("items").forEach(item -> ids.add(item.get("id").asText()));
            after = Optional.of(page.get("next")).filter(next -> !next.isNull()).map(JsonNode::asText);
            pages++;
        } while (after.isPresent());
        ids.removeIf(id -> !id.startsWith("c"));

        assertThat(pages).isBetween(10, 11);
        assertThat(ids).hasSize(MANY).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void pagesStayStableWhileConnectionsComeAndGo() {
        List<String> ids = new ArrayList<>();
        Optional<String> after = Optional.empty();
        List<ConnectionId> comers = new ArrayList<>();
        int round = 0;
        do {
            JsonNode page = page("limit=997&view=brief", after);
            page.get("items").forEach(item -> ids.add(item.get("id").asText()));
            after = Optional.of(page.get("next")).filter(next -> !next.isNull()).map(JsonNode::asText);
            // Somebody comes before what was read, and who stood at the end of the page goes.
            ConnectionId comer = ConnectionId.of("a" + round);
            Served.get(served.fleet.put(spec(comer.value(), 1)));
            comers.add(comer);
            if (after.isPresent()) {
                ConnectionId last = ConnectionId.of(after.get());
                Served.get(served.fleet.remove(last));
                round++;
            }
        } while (after.isPresent());
        ids.removeIf(id -> !id.startsWith("c"));

        assertThat(ids).hasSize(MANY).isSorted().doesNotHaveDuplicates();
        comers.forEach(comer -> Served.get(served.fleet.remove(comer)));
        for (String id : new TreeSet<>(ids)) {
            if (served.fleet.status(ConnectionId.of(id)).isEmpty()) {
                Served.get(served.fleet.put(spec(id, Integer.parseInt(id.substring(1)))));
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "label=desk=spot, 2500",
        "label=desk=spot&label=shard=0, 834",
        "host=host3.example, 1000",
        "host=host3.example:81, 1000",
        "host=host3.example:80, 0",
        "q=C0999, 10",
        "q=HOST7, 1000",
        "q=perp, 7500",
        "state=stopped, 10000",
        "state=READY&state=waiting, 0",
        "state=STOPPED&label=desk=spot&q=c00000, 1",
        "kind=THROTTLED, 0",
    })
    void filtersCountWhatTheyLetPass(String query, int total) {
        JsonNode page = page(query, Optional.empty());
        assertThat(page.get("total").asInt()).isEqualTo(total);
        assertThat(page.get("items").size()).isEqualTo(Math.min(total, 100));
        assertThat(page.get("next").isNull()).isEqualTo(total <= 100);
    }

    private static JsonNode page(String query, Optional<String> after) {
        Served.Answer answer = served.get(
                "/api/v1/connections?" + query + after.map(id -> "&after=" + id).orElse(""));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }
}

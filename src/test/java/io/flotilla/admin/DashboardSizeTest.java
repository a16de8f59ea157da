package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the field costs: counted, for how long it takes is up to the machine. */
class DashboardSizeTest {

    private static final int CELLS = 10_000;
    private static final int CHANGED = 50;

    @Test
    void tenThousandCellsAreDrawnOnceAndThenOnlyThoseThatChange() {
        try (Browser browser = Browser.start();
                Served served = Served.start(Served.SETTINGS.streaming(8, java.time.Duration.ofSeconds(15), 100_000))) {
            CompletableFuture.allOf(IntStream.range(0, CELLS)
                            .mapToObj(i -> served.fleet
                                    .put(ConnectionSpec.builder("c-" + i, "ws://host-" + i % 20 + ".test/")
                                            .desired(Desired.DOWN)
                                            .labels(Map.of("shard", "s" + i % 300))
                                            .build())
                                    .toCompletableFuture())
                            .toArray(CompletableFuture[]::new))
                    .join();
            browser.open(served.uri("/").toString());
            browser.awaitText(".chip[data-state=STOPPED] b", "10,000");
            browser.await("all are drawn", () -> drawn(browser, "drawn") == CELLS);

            long before = drawn(browser, "total");
            long frames = drawn(browser, "frames");
            IntStream.range(0, CHANGED).forEach(i -> served.fleet.start(ConnectionId.of("c-" + i * 20)));
            browser.awaitText(".chip[data-state=STOPPED] b", "9,950");
            browser.await("they are drawn", () -> drawn(browser, "total") > before);

            assertThat(drawn(browser, "total") - before)
                    .as("cells drawn for some changes each of %s cells, and never all again", CHANGED)
                    .isLessThan(CELLS);
            assertThat(drawn(browser, "frames") - frames)
                    .as("frames, for events that come together")
                    .isLessThan(10 * CHANGED);

            browser.click("#group option[value='label:shard']");
            browser.await(
                    "300 labels are 150 groups and the rest",
                    () -> browser.texts(".heading").size() == 151);
            assertThat(browser.text(".heading:last-child .name")).isEqualTo("150 smaller groups");
            browser.click("[data-view=list]");
            browser.await(
                    "a page of the list", () -> browser.texts(".list tbody tr").size() == 100);
            assertThat(browser.text(".foot")).contains("100 of 10,000 shown");
        }
    }

    private static long drawn(Browser browser, String what) {
        return browser.number("return Number(document.querySelector('.cells')?.dataset." + what + " ?? 0)");
    }
}

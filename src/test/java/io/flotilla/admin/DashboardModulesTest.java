package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The modules of the page that only compute, where they run. */
class DashboardModulesTest {

    private static Browser browser;
    private static Watched watched;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        watched = Watched.start();
        watched.put("one", "/echo", Map.of());
        watched.awaitState("one", ConnectionState.READY);
        browser.open(watched.url());
        browser.awaitText("#link", "Live");
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
            watched.close();
        }
    }

    private static @Nullable Object eval(String module, String expression) {
        return browser.async(
                "const m = await import('" + watched.url() + "/page/" + module + ".js'); return " + expression);
    }

    @ParameterizedTest(name = "{0} ms is {1}")
    @CsvSource({
        "420, 420 ms",
        "7000, 7 s",
        "7300, 7.3 s",
        "192000, 3 min 12 s",
        "7500000, 2 h 5 min",
        "3600000, 1 h",
        "356400000, 4 d 3 h"
    })
    void saysDurationsInTheirTwoLargestUnits(long millis, String words) {
        assertThat(eval("words", "m.span(" + millis + ")")).isEqualTo(words);
    }

    @ParameterizedTest(name = "{0} of all is {1}")
    @CsvSource({"1, 100 %", "0.99999, 99.9 %", "0.5, 50.0 %", "0, 0.0 %"})
    void neverRoundsUpToAll(double share, String words) {
        assertThat(eval("words", "m.percent(" + share + ")")).isEqualTo(words);
    }

    @Test
    void offersWhatThereIsToDo() {
        assertThat(eval(
                        "actions",
                        "m.actionButtons({ id: 'x', state: 'READY', desired: 'UP' }, () => {})"
                                + ".map((button) => button.dataset.action).join()"))
                .isEqualTo("start,dial-now,restart,stop");
    }

    @Test
    void saysNothingOfAFleetThatWasNotReadYet() {
        String text = "(async (fleet) => { const troubles = new m.Troubles(fleet, () => {}); let calm = null;"
                + " while (!(calm = troubles.element.querySelector('.calm'))) await new Promise((next) => setTimeout(next, 20));"
                + " troubles.end(); return calm.textContent; })";
        assertThat(eval("troubles", text + "({ complete: false, cells: new Map() })"))
                .isEqualTo("Reading the fleet…");
        assertThat(eval("troubles", text + "({ complete: true, cells: new Map() })"))
                .asString()
                .startsWith("There is no connection yet.");
    }

    @Test
    void readsDurationsOfTheApi() {
        assertThat(eval("words", "[m.iso('PT2.3S'), m.iso('PT1H2M3S'), m.iso('P1DT1S'), m.iso('soon')].join()"))
                .isEqualTo("2300,3723000,86401000,");
    }

    @Test
    void readsEventsHoweverTheyAreCutIntoPieces() {
        String stream = "id: 7\\r\\nevent: ready\\r\\ndata: {\\r\\ndata: }\\r\\n\\r\\n: alive\\n\\ndata: x\\n\\n";
        assertThat(eval(
                        "stream",
                        "(() => { const all = []; for (const size of [1, 2, 3, 7, 100]) { const got = [];"
                                + " const parser = new m.Parser((event) => got.push(event)); const text = '" + stream
                                + "';"
                                + " for (let i = 0; i < text.length; i += size) parser.push(text.slice(i, i + size));"
                                + " all.push(JSON.stringify(got)); } return [...new Set(all)].join('|'); })()"))
                .isEqualTo(
                        "[{\"id\":\"7\",\"event\":\"ready\",\"data\":\"{\\n}\"},{\"event\":\"message\",\"data\":\"x\"}]");
    }

    @Test
    void findsByWordsOfWhichAllMustHold() {
        String cell =
                "{id:'BTC-1',host:'a.test:443',labels:{desk:'spot x'},state:'WAITING',kind:'LOST',heldBy:'backoff'}";
        assertThat(eval(
                        "filter",
                        "['btc', 'desk=spot', 'desk=\"spot x\"', 'host:a.test', 'host:a.tes', 'kind:lost held:backoff', 'btc eth', '\"spot x\"']"
                                + ".map((text) => m.filterOf(text, new Set())(" + cell + ")).join()"))
                .isEqualTo("true,false,true,true,false,true,false,true");
    }

    @ParameterizedTest(name = "{0} cells in {1} groups on {2} pixels")
    @CsvSource({
        "10000, 8, 900",
        "10000, 400, 900",
        "10000, 1, 328",
        "500, 60, 328",
        "3, 3, 1400",
        "24, 24, 900",
        "100000, 10, 900"
    })
    void placesEveryCellOnceWithinTheWidth(int cells, int groups, int width) {
        assertThat(eval(
                        "layout",
                        "(() => { const cells = Array.from({length: " + cells
                                + "}, (_, i) => ({id: `c${i}`, host: `h${i % " + groups
                                + "}`, labels: {}}));"
                                + " const plan = m.layout(m.groupsOf(cells, 'host'), " + width
                                + ", 480); const places = new Set(); let wide = 0;"
                                + " for (const block of plan.blocks) block.cells.forEach((cell, i) => {"
                                + " const x = block.x + (i % block.columns) * plan.pitch; const y = block.y + Math.floor(i / block.columns) * plan.pitch;"
                                + " places.add(`${x},${y}`); wide = Math.max(wide, x + plan.pitch);"
                                + " const found = m.hit(plan, x + 1, y + 1); if (found.block.cells[found.index] !== cell) throw new Error('missed'); });"
                                + " return places.size === " + cells + " && wide <= " + width
                                + " ? 'well' : `${places.size} ${wide}`; })()"))
                .isEqualTo("well");
    }

    @Test
    void aLifeIsStretchesOfOneStateEach() {
        assertThat(
                        eval(
                                "life",
                                "m.stretches([{event:'Settled',at:'2026-01-01T00:00:09Z',state:'READY'},{event:'Ready',at:'2026-01-01T00:00:05Z'},"
                                        + "{event:'LinkEnded',at:'2026-01-01T00:00:02Z',state:null},{event:'DialStarted',at:'2026-01-01T00:00:01Z'}],"
                                        + " Date.parse('2026-01-01T00:00:10Z')).map((s) => `${s.state} ${s.to - s.from}`).join()"))
                .isEqualTo("DIALING 4000,READY 5000");
    }

    @Test
    void anAxisEndsAtARoundNumber() {
        assertThat(eval("plot", "[0, 0.3, 1, 3, 51, 1200].map(m.roundUp).join()"))
                .isEqualTo("1,0.5,1,5,100,2000");
    }
}

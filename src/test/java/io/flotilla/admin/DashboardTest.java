package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.telemetry.Trend;
import io.flotilla.testkit.Script;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page in a real browser, over a real API, at a fleet with real sockets. */
class DashboardTest {

    private static final String READY = ".chip[data-state=READY] b";
    private static final String STOPPED = ".chip[data-state=STOPPED] b";
    private static final String MARKUP = "<img src=x onerror=window.hacked=1>";

    private static Browser browser;
    private Watched watched;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void startFleet() {
        watched = Watched.start();
        for (int i = 0; i < 6; i++) {
            watched.put("quotes-" + i, "/echo", Map.of("desk", i < 4 ? "spot" : "options"));
        }
        IntStream.range(0, 6).forEach(i -> watched.awaitState("quotes-" + i, ConnectionState.READY));
    }

    @AfterEach
    void end() {
        try {
            assertThat(browser.errors(error -> error.contains("Failed to load resource")))
                    .as("no script failed, and the policy had nothing to forbid")
                    .isEmpty();
            assertThat(browser.requests())
                    .isNotEmpty()
                    .allMatch(url -> url.startsWith("http://127.0.0.1:") || url.startsWith("data:"));
        } finally {
            browser.open("about:blank");
            watched.close();
            browser.requests();
        }
    }

    private void open(String place) {
        browser.open("about:blank");
        browser.open(watched.url() + "/" + place);
        browser.awaitText("#link", "Live");
    }

    private static String cursorColour() {
        return String.valueOf(browser.js("""
                const box = document.querySelector(".cursor");
                const canvas = document.querySelector(".cells");
                const scale = canvas.width / canvas.clientWidth;
                const x = (box.offsetLeft + box.offsetWidth / 2) * scale;
                const y = (box.offsetTop + box.offsetHeight / 2) * scale;
                return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].join();"""));
    }

    private static String colourOf(String state) {
        return String.valueOf(browser.js("""
                const pen = document.createElement("canvas").getContext("2d");
                pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(arguments[0]);
                pen.fillRect(0, 0, 1, 1);
                return [...pen.getImageData(0, 0, 1, 1).data].join();""", state));
    }

    @Test
    void showsEachConnectionAsACellInTheColourOfItsState() {
        open("");
        browser.awaitText(READY, "6");
        browser.js("document.querySelector('.field').focus()");
        browser.press(Keys.HOME);

        assertThat(browser.text(".field .tip")).contains("quotes-0", "ready", "desk=spot");
        assertThat(cursorColour()).isEqualTo(colourOf("--ready"));
        assertThat(browser.text(".hero")).contains("6 of 6 connections ready", "100 %", "healthy");
    }

    @Test
    void aCellTakesAnotherColourWhenItsConnectionHasAnotherState() {
        watched.harbour.on("/hang", Script.silent());
        open("");
        browser.awaitText(READY, "6");
        browser.js("document.querySelector('.field').focus()");
        browser.press(Keys.HOME);

        watched.fleet.stop(ConnectionId.of("quotes-0"));

        browser.awaitText(STOPPED, "1");
        browser.awaitText(READY, "5");
        browser.await("the cell is no longer filled", () -> !cursorColour().equals(colourOf("--ready")));
        watched.fleet.start(ConnectionId.of("quotes-0"));
        browser.await("it is again", () -> cursorColour().equals(colourOf("--ready")));
    }

    @Test
    void connectionsThatComeAndGoComeAndGoInTheField() {
        open("");
        browser.awaitText(READY, "6");

        watched.put("late", "/echo", Map.of());
        browser.awaitText(READY, "7");
        watched.fleet.remove(ConnectionId.of("late"));
        browser.await(
                "one less",
                () -> browser.text(READY).equals("6") && browser.text(".hero").contains("6 of 6"));
    }

    @Test
    void groupsByHostByALabelAndByState() {
        open("");
        browser.awaitText(".heading .name", "127.0.0.1:" + watched.harbour.port());

        browser.click("#group option[value='label:desk']");
        browser.await("two desks", () -> browser.texts(".heading .name").equals(List.of("options", "spot")));
        assertThat(browser.texts(".heading .share")).containsExactly("2 of 2 ready", "4 of 4 ready");
        assertThat(browser.url()).contains("group=label");
        browser.click("#group option[value='state']");
        browser.await("one state", () -> browser.texts(".heading .name").equals(List.of("ready")));
        browser.click("#group option[value='none']");
        browser.await("no heading", () -> browser.texts(".heading .name").isEmpty());
    }

    @Test
    void findsByIdLabelHostAndState() {
        watched.fleet.stop(ConnectionId.of("quotes-5"));
        open("#/?view=list");
        browser.awaitText(STOPPED, "1");
        browser.await("all", () -> browser.texts(".list tbody tr").size() == 6);

        browser.type("#search", "desk=options");
        browser.await("by label", () -> browser.texts(".list tbody th").equals(List.of("quotes-4", "quotes-5")));
        browser.click(".chip[data-state=STOPPED]");
        browser.await("and state", () -> browser.texts(".list tbody th").equals(List.of("quotes-5")));
        browser.type("#search", "nobody");
        browser.awaitText(".foot", "No connection is like that");
        browser.click(".found button");
        browser.await("all again", () -> browser.texts(".list tbody tr").size() == 6);
        browser.type("#search", "host:127.0.0.1 QUOTES-3");
        browser.await("by host and id", () -> browser.texts(".list tbody th").equals(List.of("quotes-3")));
    }

    @Test
    void aKeyboardAloneLeadsFromTheFieldToAConnectionAndBack() {
        open("");
        browser.awaitText(READY, "6");

        browser.tabTo(".field");
        browser.press(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(browser.text(".field .tip")).contains("quotes-2");
        assertThat(browser.js("return document.getElementById('announcer').textContent"))
                .asString()
                .contains("quotes-2, ready");
        browser.press(Keys.ENTER);
        browser.awaitText("h1", "quotes-2");
        browser.tabTo(".back a");
        browser.press(Keys.ENTER);
        browser.await("the fleet again", () -> browser.shows(".hero"));
    }

    @Test
    void theListIsOneStopForTabAndArrowsMoveInIt() {
        open("#/?view=list");
        browser.await("rows", () -> browser.texts(".list tbody tr").size() == 6);

        browser.tabTo(".list a");
        browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP);
        assertThat(browser.js("return document.activeElement.textContent")).isEqualTo("quotes-1");
        assertThat(browser.number(
                        "return document.querySelectorAll('.list a[tabindex=\"0\"], .list a:not([tabindex])').length"))
                .isEqualTo(1);
        browser.press(Keys.END, Keys.ENTER);
        browser.awaitText("h1", "quotes-5");
    }

    @Test
    void aConnectionHasAPageWithItsLifeAndItsFacts() {
        open("#/connections/quotes-0");

        browser.awaitText("h1", "quotes-0");
        browser.awaitText(".now", "ready");
        assertThat(browser.texts(".events .what")).contains("ready", "handshake done", "dial started");
        assertThat(browser.find(".band").getAttribute("aria-label")).contains("ready for");
        assertThat(browser.text(".facts"))
                .contains(watched.harbour.uri("/echo").toString(), "1 dial in all", "messages");
    }

    @Test
    void aConnectionThatIsNotThereHasAPageThatSaysSo() {
        open("#/connections/" + MARKUP);

        browser.awaitText("h1", MARKUP);
        browser.awaitText(".head", "The fleet has those that are there");
        assertThat(browser.js("return window.hacked")).isNull();
    }

    @Test
    void stopAsksFirst() {
        open("#/connections/quotes-0");

        browser.click("[data-action=stop]");
        browser.awaitText("dialog", "stays down until somebody starts it");
        assertThat(browser.js("return document.activeElement.textContent")).isEqualTo("Cancel");
        browser.press(Keys.ESCAPE);
        browser.await("it is asked no more", () -> !browser.shows("dialog"));
        assertThat(watched.state("quotes-0")).isEqualTo(ConnectionState.READY);

        browser.click("[data-action=stop]");
        browser.click("dialog .hurts");
        watched.awaitState("quotes-0", ConnectionState.STOPPED);
        browser.awaitText(".now", "stopped");
        browser.click("[data-action=start]");
        browser.awaitText(".now", "ready");
        browser.awaitText("#said", "was told to start");
    }

    @Test
    void restartDialsAgain() {
        open("#/connections/quotes-0");

        browser.click("[data-action=restart]");
        browser.click("dialog .hurts");

        browser.awaitText(".facts", "2 dials in all");
        browser.awaitText(".now", "ready");
    }

    @Test
    void sendsAMessageAndShowsMessagesAsTheyCome() {
        open("#/connections/quotes-0");
        browser.click(".frames .row button");
        browser.awaitText(".frames .note", "Waiting for the first message");

        browser.type("#send-text", "hello <b>there</b>");
        browser.click(".send button");

        browser.awaitText("#said", "Written");
        browser.awaitText(".tail", "hello <b>there</b>");
        browser.awaitText(".frames .note", "1 message since");
        browser.click(".frames .row button");
        browser.awaitText(".frames .note", "Stopped");
    }

    @Test
    void aMessageThatIsNotWrittenSaysWhy() {
        open("#/connections/quotes-0");
        browser.awaitText(".now", "ready");
        watched.fleet.stop(ConnectionId.of("quotes-0"));
        browser.awaitText(".now", "stopped");

        browser.type("#send-text", "hello");
        browser.click(".send button");

        browser.awaitText("#said", "Not sent (refused)");
    }

    @Test
    void whatPeersAndLabelsSayIsTextAndNeverMarkup() {
        watched.harbour.on(
                "/evil",
                Script.upgrade().sendText("<script>window.hacked = 1</script>").sendClose(4000, MARKUP));
        watched.put("evil", "/evil", Map.of("desk", MARKUP));
        open("#/connections/evil");

        browser.awaitText(".events", MARKUP);
        browser.awaitText(".labels", "desk=" + MARKUP);
        browser.click("header .brand");
        browser.click("#group option[value='label:desk']");
        browser.await(
                "a group of that name", () -> browser.texts(".heading .name").contains(MARKUP));
        browser.click("[data-view=list]");
        browser.awaitText(".list", MARKUP);

        assertThat(browser.js("return window.hacked")).isNull();
        assertThat(browser.number("return document.querySelectorAll('main img, main script').length"))
                .isZero();
    }

    @Test
    void saysThatTheServerIsAwayAndCatchesUpWhenItIsBack() {
        open("");
        browser.awaitText(READY, "6");

        watched.stopListening();
        browser.awaitText("#alarm", "cannot be reached since");
        browser.awaitText("#link", "Lost");
        watched.fleet.stop(ConnectionId.of("quotes-0"));
        watched.awaitState("quotes-0", ConnectionState.STOPPED);
        watched.listenAgain();

        browser.awaitText("#link", "Live");
        browser.awaitText(STOPPED, "1");
        assertThat(browser.shows("#alarm")).isFalse();
    }

    @Test
    void theLastHourStandsInPlotsThatKeysRead() {
        Instant begin = Instant.parse("2026-01-01T12:00:00Z");
        for (int i = 0; i < 60; i++) {
            boolean down = i >= 20 && i < 30;
            watched.trend.add(new Trend.Step(
                    begin.plusSeconds(10L * i),
                    Map.of(ConnectionState.READY, down ? 2 : 6, ConnectionState.WAITING, down ? 4 : 0),
                    down ? 30 : 0,
                    down ? Map.of(FailureKind.LOST, 5L, FailureKind.CONNECTION_REFUSED, 20L) : Map.of(),
                    100,
                    40));
        }
        open("");

        browser.await("not ready", () -> plot("Not ready").contains("at the most 4 connections; now waiting 0"));
        assertThat(plot("Failures"))
                .contains("at the most 150 failures/min", "CONNECTION_REFUSED 0", "LOST 0")
                .contains("Left and right read single steps");
        assertThat(plot("Dials")).contains("at the most 3 dials/s");
        assertThat(plot("Messages")).contains("at the most 10 messages/s", "in 10", "out 4");
        assertThat(browser.number("return document.querySelectorAll('.plot .area, .plot .line').length"))
                .as("waiting; two kinds of failures; dials; in and out")
                .isEqualTo(6);

        browser.js("document.querySelector('.plot svg[aria-label^=Failures]').focus()");
        browser.press(Keys.HOME);
        browser.press(IntStream.range(0, 20).mapToObj(i -> Keys.ARROW_RIGHT).toArray(CharSequence[]::new));
        assertThat(plots(".unseen")).contains("CONNECTION_REFUSED 120 failures/min, LOST 30 failures/min");
    }

    private static String plot(String title) {
        return String.valueOf(browser.js(
                "return document.querySelector(`.plot svg[aria-label^='${arguments[0]}']`)?.getAttribute('aria-label')",
                title));
    }

    private static String plots(String css) {
        return String.valueOf(browser.js(
                "return [...document.querySelectorAll('.plot ' + arguments[0])].map(p => p.textContent).join()", css));
    }

    @Test
    void anEmptyFleetSaysWhatToDo() {
        IntStream.range(0, 6).forEach(i -> Served.get(watched.fleet.remove(ConnectionId.of("quotes-" + i))));

        open("");

        browser.awaitText(".found", "Add one under flotilla.connections");
        browser.awaitText(".hero", "none is wanted up");
    }
}

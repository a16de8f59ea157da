package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the page looks, light and dark, wide and narrow, calm and in an incident. Its pictures are in {@code target/screenshots}. */
class DashboardLooksTest {

    private static final int GOOD = 260;
    private static final int HIT = 120;
    private static final String READY = ".chip[data-state=READY] b";

    private final Browser browser = Browser.start();
    private final Watched watched = Watched.start();
    private final Harbour other = Harbour.builder().remembering(0).start();

    @BeforeEach
    void startFleet() {
        watched.harbour.on("/ticker", Script.ticker(Duration.ofMillis(500)));
        watched.harbour.on("/old", Script.answer(426));
        IntStream.range(0, GOOD).forEach(i -> watched.put(id("BTC", i), i % 4 == 0 ? "/ticker" : "/echo", labels(i)));
        IntStream.range(0, HIT)
                .forEach(i -> Served.get(watched.fleet.put(
                        ConnectionSpec.builder(id("ETH", i), other.uri("/echo").toString())
                                .labels(labels(i))
                                .build())));
        IntStream.range(0, 4).forEach(i -> watched.put(id("OLD", i), "/old", labels(i)));
        watched.put("NIGHTLY", "/echo", Map.of("desk", "reports"));
        watched.awaitState("NIGHTLY", ConnectionState.READY);
        Served.get(watched.fleet.stop(ConnectionId.of("NIGHTLY")));
        browser.open(watched.url());
        browser.awaitText(READY, Integer.toString(GOOD + HIT));
    }

    @AfterEach
    void end() {
        browser.close();
        watched.close();
        other.close();
    }

    private static String id(String pair, int i) {
        return String.format("%s-USDT-%03d", pair, i);
    }

    private static Map<String, String> labels(int i) {
        return Map.of("desk", i % 3 == 0 ? "spot" : "futures", "region", i % 5 == 0 ? "us" : "eu");
    }

    @Test
    void anIncidentBeginsIsSeenAndIsOver() {
        browser.screenshot("incident-1-before");

        other.stopListening();
        other.killAll();
        browser.awaitText(".chip[data-state=WAITING] b", Integer.toString(HIT));
        browser.await(
                "the heading of the host says so",
                () -> browser.texts(".heading.hurt .name").contains("127.0.0.1:" + other.port()));
        browser.screenshot("incident-2-during");
        browser.prefers("prefers-color-scheme", "dark");
        browser.await("dark", () -> "dark".equals(browser.js("return document.documentElement.dataset.theme")));
        browser.screenshot("incident-2-during-dark");
        browser.open(watched.url() + "/#/connections/ETH-USDT-007");
        browser.awaitText(".now", "waiting");
        browser.screenshot("connection-in-the-incident-dark");
        browser.open(watched.url() + "/#/");
        browser.prefers("prefers-color-scheme", "light");

        other.listenAgain();
        browser.awaitText(READY, Integer.toString(GOOD + HIT));
        browser.screenshot("incident-3-after");
    }

    @Test
    void followsTheSystemOrTheSwitch() {
        browser.prefers("prefers-color-scheme", "dark");
        browser.await("dark", () -> background().equals("rgb(11, 21, 29)"));
        browser.screenshot("fleet-dark");
        browser.prefers("prefers-color-scheme", "light");
        browser.await("light", () -> background().equals("rgb(243, 244, 241)"));

        browser.click("#theme");
        browser.click("#theme");
        assertThat(background()).isEqualTo("rgb(11, 21, 29)");
        browser.reload();
        browser.await("it is remembered", () -> background().equals("rgb(11, 21, 29)"));
        assertThat(browser.find("#theme").getAttribute("aria-label")).isEqualTo("Theme: dark");
    }

    private String background() {
        return String.valueOf(browser.js("return getComputedStyle(document.body).backgroundColor"));
    }

    @Test
    void fitsAPhone() {
        browser.size(360, 740, 2);
        for (String place : new String[] {"", "#/?view=list", "#/connections/BTC-USDT-000"}) {
            browser.open("about:blank");
            browser.open(watched.url() + "/" + place);
            browser.awaitText("#link", "Live");
            browser.await("something is shown", () -> browser.shows(".hero") || browser.shows(".facts"));
            assertThat(browser.number("return document.documentElement.scrollWidth"))
                    .as("width of " + place)
                    .isLessThanOrEqualTo(360);
            browser.screenshot("phone-" + (place.contains("list") ? "list" : place.isEmpty() ? "fleet" : "connection"));
        }
    }

    @Test
    void movesNothingForThoseWhoWantItSo() {
        browser.prefers("prefers-reduced-motion", "reduce");

        assertThat(browser.js("return getComputedStyle(document.querySelector('.chip')).transitionDuration"))
                .isEqualTo("0s");
    }

    @Test
    void showsAConnectionAndItsMessages() {
        browser.open(watched.url() + "/#/connections/BTC-USDT-000");
        browser.click(".frames .row button");
        browser.await("some messages", () -> browser.texts(".tail li").size() > 3);
        browser.screenshot("connection");
        browser.click("[data-action=stop]");
        browser.screenshot("confirmation");
    }
}

package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

class DashboardLogInTest {

    private static final String TOKEN = "sesame-of-the-fleet";

    @Test
    void asksForTheTokenKeepsItNowhereAndLetsGo() {
        try (Browser browser = Browser.start();
                Watched watched = Watched.asking(TOKEN)) {
            watched.put("quotes", "/echo", Map.of());
            watched.awaitState("quotes", ConnectionState.READY);
            browser.open(watched.url());
            browser.awaitText("dialog", "admin.token");
            assertThat(browser.text("main")).isEmpty();
            for (int i = 0; i < 3; i++) { // a browser lets a page refuse it only so often
                browser.press(Keys.ESCAPE);
                assertThat(browser.shows("dialog"))
                        .as("there is no way round it")
                        .isTrue();
            }
            browser.js("document.querySelector('dialog').close()");
            browser.awaitText("dialog", "admin.token");
            assertThat(browser.text("main")).isEmpty();

            browser.type("#token", "open-barley");
            browser.press(Keys.ENTER);
            browser.awaitText(".wrong-token", "That is not the token");
            browser.type("#token", TOKEN);
            browser.press(Keys.ENTER);

            browser.awaitText("#link", "Live");
            browser.awaitText(".hero", "1 of 1 connection ready");
            assertThat(browser.requests()).noneMatch(url -> url.contains("sesame"));
            assertThat(browser.js("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
                            + " + document.cookie + location.href"))
                    .asString()
                    .doesNotContain("sesame");

            browser.reload();
            browser.awaitText("#link", "Live");
            browser.click("#logout");
            browser.awaitText("dialog", "admin.token");
        }
    }
}

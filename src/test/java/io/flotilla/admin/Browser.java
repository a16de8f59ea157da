package io.flotilla.admin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium that was installed with this machine; nothing of it comes from the network. */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(80);
    private static final int TALLEST = 4000;

    /** It says at each start that it knows no newer protocol than its own; what is used here is older. Kept, or the level is lost. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    static {
        SELENIUM.setLevel(Level.SEVERE);
    }

    private final Path profile;
    private final ChromeDriver driver;
    private final List<String> errors = new ArrayList<>();
    private final Set<String> requests = new HashSet<>();

    private Browser(Path profile, ChromeDriver driver) {
        this.profile = profile;
        this.driver = driver;
    }

    /** Where there is none, the test is skipped, and its report says why. */
    static Browser start() {
        Optional<Path> chromium = installed("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = installed("chromedriver");
        assumeTrue(
                chromium.isPresent() && chromedriver.isPresent(),
                "NOT TESTED: no browser is installed here, chromium and chromedriver (.ci/run installs them)");
        try {
            Path profile = Files.createTempDirectory("flotilla-browser");
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                    .usingAnyFreePort()
                    .withSilent(true)
                    .build();
            return new Browser(profile, new ChromeDriver(service, options(chromium.orElseThrow(), profile)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChromeOptions options(Path chromium, Path profile) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--window-size=1360,900",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable("browser", Level.ALL);
        logs.enable("performance", Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        return options;
    }

    private static Optional<Path> installed(String... names) {
        return Stream.of(names)
                .flatMap(name -> Arrays.stream(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(String url) {
        driver.get(url);
    }

    String url() {
        return driver.getCurrentUrl();
    }

    void reload() {
        driver.navigate().refresh();
    }

    @Nullable
    Object js(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** The body of an async function; its result. */
    @Nullable
    Object async(String body) {
        return driver.executeAsyncScript("const done = arguments[arguments.length - 1]; (async () => {" + body
                + "})().then(done, (thrown) => done(`${thrown}`));");
    }

    long number(String script) {
        return ((Number) Objects.requireNonNull(js(script))).longValue();
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    /** Those that are visible, as they stand at one moment, which elements that are drawn anew would not allow one after another. */
    List<String> texts(String css) {
        Object texts = Objects.requireNonNull(js(
                "return [...document.querySelectorAll(arguments[0])].filter((found) => found.checkVisibility()).map((found) => found.innerText)",
                css));
        return ((List<?>) texts).stream().map(String::valueOf).toList();
    }

    /** Of the first; empty where there is no such element. */
    String text(String css) {
        return texts(css).stream().findFirst().orElse("");
    }

    boolean shows(String css) {
        return !text(css).isEmpty();
    }

    void awaitText(String css, String part) {
        await(css + " says " + part, () -> text(css).contains(part));
    }

    /** Looks some ten times a second: each look costs the browser work. */
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        "Awaited in vain: " + what + "; the page says: " + text("body") + "; " + drained());
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    void click(String css) {
        await("can be clicked: " + css, () -> {
            try {
                find(css).click();
                return true;
            } catch (WebDriverException e) {
                return false; // not there yet, or drawn anew at this moment
            }
        });
    }

    void type(String css, String text) {
        WebElement field = find(css);
        field.clear();
        field.sendKeys(text);
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** With Tab alone, until the focus is on such an element. */
    void tabTo(String css) {
        for (int presses = 0; presses < 60; presses++) {
            press(Keys.TAB);
            if (Boolean.TRUE.equals(js("return document.activeElement.matches(arguments[0])", css))) {
                return;
            }
        }
        throw new AssertionError("Tab does not lead to " + css);
    }

    void hover(int x, int y) {
        new Actions(driver).moveToLocation(x, y).perform();
    }

    /** The inside of the window, whatever its frame. */
    void size(int width, int height, double scale) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", false));
    }

    /** Such as {@code prefers-color-scheme}, {@code dark}. */
    void prefers(String feature, String value) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** The whole page, kept as output of the build. */
    void screenshot(String name) {
        long height = Math.min(TALLEST, number("return document.documentElement.scrollHeight"));
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                        "format",
                        "png",
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of("x", 0, "y", 0, "width", number("return innerWidth"), "height", height, "scale", 1)));
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(
                    SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(shot.get("data"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the console called an error, from the beginning on. */
    List<String> errors(Predicate<String> expected) {
        drained();
        return errors.stream().filter(expected.negate()).toList();
    }

    /** Every address that was asked for, from the beginning on. */
    Set<String> requests() {
        drained();
        return Set.copyOf(requests);
    }

    private List<String> drained() {
        for (LogEntry entry : driver.manage().logs().get("browser")) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                errors.add(entry.getMessage());
            }
        }
        for (LogEntry entry : driver.manage().logs().get("performance")) {
            try {
                JsonNode message = JSON.readTree(entry.getMessage()).path("message");
                if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                    request(message.path("params").path("request").path("url").asText());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return errors;
    }

    /** The pages that the browser brings along are none of ours. */
    private void request(String url) {
        if (!url.startsWith("chrome:") && !url.startsWith("data:")) {
            requests.add(url);
        }
    }

    @Override
    public void close() {
        driver.quit();
        Waiting.until("the browser has let go of its profile", this::deleted);
    }

    private boolean deleted() {
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false; // a process of it still writes
        }
    }
}

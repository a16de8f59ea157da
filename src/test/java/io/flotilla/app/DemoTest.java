package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Waiting;
import io.flotilla.failure.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a process of its own, in a pipe. */
class DemoTest {

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

    @TempDir
    Path folder;

    @Test
    void showsEveryVerdictAndEndsByItself() throws Exception {
        RunTest.Run demo = RunTest.start(folder, "demo", "--for=20s", "--connections=80", "--port=0");

        assertThat(demo.exitCode()).as(demo.output()).isZero();

        String output = demo.output();
        assertThat(output)
                .contains(
                        "keeps 80 connections",
                        "1. Fair weather",
                        "2. Foul weather",
                        "3. Wrecks",
                        "4. Storm",
                        "6. Home")
                .contains("UNAUTHORIZED is REPAIRABLE", "UNAUTHORIZED is PERMANENT", "THROTTLED is TRANSIENT_HINTED")
                .contains("The harbour is back", "got their 1001")
                .doesNotContain("Exception", "\u001b", "token-of-");
        assertThat(Stream.of(Verdict.values()))
                .allSatisfy(verdict -> assertThat(output).containsPattern("\\d+ x  " + verdict + " "));
        assertThat(table(output)).hasSize(DemoPeers.FEWEST);
    }

    @Test
    void endsWithZeroWhenItIsInterrupted() throws Exception {
        RunTest.Run demo = RunTest.start(folder, "demo", "--for=60s", "--connections=24", "--port=0");
        Waiting.until("the second act: " + demo.output(), () -> demo.output().contains("2. Foul weather"));

        demo.process().destroy();

        assertThat(demo.exitCode()).as(demo.output()).isZero();
        assertThat(demo.output()).contains("6. Home", "The six verdicts");
    }

    @Test
    void canBeWatchedAndEndedInABrowserAtAnotherPortWhereItsOwnIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunTest.Run demo =
                    RunTest.start(folder, "demo", "--for=10m", "--connections=24", "--port=" + taken.getLocalPort());
            Waiting.until("the first act: " + demo.output(), () -> demo.output().contains("1. Fair weather"));
            Matcher address = ADDRESS.matcher(demo.output());
            assertThat(address.find()).as(demo.output()).isTrue();
            assertThat(demo.output().substring(0, address.start()))
                    .contains("Port " + taken.getLocalPort() + " is taken")
                    .doesNotContain("Fair weather");
            URI root = URI.create(address.group());
            assertThat(root.getPort()).isNotEqualTo(taken.getLocalPort());

            assertThat(ask(root, "", "GET").body()).contains("<html");
            assertThat(ask(root, "metrics", "GET").body()).contains("flotilla_");
            assertThat(ask(root, "api/v1/trend", "GET").statusCode()).isEqualTo(200);
            Waiting.until(
                    "its connections over the API",
                    () -> ask(root, "api/v1/fleet", "GET").body().contains("READY"));
            assertThat(ask(root, "api/v1/drain", "POST").statusCode()).isEqualTo(202);

            assertThat(demo.exitCode()).as(demo.output()).isZero();
            assertThat(demo.output()).contains("6. Home").doesNotContain("Exception");
        }
    }

    private static HttpResponse<String> ask(URI root, String path, String method) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(root.resolve(path))
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .timeout(Duration.ofMinutes(1))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wantsAConnectionForEachKindOfPeer() {
        assertThat(Main.execute("demo", "--connections=3")).isEqualTo(2);
        assertThat(Main.execute("demo", "--for=soon")).isEqualTo(2);
        assertThat(Main.execute("demo", "--port=70000")).isEqualTo(2);
    }

    @Test
    void breaksLinesAtSpaces() {
        assertThat(DemoWords.wrapped("one two three", 7)).containsExactly("one two", "three");
        assertThat(DemoWords.wrapped("unbreakable", 3)).containsExactly("unbreakable");
    }

    @Test
    void saysHowLongInUnitsThatOneReads() {
        assertThat(Stream.of(0.25, 17.31, 450.0, 3_000.0, 3_020.0, 46_600.0, 60_000.0, 86_400_000.0)
                        .map(millis -> Durations.shown(Duration.ofNanos((long) (millis * 1e6)))))
                .containsExactly("0.25 ms", "17.3 ms", "450 ms", "3 s", "3.02 s", "46.6 s", "60 s", "24 h");
    }

    /** The rows between the head of the table and the empty line that ends it. */
    private static List<String> table(String output) {
        return output.lines()
                .dropWhile(line -> !line.contains("PEERS THAT"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .toList();
    }
}

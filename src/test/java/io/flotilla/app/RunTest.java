package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Waiting;
import io.flotilla.failure.Classifier;
import io.flotilla.failure.Failure;
import io.flotilla.failure.Ruling;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own. */
class RunTest {

    @TempDir
    Path folder;

    @Test
    void runsUntilSigtermThenDrainsAndEndsWithZero() throws Exception {
        try (Harbour harbour = Harbour.start()) {
            Path conf = conf("flotilla.connections { a { uri = \"%s\", sink = file }, b { uri = \"%s\" } }\n"
                            .formatted(harbour.uri("/a"), harbour.uri("/b"))
                    + "flotilla.sinks.file { type = file, path = \"%s\" }".formatted(folder.resolve("out/m.ndjson")));
            harbour.on("/a", Script.upgrade().sendText("hello").thenEcho());
            Run run = start("run", conf.toString());
            Waiting.until(
                    "both are ready: " + run.output(),
                    () -> run.output().contains("a READY") && run.output().contains("b READY"));
            Peer a = harbour.nextConnection("/a");

            run.process().destroy();

            assertThat(a.awaitClose().closeCode()).hasValue(1001);
            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(Files.readString(folder.resolve("out/m.ndjson")))
                    .matches("\\{\"id\":\"a\",\"generation\":1,\"at\":\"[0-9T:.-]+Z\",\"text\":\"hello\"}\n");
        }
    }

    /** Says that it is being made, and takes for ever. */
    public static final class Endless implements Classifier {
        public Endless() throws InterruptedException {
            System.out.println("The configuration is being read");
            new CountDownLatch(1).await();
        }

        @Override
        public Optional<Ruling> classify(Failure failure) {
            return Optional.empty();
        }
    }

    @Test
    void endsWithZeroWhenTheSignalComesBeforeAnythingWasStarted() throws Exception {
        Path conf = conf("flotilla.connections.a { uri = \"ws://127.0.0.1:1/\", classify.class = \"%s\" }"
                .formatted(Endless.class.getName()));
        Run run = start("run", conf.toString());
        Waiting.until("it reads: " + run.output(), () -> run.output().contains("is being read"));

        run.process().destroy();

        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void startsNothingWithAWrongConfiguration() throws Exception {
        try (Harbour harbour = Harbour.start()) {
            Path conf = conf("flotilla.connections { a { uri = \"%s\" }, b { urii = \"x\", priority = many } }"
                    .formatted(harbour.uri("/a")));
            Run run = start("run", conf.toString());

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.output()).contains("[flotilla.connections.b.urii] is not a key; did you mean [uri]?");
            assertThat(run.output()).contains("[flotilla.connections.b.priority] = [many]");
            assertThat(harbour.accepted()).isZero();
        }
    }

    @Test
    void failsWithOneWhenASinkCannotOpen() throws Exception {
        Files.writeString(folder.resolve("taken"), "a file where a folder should be");
        Path conf = conf("flotilla.sinks.f { type = file, path = \"%s\" }".formatted(folder.resolve("taken/m.ndjson")));
        Run run = start("run", conf.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        List<String> lines = run.output().lines().toList();
        assertThat(lines.get(lines.size() - 1))
                .as("one line and no stack, whatever a newer JDK warns of before it: %s", run.output())
                .matches("Sink \\[f] cannot be opened: File \\[[^]]+] cannot be written to: .+");
    }

    @Test
    void failsWithOneWhenThePortOfTheHarbourIsTaken() throws Exception {
        try (Harbour other = Harbour.start()) {
            Path conf = conf("flotilla.harbour { enabled = on, bind = \"127.0.0.1:%d\" }".formatted(other.port()));
            Run run = start("run", conf.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output()).contains("127.0.0.1:" + other.port());
        }
    }

    @Test
    void drainsAndEndsWithZeroWhenTheApiIsToldTo() throws Exception {
        try (Harbour harbour = Harbour.start()) {
            harbour.on("/a", Script.upgrade().thenEcho());
            Run run = start(
                    "run",
                    conf("flotilla.connections { a { uri = \"%s\" } }".formatted(harbour.uri("/a")))
                            .toString());
            Pattern place = Pattern.compile("HTTP API and dashboard: (http://127.0.0.1:\\d+/)");
            Waiting.until("it says where", () -> place.matcher(run.output()).find());
            Peer a = harbour.nextConnection("/a").awaitUpgraded();
            Matcher found = place.matcher(run.output());
            assertThat(found.find()).isTrue();

            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(found.group(1) + "api/v1/drain"))
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(a.awaitClose().closeCode()).hasValue(1001);
            assertThat(run.exitCode()).as(run.output()).isZero();
        }
    }

    @Test
    void failsWithOneWhenThePortOfTheApiIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path conf = Files.writeString(
                    folder.resolve("taken.conf"), "flotilla.admin.bind = \"127.0.0.1:" + other.getLocalPort() + "\"");
            Run run = start("run", conf.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output()).contains("cannot listen at 127.0.0.1:" + other.getLocalPort(), "admin.bind");
        }
    }

    @Test
    void startsNothingThatOthersCouldReachWithoutAToken() throws Exception {
        Path conf = Files.writeString(folder.resolve("open.conf"), "flotilla.admin.bind = \"0.0.0.0:0\"");
        Run run = start("run", conf.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).contains("any address but loopback demands a token (admin.token)");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        Run run = start("run", folder.resolve("nowhere.conf").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).contains("nowhere.conf: there is no such file");
    }

    private Path conf(String text) throws IOException {
        return Files.writeString(folder.resolve("test.conf"), text + "\nflotilla.admin.bind = \"127.0.0.1:0\"");
    }

    private Run start(String... arguments) throws IOException {
        return start(folder, arguments);
    }

    /** A command as a process of its own; its output goes to a file of the folder. */
    static Run start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Run(process, output);
    }

    record Run(Process process, Path log) {
        String output() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        int exitCode() throws InterruptedException {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("The process did not end: " + output());
            }
            return process.exitValue();
        }
    }
}

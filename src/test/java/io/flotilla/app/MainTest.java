package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void stopListening() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void checkSaysWhatWouldRun() throws Exception {
        Path conf = conf(
                "flotilla.connections { a { uri = \"ws://one.test/\" }, b { uri = \"wss://two.test/\", desired = down } }");

        assertThat(Main.execute("check", conf.toString())).isZero();

        assertThat(said())
                .contains("2 connections to 2 hosts, 1 of them down", "ws://one.test:80", "wss://two.test:443");
    }

    @Test
    void checkSaysEveryProblemAtOnce() throws Exception {
        Path conf =
                conf("flotilla {\n connections { a { uri = \"http://x/\" }, b { uri = \"ws://x/\", sink = nowhere } }\n"
                        + " sinks { s { type = fiel } } }");

        assertThat(Main.execute("check", conf.toString())).isEqualTo(2);

        assertThat(said())
                .contains("must begin with ws:// or wss://")
                .contains("names sink [nowhere]")
                .contains("[flotilla.sinks.s.type] = [fiel]")
                .contains("test.conf: 2:")
                .contains("nothing was started");
    }

    @Test
    void failuresPrintsEveryRow() {
        assertThat(Main.execute("failures", "conf/flotilla.conf")).isZero();

        assertThat(said())
                .contains(Stream.of(FailureKind.values()).map(Enum::name).toList());
    }

    @Test
    void failuresPrintsWhatAConfigurationSaysBeforeTheTable() throws Exception {
        Path conf = conf(
                "flotilla.connections.a { uri = \"ws://x/\", classify { dialect = discord, overrides { \"http:404\" = permanent } } }");

        assertThat(Main.execute("failures", conf.toString())).isZero();

        assertThat(said())
                .containsPattern("http:404 +permanent +override")
                .containsPattern("close:4004 +permanent +dialect discord");
    }

    @Test
    void wrongUsageIsTwoAndHelpIsZero() {
        assertThat(Main.execute("run", "--nonsense")).isEqualTo(2);
        assertThat(Main.execute("nonsense")).isEqualTo(2);
        assertThat(Main.execute()).isEqualTo(2);
        assertThat(Main.execute("--help")).isZero();
        assertThat(Main.execute("check", "--help")).isZero();
        assertThat(said()).contains("Usage: flotilla", "Exit codes:");
    }

    @Test
    void theLineOfProgressSaysWhoIsMissing() {
        Map<ConnectionState, Integer> counts =
                Map.of(ConnectionState.READY, 4_998, ConnectionState.WAITING, 1, ConnectionState.GIVEN_UP, 1);

        assertThat(Terminal.line(counts, 1_200))
                .isEqualTo("4998 of 5000 ready, 1 waiting, 1 given up; 1200 messages/s");
    }

    private Path conf(String text) throws Exception {
        return Files.writeString(folder.resolve("test.conf"), text);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }
}

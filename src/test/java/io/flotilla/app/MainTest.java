package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.connection.ConnectionState;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.SinkProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {

    @RegisterExtension
    final Screen screen = new Screen();

    @TempDir
    Path folder;

    @Test
    void checkSaysWhatWouldRun() throws Exception {
        Path conf = conf(
                "flotilla.connections { a { uri = \"ws://one.test/\" }, b { uri = \"wss://two.test/\", desired = down } }");

        assertThat(screen.execute("check", conf.toString())).isZero();

        assertThat(screen.said())
                .contains("2 connections to 2 hosts, 1 of them down", "ws://one.test:80", "wss://two.test:443");
    }

    @Test
    void theLogIsThereForWhoComesLaterAndStandardOutputOnlyWhereItCarriesMessages() throws Exception {
        String a = "flotilla { connections { a { uri = \"ws://h/\" } }";
        assertThat(sinks(a + " }")).containsOnlyKeys("log");
        assertThat(sinks(a + ", defaults.sink = stdout }")).containsOnlyKeys("log", "stdout");
        assertThat(sinks(a + ", templates.t.sink = stdout }")).containsOnlyKeys("log", "stdout");
        assertThat(sinks(a + ", sinks.mine { type = stdout } }")).containsOnlyKeys("log", "stdout", "mine");
    }

    @Test
    void saysTheAddressOfTheApiAsABrowserTakesIt() {
        assertThat(Wiring.url("::1", 8480)).isEqualTo("http://[::1]:8480/");
        assertThat(Wiring.url("0.0.0.0", 80)).isEqualTo("http://0.0.0.0:80/");
    }

    @Test
    void aFolderOfPluginsThatIsNotThereIsWrongUsage() throws Exception {
        Path conf = conf("flotilla.connections { a { uri = \"ws://h/\" } }");

        assertThat(Main.execute("check", "--plugins", folder.resolve("none").toString(), conf.toString()))
                .isEqualTo(2);
    }

    private Map<String, SinkProvider.Opener> sinks(String configuration) throws Exception {
        return ConfigArgument.read(conf(configuration), Optional.empty(), CommandSpec.create())
                .orElseThrow()
                .sinks();
    }

    @Test
    void checkSaysEveryProblemAtOnce() throws Exception {
        Path conf =
                conf("flotilla {\n connections { a { uri = \"http://x/\" }, b { uri = \"ws://x/\", sink = nowhere } }\n"
                        + " sinks { s { type = fiel } } }");

        assertThat(screen.execute("check", conf.toString())).isEqualTo(2);

        assertThat(screen.said())
                .contains("must begin with ws:// or wss://")
                .contains("names sink [nowhere]")
                .contains("[flotilla.sinks.s.type] = [fiel]")
                .contains("test.conf: 2:")
                .contains("nothing was started");
    }

    @Test
    void failuresPrintsEveryRow() {
        assertThat(screen.execute("failures", "conf/flotilla.conf")).isZero();

        assertThat(screen.said())
                .contains(Stream.of(FailureKind.values()).map(Enum::name).toList());
    }

    @Test
    void failuresPrintsWhatAConfigurationSaysBeforeTheTable() throws Exception {
        Path conf = conf(
                "flotilla.connections.a { uri = \"ws://x/\", classify { dialect = discord, overrides { \"http:404\" = permanent } } }");

        assertThat(screen.execute("failures", conf.toString())).isZero();

        assertThat(screen.said())
                .containsPattern("http:404 +permanent +override")
                .containsPattern("close:4004 +permanent +dialect discord");
    }

    @Test
    void wrongUsageIsTwoAndHelpIsZero() {
        assertThat(screen.execute("run", "--nonsense")).isEqualTo(2);
        assertThat(screen.execute("nonsense")).isEqualTo(2);
        assertThat(screen.execute()).isEqualTo(2);
        assertThat(screen.execute("check", "--help")).isZero();
        assertThat(screen.said()).contains("Usage: flotilla check");
        assertThat(screen.execute("--help")).isZero();
        assertThat(screen.said()).contains("Usage: flotilla", "Exit codes:");
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
}

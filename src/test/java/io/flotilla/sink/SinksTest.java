package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.flotilla.spec.Block;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.InvalidConfig;
import io.flotilla.spec.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SinksTest {

    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final SinkTypes types = SinkTypes.load(SinksTest.class.getClassLoader());

    private final Sinks.Listener listener = new Sinks.Listener() {
        @Override
        public void degraded(String sink, String reason) {
            said.add(sink + " degraded: " + reason);
        }

        @Override
        public void healed(String sink) {
            said.add(sink + " healed");
        }
    };

    private record Named(String name, List<String> log) implements Sink {
        @Override
        public CompletionStage<Void> accept(Inbound message) {
            return MORE;
        }

        @Override
        public void close() {
            log.add("closed " + name);
            if (name.startsWith("bad")) {
                throw new NoClassDefFoundError(name);
            }
        }
    }

    @Test
    void opensClosesOnceAndAlwaysHasNone() throws IOException {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Map<String, SinkProvider.Opener> openers = new LinkedHashMap<>();
        for (String name : List.of("a", "bad", "c")) {
            openers.put(name, context -> new Named(context.name(), log));
        }
        Sinks sinks = Sinks.open(openers, listener);
        assertThat(sinks.names()).containsExactly("a", "bad", "c", "none");
        assertThat(sinks.find("none")).contains(NoneSink.INSTANCE);
        assertThat(sinks.find("d")).isEmpty();
        sinks.close();
        sinks.close();
        assertThat(log).containsExactlyInAnyOrder("closed a", "closed bad", "closed c");
    }

    @Test
    void oneThatCannotBeOpenedIsNamedAndTheOthersAreClosed() {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Map<String, SinkProvider.Opener> openers = new LinkedHashMap<>();
        openers.put("a", context -> new Named("a", log));
        openers.put("b", context -> {
            throw new IOException("no such host");
        });
        openers.put("c", context -> new Named("c", log));
        assertThatThrownBy(() -> Sinks.open(openers, listener))
                .isInstanceOf(IOException.class)
                .hasMessage("Sink [b] cannot be opened: no such host");
        assertThat(log).containsExactly("closed a");
    }

    @Test
    void aPluginThatDoesNotLinkIsNamed() {
        assertThatThrownBy(() -> Sinks.open(
                        Map.of("kafka", context -> {
                            throw new NoClassDefFoundError("org/example/Gone");
                        }),
                        listener))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Sink [kafka]")
                .hasMessageContaining("org/example/Gone");
    }

    @Test
    void knowsWhatIsWrongAndSaysItOnce() throws IOException {
        List<SinkContext> contexts = new ArrayList<>();
        Sinks sinks = Sinks.open(
                Map.of("disk", context -> {
                    contexts.add(context);
                    return NoneSink.INSTANCE;
                }),
                listener);
        SinkContext disk = contexts.get(0);
        disk.healed();
        disk.degraded("full");
        disk.degraded("full");
        assertThat(sinks.degraded()).containsExactly(Map.entry("disk", "full"));
        disk.degraded("gone");
        disk.healed();
        disk.healed();
        assertThat(sinks.degraded()).isEmpty();
        assertThat(said).containsExactly("disk degraded: full", "disk degraded: gone", "disk healed");
    }

    // Types and their settings.

    private static Configuration.SinkBlock block(String name, String hocon, Problems problems) {
        Block block = Block.of(ConfigFactory.parseString(hocon), "flotilla.sinks." + name, problems);
        return new Configuration.SinkBlock(name, block.text("type").orElseThrow(), block);
    }

    private String problem(String hocon) {
        Problems problems = new Problems();
        Configuration.SinkBlock block = block("mine", hocon, problems);
        types.read(List.of(block));
        block.block().close();
        try {
            problems.check();
            return "";
        } catch (InvalidConfig e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void findsWhatIsBuiltInAndOpensLogAndStdoutUnasked() {
        assertThat(types.names()).containsExactlyInAnyOrder("file", "log", "stdout");
        assertThat(types.read(List.of())).containsOnlyKeys("log", "stdout");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "type = fil | did you mean [file]?",
                "type = kafka | [file, log, stdout]",
                "type = file, pth = x | did you mean [path]?",
                "type = file, path = \"\" | [flotilla.sinks.mine.path] = []: expected a path",
                "type = file, fsync = sometimes | expected never, on-roll, always, or a duration such as 1s",
                "type = file, fsync = 5 | [flotilla.sinks.mine.fsync]",
                "type = file, keep = 0 | [flotilla.sinks.mine.keep]",
                "type = file, roll-at = none | [flotilla.sinks.mine.roll-at]",
                "type = file, roll-every = never | [flotilla.sinks.mine.roll-every]",
                "type = log, sample = 2/3 | expected a share such as 1/100",
                "type = log, sample = 1/0 | expected a share such as 1/100",
                "type = log, per-second = 0 | [flotilla.sinks.mine.per-second]",
            })
    void saysWhatIsWrongWithTheSettings(String hocon, String expected) {
        assertThat(problem(hocon)).contains(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "type = file |",
                "type = file, path = x, roll-at = 1KiB, roll-every = off, gzip = off, keep = all, fsync = never, buffer = 1MiB |",
                "type = file, roll-every = 1h, keep = 3, fsync = always |",
                "type = file, fsync = 500ms |",
                "type = log, truncate = 10, sample = 1/100, per-second = 5 |",
                "type = log, sample = 1 |",
                "type = stdout, buffer = 1KiB |",
            })
    void takesWhatIsDocumented(String hocon) {
        assertThat(problem(hocon)).isEmpty();
    }

    // The file sink as a whole.

    private Sinks openFile(Path path) throws IOException {
        Problems problems = new Problems();
        return Sinks.open(
                types.read(List.of(block(
                        "mine", "type = file, path = \"" + path.toString().replace("\\", "\\\\") + "\"", problems))),
                listener);
    }

    @Test
    void writesAFile(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("new/messages.ndjson");
        try (Sinks sinks = openFile(path)) {
            sinks.find("mine").orElseThrow().accept(Some.text("hello"));
        }
        assertThat(Files.readString(path))
                .isEqualTo(
                        "{\"id\":\"quotes\",\"generation\":1,\"at\":\"2026-01-01T00:00:00.007Z\",\"text\":\"hello\"}\n");
    }

    @Test
    void aPathThatCannotBeWrittenIsSaidAtTheStart(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertThatThrownBy(() -> openFile(file.resolve("messages.ndjson")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Sink [mine] cannot be opened: File [" + file)
                .hasMessageContaining("cannot be written to: there is a file where a folder should be");
        assertThatThrownBy(() -> openFile(folder)).isInstanceOf(IOException.class);
    }
}

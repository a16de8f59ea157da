package io.flotilla.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.InvalidConfig;
import io.flotilla.spec.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSpecStoreTest {

    private static final int MANY = 100_000;

    @TempDir
    private Path folder;

    @Test
    void theConfigurationThatIsShippedIsWell() {
        FileSpecStore store = FileSpecStore.read(Path.of("conf/flotilla.conf"));
        store.configuration().sinks().forEach(sink -> sink.block().ignore());
        assertThat(store.configuration().check().warnings()).isEmpty();
        assertThat(store.configuration().harbour()).isPresent();
        assertThat(store.desired()).hasSizeGreaterThan(3);
    }

    @Test
    void theExampleOfManyConnectionsGoesWithIt() throws IOException {
        Path conf = write(
                "flotilla.conf",
                Files.readString(Path.of("conf/flotilla.conf"))
                        + "\nflotilla.connections-from = [\"conf/connections/*.csv\"]");
        FileSpecStore store = FileSpecStore.read(conf);
        store.configuration().sinks().forEach(sink -> sink.block().ignore());
        assertThat(store.configuration().check().connections())
                .extracting(sourced -> sourced.source().where().replaceAll(":.*", ""))
                .contains("conf/connections/example.csv");
    }

    @Test
    void readsFilesOfConnectionsByGlobsInTheOrderOfTheirNames() throws IOException {
        write("many/b.conf", "b { uri = \"wss://host/b\" }");
        write("many/a.conf", "a { uri = \"wss://host/a\", priority = ${?NO_SUCH_VARIABLE} }");
        write("many/c.csv", "id,uri\nc,wss://host/c\n");
        write("many/d.txt", "not read");
        FileSpecStore store = main("connections-from = [" + glob("many/*.conf") + ", " + glob("many/*.csv") + ", "
                + glob("many/a.*") + "]");
        assertThat(ids(store)).containsExactly("a", "b", "c");
        assertThat(problems(store)).isEmpty();
    }

    @Test
    void aBlockThatWasCopiedAndKeptItsIdIsNoOverlay() throws IOException {
        write("many.conf", "a { uri = \"wss://host/a\" }\n\n\"a\" : { uri = \"wss://host/b\" }");
        FileSpecStore store = main("""
                connections {
                  q { uri = "wss://host/q" } // {
                  r { uri = "wss://host/r", labels { q = \"""{\""\" } }
                }
                connections.q.priority = 5 # not twice: it says what it means
                connections.q { uri = "wss://host/other" }
                connections-from = [""" + glob("many.conf") + "]");
        assertThat(problems(store))
                .anyMatch(said ->
                        said.matches(".*flotilla.conf: \\d+: Connection \\[q] is there twice; the other one is at "
                                + ".*flotilla.conf: \\d+"))
                .contains(folder + "/many.conf: 3: Connection [a] is there twice; the other one is at " + folder
                        + "/many.conf: 1")
                .hasSize(2);
    }

    @Test
    void aWrongValueOfAVariableIsSaidWhereItsConnectionStands() throws IOException {
        Path conf =
                write("flotilla.conf", "flotilla.connections {\n a { uri = \"wss://host/\", priority = ${PATH} }\n}");
        assertThat(problems(FileSpecStore.read(conf)))
                .singleElement()
                .asString()
                .startsWith(conf + ": 2: [flotilla.connections.a.priority] = [");
    }

    @Test
    void whatIsNoUtf8IsNotGuessed() throws IOException {
        Path conf = folder.resolve("flotilla.conf");
        Files.write(conf, "flotilla.connections.a.uri = \"wss://h\u00f6st/\"".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems(FileSpecStore.read(conf))).contains(conf + ": is no UTF-8");
    }

    @Test
    void readsConnectionsFromTables() throws IOException {
        write("many.csv", """
                # a comment
                id , uri, template, retry.cap, labels.desk, headers.X-A, on-open, ready-when.text-contains, subprotocols.offer
                a,wss://host/a,,30s,spot,1,"{""op"":1};b\\;c",ok,x;y

                "b.c",,quotes,,"two
                lines",,,,
                """);
        FileSpecStore store = main("templates.quotes { uri = \"wss://quotes/\", priority = 3 }\nconnections-from = ["
                + glob("many.csv") + "]");
        assertThat(problems(store))
                .containsExactly(
                        folder + "/many.csv: 5: [connections.\"b.c\".labels]: Label [desk] has a value that is "
                                + "not 1 to 128 printable characters");
        ConnectionSpec a = store.desired().get(0).spec();
        assertThat(a.retry().cap()).isEqualTo(Duration.ofSeconds(30));
        assertThat(a.labels()).hasToString("desk=spot");
        assertThat(a.headers()).hasSize(1);
        assertThat(a.opening().onOpen().stream().map(Secret::reveal)).containsExactly("{\"op\":1}", "b;c");
        assertThat(a.opening().readyWhen()).isPresent();
        assertThat(a.subprotocols().offer()).containsExactly("x", "y");
        ConnectionSpec b = store.desired().get(1).spec();
        assertThat(b.uri().text()).isEqualTo("wss://quotes/");
        assertThat(b.priority()).isEqualTo(3);
    }

    @Test
    void aTableMayBeginWithTheMarkOfSpreadsheets() throws IOException {
        write("many.csv", "\uFEFFid,uri\r\na,wss://host/ü\r\n");
        FileSpecStore store = main("connections-from = [" + glob("many.csv") + "]");
        assertThat(problems(store)).isEmpty();
        assertThat(store.desired().get(0).spec().uri().text()).isEqualTo("wss://host/ü");
    }

    @Test
    void saysFileAndLineOfWhatIsWrongInATable() throws IOException {
        Path csv = write("many.csv", """
                id,uri,retry.capp,retry,labels,ready-when,ready-when.text-contains,headers.A,max-attempts
                a,wss://host/a,1s,x,,,,,
                b,https://host/,,,,,,,

                c,wss://host/c,,
                a,wss://host/a,,,,,,,
                ,wss://host/,,,,,,,
                d,wss://host/d,,,,open,ok,,
                e,wss://host/e,,,,,,"hush\u0007",
                f,wss://user:hush@host/#hush,,,,,,,
                "g,wss://hush
                """);
        assertThat(problems(main("connections-from = [" + glob("many.csv") + "]")))
                .containsExactly(
                        csv + ": 1: Column [retry.capp] is not a key; did you mean [retry.cap]?",
                        csv
                                + ": 1: Column [retry] is not a key; a column is one key of the block, such as [retry.base]",
                        csv
                                + ": 1: Column [labels] is not a key; a column is one name of the block, such as [labels.name]",
                        csv + ": 1: Column [max-attempts] is not a key; did you mean [retry.max-attempts]?",
                        csv + ": 3: [connections.b.uri]: URI [https://host/] must begin with ws:// or wss://",
                        csv + ": 5: has 4 cells; expected 9 as in the first row",
                        csv + ": 6: Connection [a] is there twice; the other one is at " + csv + ": 2",
                        csv + ": 7: Connection id [] must match [A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}",
                        csv + ": 8: sets [ready-when.text-contains], and a key within it or around it too",
                        csv + ": 9: [connections.e.headers.A]: Header [A] has a value that is not up to 8192 printable "
                                + "characters",
                        csv + ": 10: [connections.f.uri]: URI [wss://***@host/#***] must have no fragment (RFC 6455 3)",
                        csv + ": 12: is no CSV: Missing closing quote for value");
    }

    @Test
    void aTableNeedsIdsAndItsColumnsOnce() throws IOException {
        write("a.csv", "uri,labels.desk\nwss://host/,x\n");
        write("b.csv", "id,uri,uri\na,wss://host/,wss://host/\n");
        write("c.csv", "");
        assertThat(problems(main("connections-from = [" + glob("*.csv") + "]")))
                .containsExactly(
                        folder + "/a.csv: 1: has no column [id]; its columns are [uri, labels.desk]",
                        folder + "/b.csv: 1: has columns [uri] twice",
                        folder + "/c.csv: is empty; expected a row of keys, id among them");
    }

    @Test
    void anIdInTwoFilesIsAnErrorThatNamesBoth() throws IOException {
        write("a.conf", "a { uri = \"wss://host/\" }");
        write("b.csv", "id,uri\na,wss://host/\nmain,wss://host/\n");
        FileSpecStore store = main("connections.main.uri = \"wss://host/\"\nconnections-from = [" + glob("a.conf")
                + ", " + glob("b.csv") + "]");
        assertThat(problems(store))
                .containsExactly(
                        folder + "/b.csv: 2: Connection [a] is there twice; the other one is at " + folder
                                + "/a.conf: 1",
                        folder + "/b.csv: 3: Connection [main] is there twice; the other one is at " + folder
                                + "/flotilla.conf: 2");
    }

    @Test
    void aGlobThatMatchesNothingIsAWarningANamedFileThatIsNotThereAnError() throws IOException {
        FileSpecStore store = main("connections-from = [" + glob("no/*.conf") + ", " + glob("no.conf") + "]");
        assertThat(store.configuration().warnings())
                .containsExactly(folder + "/flotilla.conf: 2: [flotilla.connections-from] = [" + folder
                        + "/no/*.conf] matches no file");
        assertThat(problems(store))
                .containsExactly(folder + "/flotilla.conf: 2: [flotilla.connections-from] = [" + folder
                        + "/no.conf]: there is no such file");
    }

    @Test
    void aFileOfConnectionsThatIsTooLargeIsNotRead() throws IOException {
        Path csv = write("many.csv", "id,uri\n" + "#".repeat(100));
        assertThat(problems(main("connections-from-limit = 100 bytes\nconnections-from = [" + glob("many.csv") + "]")))
                .containsExactly(csv + ": has 107 bytes; expected at most connections-from-limit = 100");
    }

    @Test
    void includesAreRead() throws IOException {
        write("sinks.conf", "flotilla.sinks.quotes { type = log }");
        Path conf = write("flotilla.conf", "include \"sinks.conf\"\nflotilla.limits.dials-per-second = 7");
        FileSpecStore store = FileSpecStore.read(conf);
        assertThat(store.configuration().sinks()).hasSize(1);
        assertThat(problems(store)).isEmpty();
    }

    @Test
    void systemPropertiesGoOverTheFile() throws IOException {
        System.setProperty("flotilla.limits.dials-per-second", "9");
        ConfigFactory.invalidateCaches();
        try {
            FileSpecStore store = main("limits.dials-per-second = 7");
            assertThat(store.configuration().check().settings().limits().dialsPerSecond())
                    .isEqualTo(OptionalDouble.of(9));
        } finally {
            System.clearProperty("flotilla.limits.dials-per-second");
            ConfigFactory.invalidateCaches();
        }
    }

    @Test
    void environmentVariablesAreTaken() throws IOException {
        FileSpecStore store = main("connections.a { uri = \"wss://host/\", tls.trust = ${?PATH} }");
        assertThat(store.desired().get(0).spec().tls().trust()).contains(Path.of(System.getenv("PATH")));
    }

    @Test
    void saysWhereAFileCannotBeParsed() throws IOException {
        Path many = write("many.conf", "a { uri = \"wss://host/\"\n");
        assertThat(problems(main("connections-from = [" + glob("many.conf") + "]")))
                .singleElement()
                .asString()
                .startsWith(many + ": 2: ");
        Path conf = write("flotilla.conf", "flotilla {\n  limits = ${nothing}\n}");
        assertThat(problems(FileSpecStore.read(conf)))
                .containsExactly(conf + ": 2: Could not resolve substitution to a value: ${nothing}");
    }

    @Test
    void saysWhatIsNoConfigurationAtAll() throws IOException {
        Path typo = write("typo.conf", "flotila { limits.dials-per-second = 1 }");
        assertThat(problems(FileSpecStore.read(typo)))
                .containsExactly(typo + ": has no block [flotilla]; [flotila] is something else");
        Path deep = write("deep.conf", "{a:".repeat(100_000));
        assertThat(problems(FileSpecStore.read(deep))).hasSize(1);
        Path nowhere = folder.resolve("nowhere.conf");
        assertThat(problems(FileSpecStore.read(nowhere))).containsExactly(nowhere + ": there is no such file");
        assertThat(problems(FileSpecStore.read(folder))).containsExactly(folder + ": is no file");
    }

    @Test
    void looksAtTheAuthoritiesToTrust() throws IOException {
        Path empty = write("empty.pem", "");
        Path gone = folder.resolve("gone.pem");
        assertThat(problems(main("connections {\n a { uri = \"wss://host/\", tls.trust = \"" + empty
                        + "\" }\n b { uri = \"wss://host/\", tls.trust = \"" + gone + "\" }\n}")))
                .containsExactlyInAnyOrder(
                        empty + ": has no certificate in it (tls.trust of connection [a] at " + folder
                                + "/flotilla.conf: 3)",
                        gone + ": there is no such file (tls.trust of connection [b] at " + folder
                                + "/flotilla.conf: 4)");
    }

    @Test
    void aHundredThousandRowsShareWhatIsEqual() throws IOException {
        write(
                "many.csv",
                "id,uri,labels.desk,retry.cap\n"
                        + IntStream.range(0, MANY)
                                .mapToObj(i -> "c" + i + ",wss://host/stream/" + i + ",desk" + i % 10 + ",30s")
                                .collect(Collectors.joining("\n")));
        List<Sourced> read =
                main("connections-from = [" + glob("many.csv") + "]").desired();
        assertThat(read).hasSize(MANY);
        assertThat(distinct(read, ConnectionSpec::retry)).isEqualTo(1);
        assertThat(distinct(read, ConnectionSpec::endpoint)).isEqualTo(1);
        assertThat(distinct(read, ConnectionSpec::labels)).isEqualTo(10);
        assertThat(distinct(read, ConnectionSpec::liveness)).isEqualTo(1);
        assertThat(read.get(MANY - 1).source().where()).endsWith("many.csv: " + (MANY + 1));
    }

    private static long distinct(List<Sourced> read, java.util.function.Function<ConnectionSpec, Object> part) {
        return read.stream()
                .map(sourced -> System.identityHashCode(part.apply(sourced.spec())))
                .distinct()
                .count();
    }

    private FileSpecStore main(String text) throws IOException {
        return FileSpecStore.read(write("flotilla.conf", "flotilla {\n" + text + "\n}"));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private String glob(String name) {
        return "\"" + folder + "/" + name + "\"";
    }

    private static List<String> ids(FileSpecStore store) {
        return store.desired().stream()
                .map(sourced -> sourced.spec().id().value())
                .toList();
    }

    private static List<String> problems(FileSpecStore store) {
        Configuration configuration = store.configuration();
        configuration.sinks().forEach(sink -> sink.block().ignore());
        try {
            configuration.check();
            return List.of();
        } catch (InvalidConfig invalid) {
            return invalid.problems().stream()
                    .map(InvalidConfig.Problem::toString)
                    .toList();
        }
    }
}

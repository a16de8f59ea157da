package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.store.FileSpecStore;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README says what is true. */
class ReadmeTest {

    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#]+)");

    @TempDir
    Path folder;

    @Test
    void itsJavaCompiles() throws IOException {
        String source = """
                import io.flotilla.Fleet;
                import io.flotilla.spec.ConnectionId;
                import io.flotilla.spec.ConnectionSpec;
                class Embedded { static void run() {
                %s
                } }
                """.formatted(blocks("java").get(0));

        compile(List.of(new Source("Embedded", source)));
    }

    @Test
    void itsPluginsRun() throws IOException {
        List<String> plugins = blocks("java").subList(1, 3);
        compile(List.of(new Source("Headlines", plugins.get(0)), new Source("Vendor", plugins.get(1))));
        pack(Files.createDirectory(folder.resolve("plugins")).resolve("example.jar"));
        try (Harbour harbour = Harbour.start()) {
            harbour.on(
                    "/news", Script.upgrade().sendText("headlines of the day").sendClose(4100, "maintenance"));
            Path conf = Files.writeString(
                    folder.resolve("plugins.conf"),
                    blocks("hocon").get(1).replace("127.0.0.1:8765", "127.0.0.1:" + harbour.port())
                            + "\nflotilla.admin.bind = \"127.0.0.1:0\"");
            Process run = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "io.flotilla.app.Main",
                            "run",
                            "--plugins",
                            folder.resolve("plugins").toString(),
                            conf.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("said").toFile())
                    .start();
            try {
                Waiting.until("it runs", () -> said().contains("GIVEN_UP"));
            } finally {
                run.destroy();
            }
            assertThat(said())
                    .contains("news says headl\n")
                    .contains("classifier")
                    .doesNotContain("abracadabra");
            assertThat(harbour.nextConnection().request().orElseThrow().header("X-Signature"))
                    .isPresent();
        }
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pack(Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("META-INF/services/io.flotilla.sink.SinkProvider"));
            out.write("example.Headlines\n".getBytes(StandardCharsets.UTF_8));
            for (String name : List.of("Headlines", "Vendor")) {
                out.putNextEntry(new ZipEntry("example/" + name + ".class"));
                Files.copy(folder.resolve("example").resolve(name + ".class"), out);
            }
        }
    }

    private void compile(List<Source> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        problems,
                        List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        sources)
                .call();

        assertThat(problems.getDiagnostics())
                .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .extracting(problem -> problem.getMessage(Locale.ROOT))
                .isEmpty();
        assertThat(compiled).isTrue();
    }

    @Test
    void itsConfigurationIsValid() throws IOException {
        Path conf = Files.writeString(
                folder.resolve("readme.conf"),
                blocks("hocon").get(0).replace("connections-from", "# connections-from"));

        FileSpecStore store = FileSpecStore.read(conf);

        assertThat(store.configuration().problems().isEmpty()).isTrue();
        assertThat(store.desired()).hasSize(1);
    }

    @Test
    void itsTestCommandIsTheOneThatTheChecksRun() throws IOException {
        List<String> commands = blocks("sh").stream().map(String::strip).toList();

        assertThat(commands).hasSize(2);
        assertThat(Files.readAllLines(Path.of(".ci/run"))).contains(commands.get(1));
        assertThat(commands.get(0)).contains("run conf/flotilla.conf");
    }

    @Test
    void itsLinksAndThoseOfTheDocumentsLeadSomewhere() throws IOException {
        try (Stream<Path> documents = Files.list(Path.of("src/docs"))) {
            for (Path document : Stream.concat(Stream.of(Path.of("README.md")), documents)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList()) {
                Matcher links = LINK.matcher(Files.readString(document));
                while (links.find()) {
                    Path target = document.toAbsolutePath().resolveSibling(links.group(1));
                    assertThat(target).as("link in " + document).exists();
                }
            }
        }
    }

    @Test
    void theShippedConfigurationIsValid() {
        FileSpecStore store = FileSpecStore.read(Path.of("conf/flotilla.conf"));

        assertThat(store.configuration().problems().isEmpty()).isTrue();
        assertThat(store.desired()).isNotEmpty();
    }

    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}

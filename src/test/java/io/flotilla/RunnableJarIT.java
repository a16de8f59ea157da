package io.flotilla;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the build makes of it all: one jar that runs by itself, and says whose work it holds. */
class RunnableJarIT {

    private static final Path JAR = Path.of("target", "flotilla.jar");
    private static final String THIRD_PARTY = "META-INF/third-party/";

    @TempDir
    private Path directory;

    @Test
    void readsItsConfigurationWithNothingElseOnTheClassPath() throws Exception {
        assertThat(run("check", "conf/flotilla.conf")).contains("is well");
    }

    @Test
    void givesTheTourWithItsOwnPeersAndCertificates() throws Exception {
        assertThat(run("demo", "--for=2s", "--connections=24")).contains("1. Fair weather", "The six verdicts");
    }

    @Test
    void completesItsCommands() throws Exception {
        assertThat(run("completion")).contains("complete -F", "dial-now");
    }

    @Test
    void hasTheDashboard() throws IOException {
        assertThat(text("io/flotilla/admin/page/index.html")).contains("/page/main.js");
    }

    /** What a command says, which ends with 0. */
    private String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();

        if (!process.waitFor(100, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("It did not end: " + Files.readString(out));
        }
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        return Files.readString(out);
    }

    @ParameterizedTest(name = "reference.conf has {0}")
    @ValueSource(strings = {"flotilla {", "pekko {"})
    void mergesEveryReferenceConf(String root) throws IOException {
        assertThat(text("reference.conf")).contains(root);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "org.apache.pekko:pekko-actor-typed_2.13",
                "io.netty:netty-tcnative-boringssl-static",
                "ch.qos.logback:logback-classic",
                "org.bouncycastle:bcprov-jdk18on"
            })
    void listsWhoseWorkItHolds(String artifact) throws IOException {
        assertThat(text(THIRD_PARTY + "THIRD-PARTY.txt")).contains(artifact);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"EPL-2.0.md", "Bouncy-Castle.txt"})
    void carriesTheLicencesThatTheirJarsLackAndOurOwn(String name) throws IOException {
        assertThat(text(THIRD_PARTY + name)).isNotBlank();
        assertThat(text("META-INF/LICENSE")).isEqualTo(Files.readString(Path.of("LICENSE")));
    }

    @ParameterizedTest(name = "the licence of {0}")
    @ValueSource(strings = {"slf4j-api", "pekko-actor_2.13", "scala-library", "jackson-core", "netty-tcnative"})
    void carriesTheLicencesOfTheirJarsEachInItsFolder(String artifact) throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .anyMatch(name -> name.startsWith(THIRD_PARTY + artifact + "-") && name.contains("LICENSE"));
        }
    }

    @Test
    void carriesNoSignaturesAndNoModuleOfOthers() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)"))
                    .noneMatch(name -> name.endsWith("module-info.class"));
            assertThat(jar.isMultiRelease()).isTrue();
        }
    }

    private static String text(String name) throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile());
                InputStream in = jar.getInputStream(Optional.ofNullable(jar.getEntry(name))
                        .orElseThrow(() -> new AssertionError(JAR + " lacks " + name)))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}

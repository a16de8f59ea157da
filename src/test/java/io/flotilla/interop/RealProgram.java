package io.flotilla.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of somebody else, run in the foreground on loopback as a process of ours, and ended by its own handle. */
final class RealProgram implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    private final String name;
    private final Process process;
    private final Path log;

    private RealProgram(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Where the program is; where it is not installed, the test is skipped, and its report says why. */
    static Path installed(String name) {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "NOT TESTED: " + name + " is not installed here (.ci/run installs it)");
        return found.orElseThrow();
    }

    /** Runs the program and waits until it listens at the port. */
    static RealProgram start(Path folder, int port, List<String> arguments) throws IOException {
        String name = Path.of(arguments.get(0)).getFileName().toString();
        List<String> command = new ArrayList<>(arguments);
        command.set(0, installed(name).toString());
        Path log = Files.createTempFile(folder, name, ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RealProgram program = new RealProgram(name, process, log);
        try {
            Waiting.until(name + " listens at " + port, () -> listens(port) || !process.isAlive());
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended at once: " + program.log());
            }
            return program;
        } catch (AssertionError e) {
            program.close();
            throw e;
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Sends a signal by its name, such as {@code HUP}. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start();
        if (!kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("Signal " + signal + " did not reach " + name);
        }
    }

    /** What it wrote so far, for the message of a test that failed. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it with SIGTERM, and with SIGKILL what is left of it and of its children. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}

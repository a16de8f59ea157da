package io.flotilla.bench.behaviour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of {@link Peers}, in the hands of a scene; ended with it. */
final class PeersProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;
    private final String host;
    private final int port;

    private PeersProcess(Process process, String host) throws IOException {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.in = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
        this.host = host;
        this.port = Integer.parseInt(answer());
    }

    static PeersProcess start() throws IOException {
        return start("127.0.0.1", List.of());
    }

    /** @param before a command that runs the process somewhere else, such as {@code ip netns exec NAME} */
    static PeersProcess start(String host, List<String> before) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Peers.class.getName(),
                host,
                "0"));
        return new PeersProcess(
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start(),
                host);
    }

    String uri(String path) {
        return "ws://" + host + ":" + port + path;
    }

    /** Says a word, waits until it is done, and gives the number that is answered. */
    int tell(String word) throws IOException {
        in.println(word);
        return Integer.parseInt(answer());
    }

    private String answer() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("The peers have ended");
        }
        return line.strip();
    }

    void signal(String name) throws IOException {
        Commands.run("kill", "-" + name, Long.toString(process.pid()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.flotilla.bench.behaviour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plays all scenes one after the other, or those that are named, and prints a table in Markdown. */
public final class Behaviour {

    private static final List<String> ALL =
            List.of("killed", "outage", "throttled", "frozen", "black-hole", "deaf", "firehose", "drain");

    /** What a scene's process may take of heap, where that is a part of the scene. */
    private static final Map<String, String> HEAP = Map.of("firehose", "-Xmx256m");

    private Behaviour() {}

    public static void main(String[] names) throws Exception {
        List<String> rows = new ArrayList<>();
        for (String name : names.length == 0 ? ALL : List.of(names)) {
            System.out.println(name + " …");
            rows.add(play(name));
        }
        System.out.printf(
                "%nJDK %s, %d cores%n%n| what happens | what was seen |%n|---|---|%n",
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
        rows.forEach(System.out::println);
    }

    private static String play(String name) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        HEAP.getOrDefault(name, "-Xmx2g"),
                        "-Dio.netty.leakDetection.level=disabled",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Scene.class.getName(),
                        name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = "";
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = out.readLine()) != null) {
                last = line;
            }
        } finally {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        return process.exitValue() == 0 ? last : "| " + name + " | was not seen: " + last + " |";
    }
}

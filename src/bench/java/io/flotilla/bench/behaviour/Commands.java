package io.flotilla.bench.behaviour;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the machine that a scene needs. */
final class Commands {

    private Commands() {}

    /** @throws IOException when it is not there, or ends with anything but 0 */
    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        boolean done = false;
        try {
            done = process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!done) {
            process.destroyForcibly();
            throw new IOException(List.of(command) + " did not do it");
        }
    }
}

package io.flotilla.app;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Takes the place of the terminal while a test runs: commands are executed at it, and it tells what the last one said. */
final class Screen implements BeforeEachCallback, AfterEachCallback {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;

    @Override
    public void beforeEach(ExtensionContext context) {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    /** The exit code. */
    int execute(String... arguments) {
        out.reset();
        err.reset();
        return Main.execute(arguments);
    }

    /** What went to standard output. */
    String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What went to standard error. */
    String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** All of it. */
    String said() {
        return printed() + complained();
    }
}

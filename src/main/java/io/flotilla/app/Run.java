package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.spec.Configuration.Sourced;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run}: the fleet of a configuration until SIGTERM or SIGINT, then a drain. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs the fleet until SIGTERM, then drains: every socket gets its 1001, what was accepted is flushed.")
final class Run implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    /** What a drain may take beyond its own deadline: sinks flush, threads end. */
    private static final long GRACE_SECONDS = 20;

    @Mixin
    private ConfigArgument argument = new ConfigArgument();

    @Override
    public Integer call() throws InterruptedException {
        Optional<ConfigArgument.Checked> checked = argument.read();
        if (checked.isEmpty()) {
            return ConfigArgument.exitCode(false);
        }
        Terminal terminal = Terminal.attached();
        Logging.start(terminal, checked.get().configuration());
        Wiring wiring = Wiring.start(checked.get());
        Fleet fleet = wiring.fleet();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(wiring, terminal), "flotilla-drain"));
        LOG.info(
                "{} connections of {}",
                checked.get().configuration().connections().size(),
                checked.get().file());
        for (Sourced wanted : checked.get().configuration().connections()) {
            fleet.put(wanted.spec(), wanted.source());
        }
        terminal.follow(fleet);
        new CountDownLatch(1).await(); // until a signal: everything else runs on threads of its own
        return ConfigArgument.exitCode(true);
    }

    /** Ends the process with 0, which a signal alone would not. */
    private static void drain(Wiring wiring, Terminal terminal) {
        terminal.close();
        int code = 0;
        try {
            wiring.close()
                    .toCompletableFuture()
                    .get(wiring.fleet().settings().drainDeadline().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
            LOG.info("Drained");
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("The drain did not end well", e);
            code = 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            code = 1;
        }
        Logging.stop();
        Runtime.getRuntime().halt(code);
    }
}

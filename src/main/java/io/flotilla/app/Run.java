package io.flotilla.app;

import io.flotilla.Fleet;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.supervision.PutOutcome;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
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

    /** Whether it starts, or a signal came before it could; whoever is first decides. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private final CompletableFuture<Wiring> started = new CompletableFuture<>();

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = Terminal.attached();
        Thread hook = new Thread(() -> onSignal(terminal), "flotilla-drain");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Optional<ConfigArgument.Checked> checked = argument.read();
            if (checked.isPresent() && decided.compareAndSet(false, true)) {
                run(checked.get(), terminal);
            }
            return ConfigArgument.exitCode(false);
        } finally {
            leave(hook);
        }
    }

    /** Returns when the fleet could not start, only. */
    private void run(ConfigArgument.Checked checked, Terminal terminal) throws InterruptedException {
        Logging.start(terminal, checked.configuration());
        try {
            started.complete(Wiring.start(checked, Run::end));
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
            throw e;
        }
        Wiring wiring = started.join();
        Fleet fleet = wiring.fleet();
        int all = checked.configuration().connections().size();
        LOG.info("{} {} of {}", all, all == 1 ? "connection" : "connections", checked.file());
        CompletionStage<PutOutcome> last = CompletableFuture.completedStage(PutOutcome.UNCHANGED);
        for (Sourced wanted : checked.configuration().connections()) {
            last = fleet.put(wanted.spec(), wanted.source());
        }
        last.whenComplete((outcome, thrown) -> wiring.loaded());
        terminal.follow(fleet);
        new CountDownLatch(1).await(); // until a signal: everything else runs on threads of its own
    }

    private static void leave(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException signalled) {
            LOG.debug("A signal came while it ended by itself", signalled);
        }
    }

    private void onSignal(Terminal terminal) {
        if (decided.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(CommandLine.ExitCode.OK); // nothing was started
        }
        terminal.close();
        int code;
        try {
            code = drain(started.get(GRACE_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            LOG.warn("It had not started within {} s of the signal; nothing was dialled", GRACE_SECONDS);
            code = CommandLine.ExitCode.OK;
        } catch (ExecutionException e) {
            LOG.error("It did not start", e);
            code = CommandLine.ExitCode.SOFTWARE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            code = CommandLine.ExitCode.SOFTWARE;
        }
        Logging.stop();
        Runtime.getRuntime().halt(code);
    }

    /** What a signal does too: the hook drains. */
    private static void end() {
        new Thread(() -> System.exit(0), "flotilla-end").start();
    }

    /** The exit code of the process, which a signal alone would not make 0. */
    private static int drain(Wiring wiring) throws InterruptedException {
        try {
            wiring.close()
                    .toCompletableFuture()
                    .get(wiring.fleet().settings().drainDeadline().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
            LOG.info("Drained");
            return CommandLine.ExitCode.OK;
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("The drain did not end well", e);
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}

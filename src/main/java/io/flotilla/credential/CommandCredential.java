package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A credential that a command prints. The command is run without a shell, reads an empty input, and its errors go nowhere: they may
 * show a secret. At its timeout it is ended with everything that it started.
 */
public final class CommandCredential implements CredentialProvider {

    /** How often a running command is looked at. */
    private static final long LOOK_MILLIS = 5;

    /** The command is ended before its answer is given up, so that the reason is the better one. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final List<String> command;
    private final Duration timeout;
    private final int mostBytes;
    private final Optional<Duration> watchEvery;

    /**
     * Runs this command.
     *
     * @param command the program and its arguments
     * @param timeout after which it is ended
     * @param mostBytes a command that prints more is ended
     * @param watchEvery how often it is run by itself; empty: only before a dial
     */
    public CommandCredential(List<String> command, Duration timeout, int mostBytes, Optional<Duration> watchEvery) {
        this.command = List.copyOf(command);
        this.timeout = timeout;
        this.mostBytes = mostBytes;
        this.watchEvery = watchEvery;
    }

    @Override
    public Duration timeout() {
        return timeout.plus(GRACE);
    }

    @Override
    public CompletionStage<Secret> current() {
        try {
            return CompletableFuture.completedStage(SecretText.of(output(), "the output of " + named()));
        } catch (IOException e) {
            return CompletableFuture.failedStage(new CredentialUnavailable(named() + " cannot be run"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedStage(new CredentialUnavailable(named() + " was ended: the fleet closes"));
        }
    }

    @Override
    public Optional<Duration> watchEvery() {
        return watchEvery;
    }

    private byte[] output() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().close();
            byte[] output = read(process);
            if (process.exitValue() != 0) {
                throw new CredentialUnavailable(named() + " ended with exit code " + process.exitValue());
            }
            return output;
        } finally {
            end(process);
        }
    }

    /** Until the command ends, and not until its output does: what it left running may hold that open. */
    private byte[] read(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        boolean over;
        do {
            over = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            take(process.getInputStream(), output);
            if (System.nanoTime() - deadline > 0 && !over) {
                throw new CredentialUnavailable(named() + " did not end within " + timeout.toMillis() + " ms");
            }
        } while (!over);
        return output.toByteArray();
    }

    private void take(InputStream in, ByteArrayOutputStream output) throws IOException {
        byte[] chunk = new byte[4096];
        while (in.available() > 0) {
            int read = in.read(chunk, 0, Math.min(chunk.length, in.available()));
            if (read < 0) {
                return;
            }
            output.write(chunk, 0, read);
            if (output.size() > mostBytes) {
                throw new CredentialUnavailable(named() + " printed more than " + mostBytes + " bytes");
            }
        }
    }

    /** Ends what is left of it, and what it started. Does nothing to a command that ended and left nothing. */
    private static void end(Process process) throws IOException {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        process.getInputStream().close();
    }

    /** The program alone: arguments may be secret. */
    private String named() {
        return "command [" + command.get(0) + "]";
    }
}

package io.flotilla.credential;

import io.flotilla.spec.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A credential in a file, read for each dial and looked at from time to time, so that a changed file is a changed credential. A file
 * that was written just now is read again until it stays the same: it may be half written.
 */
public final class FileCredential implements CredentialProvider {

    /** A file that is younger may be in the middle of being written. */
    private static final long QUIET_MILLIS = 100;

    private static final int TRIES = 10;

    private final Path file;
    private final int mostBytes;
    private final long quietMillis;
    private final Optional<Duration> watchEvery;

    /**
     * Reads this file.
     *
     * @param mostBytes of a longer file nothing is used
     * @param watchEvery how often it is looked at; empty: only before a dial
     */
    public FileCredential(Path file, int mostBytes, Optional<Duration> watchEvery) {
        this(file, mostBytes, watchEvery, QUIET_MILLIS);
    }

    FileCredential(Path file, int mostBytes, Optional<Duration> watchEvery, long quietMillis) {
        this.file = file;
        this.quietMillis = quietMillis;
        this.mostBytes = mostBytes;
        this.watchEvery = watchEvery;
    }

    @Override
    public CompletionStage<Secret> current() {
        try {
            return CompletableFuture.completedStage(SecretText.of(settled(), named()));
        } catch (IOException e) {
            return CompletableFuture.failedStage(
                    new CredentialUnavailable(named() + " cannot be read (" + why(e) + ")"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedStage(
                    new CredentialUnavailable(named() + " was not read: the fleet closes"));
        }
    }

    @Override
    public Optional<Duration> watchEvery() {
        return watchEvery;
    }

    private byte[] settled() throws IOException, InterruptedException {
        byte[] read = read();
        for (int tries = 0; isYoung(); tries++) {
            if (tries == TRIES) {
                throw new CredentialUnavailable(named() + " does not stop changing");
            }
            Thread.sleep(quietMillis);
            byte[] again = read();
            if (Arrays.equals(read, again)) {
                return again;
            }
            read = again;
        }
        return read;
    }

    private byte[] read() throws IOException {
        if (!attributes().isRegularFile()) { // a pipe or a device may never end
            throw new CredentialUnavailable(named() + " is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] read = in.readNBytes(mostBytes + 1);
            if (read.length > mostBytes) {
                throw new CredentialUnavailable(named() + " is longer than " + mostBytes + " bytes");
            }
            return read;
        }
    }

    private boolean isYoung() throws IOException {
        long age = System.currentTimeMillis() - attributes().lastModifiedTime().toMillis();
        return Math.abs(age) < quietMillis;
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private static String why(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "");
    }

    private String named() {
        return "file [" + file + "]";
    }
}

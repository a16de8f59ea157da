package io.flotilla.spec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One block of configuration while it is read. Every accessor names a key; a value that cannot be used becomes a problem (with
 * file and line) and the accessor returns something harmless, so that reading goes on and all problems come out at once. Keys
 * that nobody asked for become problems too. Not thread-safe.
 */
public interface Block {

    /** The path of the block, such as {@code flotilla.sinks.quotes-file}, for messages. */
    String path();

    boolean has(String key);

    String text(String key, String fallback);

    Optional<String> text(String key);

    boolean flag(String key, boolean fallback);

    /** A whole number within {@code [least, most]}. */
    long number(String key, long fallback, long least, long most);

    /** A duration in HOCON units, longer than zero. */
    Duration duration(String key, Duration fallback);

    /** A size in bytes in HOCON units, more than zero. */
    long bytes(String key, long fallback);

    /** A path, relative ones to the working directory. */
    Path file(String key, Path fallback);

    /** One of these words. */
    String word(String key, String fallback, List<String> words);

    /** Reports a problem with a key's value. */
    void problem(String key, String message);
}

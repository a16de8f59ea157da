package io.flotilla.spec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A credential that is defined. */
public record CredentialSettings(String name, From from) {

    /** Where it comes from. */
    public sealed interface From {}

    /** An environment variable. */
    public record Env(String variable) implements From {}

    /**
     * A file.
     *
     * @param mostBytes a longer file is not used
     * @param watchEvery how often it is looked at; empty: before each dial only
     */
    public record File(Path path, int mostBytes, Optional<Duration> watchEvery) implements From {}

    /**
     * The output of a program.
     *
     * @param command the program and its arguments
     * @param watchEvery how often it is run to see whether it prints another one; empty: only before a dial
     */
    public record Command(List<String> command, Duration timeout, int mostBytes, Optional<Duration> watchEvery)
            implements From {
        @Override
        public String toString() {
            return "Command[" + command.get(0) + " …]"; // arguments may be secret
        }
    }

    /**
     * A Java class.
     *
     * @param settings its own block; who reads it closes it
     */
    public record JavaClass(String className, Duration timeout, Block settings) implements From {}
}

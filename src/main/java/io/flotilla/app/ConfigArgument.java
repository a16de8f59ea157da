package io.flotilla.app;

import io.flotilla.credential.CredentialProvider;
import io.flotilla.credential.CredentialTypes;
import io.flotilla.credential.UriProvider;
import io.flotilla.sink.SinkProvider;
import io.flotilla.sink.SinkTypes;
import io.flotilla.spec.Classes;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.InvalidConfig;
import io.flotilla.store.FileSpecStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The configuration that a command is given, with everything in it that plugins have to read. */
final class ConfigArgument {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONF",
            defaultValue = "conf/flotilla.conf",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("conf/flotilla.conf");

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "A folder of jars with classes that the configuration needs: sinks, credentials, classifiers.")
    private Optional<Path> plugins = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** A configuration without a problem, how to open its sinks, and its providers, of which none was asked for anything. */
    record Checked(
            Path file,
            Configuration configuration,
            Map<String, SinkProvider.Opener> sinks,
            Map<String, CredentialProvider> credentials,
            Map<String, UriProvider> uriProviders) {}

    /** Reads it; says every problem and gives nothing if there is one. */
    Optional<Checked> read() {
        return read(file, plugins, command);
    }

    /** The same for a command that names its configuration otherwise. */
    static Optional<Checked> read(Path file, Optional<Path> plugins, CommandSpec command) {
        plugins.filter(folder -> !Files.isDirectory(folder)).ifPresent(folder -> {
            throw new CommandLine.ParameterException(
                    command.commandLine(), "--plugins [" + folder + "]: expected a folder of jars");
        });
        ClassLoader loader = Plugins.loader(plugins);
        Classes classes = new Classes(loader);
        FileSpecStore store = FileSpecStore.read(file, classes);
        Configuration configuration = store.configuration();
        try {
            Map<String, SinkProvider.Opener> openers = openers(configuration, Plugins.sinks(loader));
            Map<String, CredentialProvider> credentials = CredentialTypes.read(configuration.credentials(), classes);
            Map<String, UriProvider> uriProviders =
                    CredentialTypes.readUriProviders(configuration.uriProviders(), classes);
            configuration.check();
            configuration
                    .warnings()
                    .forEach(warning -> command.commandLine().getErr().println("Warning: " + warning));
            return Optional.of(new Checked(file, configuration, openers, credentials, uriProviders));
        } catch (InvalidConfig invalid) {
            command.commandLine().getErr().println(invalid.getMessage());
            int problems = invalid.problems().size();
            command.commandLine()
                    .getErr()
                    .println(problems + (problems == 1 ? " problem" : " problems") + " in " + file
                            + "; nothing was started");
            return Optional.empty();
        }
    }

    private static Map<String, SinkProvider.Opener> openers(Configuration configuration, SinkTypes types) {
        Map<String, SinkProvider.Opener> openers = types.read(configuration.sinks());
        if (!configuration.speaksOnStdout()) {
            openers.remove("stdout"); // the log goes there
        }
        return openers;
    }

    static int exitCode(boolean valid) {
        return valid ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
    }
}

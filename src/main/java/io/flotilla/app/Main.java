package io.flotilla.app;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The commands. */
@Command(
        name = "flotilla",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description =
                "Keeps a fleet of outbound WebSocket connections alive, and says why one is down and what happens next.",
        subcommands = {
            Run.class,
            Check.class,
            FailuresTable.class,
            Probe.class,
            Simulate.class,
            Demo.class,
            ListCommand.class,
            ShowCommand.class,
            WhyCommand.class,
            TailCommand.class,
            SendCommand.class,
            Tell.Start.class,
            Tell.Stop.class,
            Tell.Restart.class,
            Tell.DialNow.class,
            Tell.Rotate.class,
            DrainCommand.class,
            CompletionCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:well, a drain after SIGTERM included",
            "1:failed, such as a port in use or a sink that cannot open",
            "2:wrong usage or configuration; nothing was started"
        })
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Logging.prepare();
        System.exit(execute(arguments));
    }

    /** Runs one command and gives its exit code. */
    static int execute(String... arguments) {
        CommandLine commands = new CommandLine(new Main()).setExecutionExceptionHandler((thrown, command, parsed) -> {
            command.getErr().println(said(thrown));
            return CommandLine.ExitCode.SOFTWARE;
        });
        if (arguments.length == 0) {
            commands.usage(commands.getErr());
            return CommandLine.ExitCode.USAGE;
        }
        return commands.execute(arguments);
    }

    private static String said(Exception thrown) {
        return thrown instanceof Failed
                ? String.valueOf(thrown.getMessage())
                : thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    }

    /** What a command says before it ends with 1. */
    static class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }

        Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "flotilla "
                        + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                                .orElse("dev")
            };
        }
    }
}

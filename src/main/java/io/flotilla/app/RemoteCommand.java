package io.flotilla.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands have in common that ask a running fleet. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:well",
            "1:failed: no fleet answers, it refused, or a message was not written",
            "2:wrong usage; nothing was asked"
        })
abstract class RemoteCommand implements Callable<Integer> {

    static final int FAILED = 1;

    @Mixin
    private ServerArgument server = new ServerArgument();

    @Option(names = "--json", description = "Prints what the API says, as JSON.")
    private boolean json;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public final Integer call() {
        ApiClient client = server.client();
        PrintWriter out = command.commandLine().getOut();
        int code = ask(client, out);
        out.flush();
        return code;
    }

    /** Gives the exit code. */
    abstract int ask(ApiClient client, PrintWriter out);

    final boolean isJson() {
        return json;
    }

    final ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Beside what the command prints: for people, not for what reads the output. */
    final void remark(String text) {
        PrintWriter err = command.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    /** Text behind a name, in lines that fit the terminal. */
    static void fact(PrintWriter out, String name, String text) {
        if (text.isEmpty()) {
            return;
        }
        String indent = " ".repeat(14);
        int room = Terminal.width() - indent.length();
        out.println(String.format("%-12s  ", name) + String.join(System.lineSeparator() + indent, wrapped(text, room)));
    }

    private static Iterable<String> wrapped(String text, int room) {
        return DemoWords.wrapped(text, Math.max(20, room));
    }
}

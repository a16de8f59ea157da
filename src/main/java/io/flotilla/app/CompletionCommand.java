package io.flotilla.app;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: what makes a shell complete the commands and their options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that makes bash or zsh complete `flotilla`.",
            "With an alias or script of that name in place: source <(flotilla completion)"
        })
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        command.commandLine()
                .getOut()
                .print(AutoComplete.bash("flotilla", command.root().commandLine()));
        command.commandLine().getOut().flush();
        return 0;
    }
}

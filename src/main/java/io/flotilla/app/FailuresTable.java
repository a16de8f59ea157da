package io.flotilla.app;

import io.flotilla.failure.Classification;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Overrides;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionSpec;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code failures}: the table of failures and verdicts in force. */
@Command(
        name = "failures",
        mixinStandardHelpOptions = true,
        description =
                "Prints the table of failures and verdicts in force; with a configuration, its dialects and overrides too.")
final class FailuresTable implements Callable<Integer> {

    private static final int IDS = 5;

    @Mixin
    private ConfigArgument argument = new ConfigArgument();

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        boolean named = command.commandLine().getParseResult().hasMatchedPositional(0);
        if (!named && !Files.isRegularFile(Path.of("conf/flotilla.conf"))) {
            table(out);
            return ConfigArgument.exitCode(true);
        }
        Optional<ConfigArgument.Checked> checked = argument.read();
        checked.ifPresent(valid -> {
            table(out);
            rules(valid.configuration(), out);
        });
        out.flush();
        return ConfigArgument.exitCode(checked.isPresent());
    }

    private static void table(PrintWriter out) {
        out.printf("%-23s %-18s %-11s %-9s %s%n", "KIND", "VERDICT", "SCOPE", "PHASE", "WHEN");
        for (FailureKind kind : FailureKind.values()) {
            String word = kind.treatment().ruling().word();
            out.printf(
                    "%-23s %-18s %-11s %-9s %s%n",
                    kind,
                    word,
                    kind.scope().name().toLowerCase(Locale.ROOT),
                    kind.phase(),
                    kind.meaning() + kind.treatment().toString().substring(word.length()));
        }
        out.flush();
    }

    /** What connections say before the table: those that say the same together. */
    private static void rules(Configuration configuration, PrintWriter out) {
        Map<Classification, List<String>> said = configuration.connections().stream()
                .map(Configuration.Sourced::spec)
                .filter(spec -> !spec.classify().equals(Classification.STANDARD))
                .collect(Collectors.groupingBy(
                        ConnectionSpec::classify,
                        LinkedHashMap::new,
                        Collectors.mapping(spec -> spec.id().value(), Collectors.toList())));
        said.forEach((classification, ids) -> {
            out.println();
            out.println("For " + ids.stream().limit(IDS).collect(Collectors.joining(", "))
                    + (ids.size() > IDS ? " and " + (ids.size() - IDS) + " more" : "") + ", before the table:");
            list("override", classification.overrides(), out);
            list(
                    "dialect " + classification.dialect().word(),
                    classification.dialect().rules(),
                    out);
        });
    }

    private static void list(String by, Overrides rules, PrintWriter out) {
        rules.rules()
                .forEach(rule -> out.printf(
                        "  %-23s %-18s %s%n", rule.matcher(), rule.ruling().word(), by));
    }
}

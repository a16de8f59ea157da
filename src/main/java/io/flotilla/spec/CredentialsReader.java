package io.flotilla.spec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the block of credentials. */
final class CredentialsReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration WATCH = Duration.ofSeconds(5);
    private static final int BYTES = 64 * 1024;
    private static final int MOST_BYTES = 1024 * 1024;

    private CredentialsReader() {}

    static List<CredentialSettings> read(Block root) {
        List<CredentialSettings> credentials = new ArrayList<>();
        try (Block block = root.block("credentials")) {
            for (String name : block.named()) {
                try (Block credential = block.block(name)) {
                    credentials.add(new CredentialSettings(name, from(credential)));
                }
            }
        }
        return credentials;
    }

    /** Providers of URIs: classes, as credentials may be. */
    static Map<String, CredentialSettings.JavaClass> readUriProviders(Block root) {
        Map<String, CredentialSettings.JavaClass> providers = new LinkedHashMap<>();
        try (Block block = root.block("uri-providers")) {
            for (String name : block.named()) {
                try (Block provider = block.block(name)) {
                    providers.put(name, javaClass(provider));
                }
            }
        }
        return providers;
    }

    private static CredentialSettings.From from(Block block) {
        List<String> sources = List.of("env", "file", "command", "class");
        String from = block.word("from", "", sources);
        if (!block.has("from")) {
            block.complain("from", "expected where it comes from, one of " + sources);
        }
        return switch (from) {
            case "file" ->
                new CredentialSettings.File(
                        Path.of(required(block, "path", "the path of a file")),
                        bytes(block, "max-size"),
                        watch(block, Optional.of(WATCH)));
            case "command" ->
                new CredentialSettings.Command(
                        command(block), timeout(block), bytes(block, "max-output"), watch(block, Optional.empty()));
            case "class" -> javaClass(block);
            case "env" -> new CredentialSettings.Env(required(block, "name", "the name of an environment variable"));
            default -> {
                block.ignore(); // nobody can say which of its keys are known
                yield new CredentialSettings.Env("");
            }
        };
    }

    private static CredentialSettings.JavaClass javaClass(Block block) {
        return new CredentialSettings.JavaClass(
                required(block, "class", "the full name of a Java class"), timeout(block), block.block("settings"));
    }

    private static List<String> command(Block block) {
        Optional<List<Secret>> read = block.secrets("command");
        if (read.isEmpty() && block.has("command")) {
            return List.of("unreadable"); // that has been said
        }
        List<String> command =
                read.orElse(List.of()).stream().map(Secret::reveal).toList();
        boolean usable = !command.isEmpty()
                && !command.get(0).isBlank()
                && command.stream().noneMatch(part -> part.indexOf('\0') >= 0);
        if (!usable) {
            block.complain("command", "expected a list, the program and its arguments; no shell looks at it");
        }
        return usable ? command : List.of("unreadable");
    }

    private static Optional<Duration> watch(Block block, Optional<Duration> usual) {
        if (!block.has("watch-every")) {
            return usual;
        }
        return block.is("watch-every", "off") ? Optional.empty() : Optional.of(block.duration("watch-every", WATCH));
    }

    private static Duration timeout(Block block) {
        return block.duration("timeout", TIMEOUT);
    }

    private static int bytes(Block block, String key) {
        return (int) block.bytes(key, BYTES, MOST_BYTES);
    }

    private static String required(Block block, String key, String expected) {
        Optional<String> text = block.text(key);
        if (text.isEmpty() || text.get().isBlank() || text.get().indexOf('\0') >= 0) {
            block.complain(key, "expected " + expected);
            return "unreadable";
        }
        return text.get();
    }
}

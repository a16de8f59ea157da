package io.flotilla.store;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.spec.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Specs in files: the main configuration, and the files of connections that it names. */
public final class FileSpecStore implements SpecStore {

    private final Configuration configuration;

    private FileSpecStore(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Reads everything; what is wrong stands in the configuration's problems, and {@code check} says it. */
    public static FileSpecStore read(Path file) {
        Configuration configuration = new Configuration();
        main(file, configuration.problems()).ifPresent(config -> {
            configuration.read(config);
            for (String glob : configuration.connectionsFrom()) {
                connections(glob, configuration);
            }
        });
        return new FileSpecStore(configuration);
    }

    public Configuration configuration() {
        return configuration;
    }

    @Override
    public List<Sourced> desired() {
        return configuration.connections();
    }

    /** System properties over the file, the file over every library's reference. */
    private static Optional<Config> main(Path file, Problems problems) {
        return parsed(file, problems)
                .flatMap(config -> resolved(
                        ConfigFactory.defaultOverrides()
                                .withFallback(config)
                                .withFallback(ConfigFactory.defaultReferenceUnresolved()),
                        problems));
    }

    private static void connections(String glob, Configuration configuration) {
        List<Path> files;
        try {
            files = Globs.find(glob);
        } catch (IOException | RuntimeException e) {
            configuration.problems().add("", "connections-from [" + glob + "] cannot be read: " + e.getMessage());
            return;
        }
        if (files.isEmpty()) {
            configuration.warn("connections-from [" + glob + "] matches no file");
        }
        for (Path file : files) {
            if (file.toString().endsWith(".csv")) {
                CsvRows.read(file, configuration);
            } else {
                parsed(file, configuration.problems())
                        .flatMap(config -> resolved(config, configuration.problems()))
                        .ifPresent(configuration::connections);
            }
        }
    }

    private static Optional<Config> parsed(Path file, Problems problems) {
        if (!Files.isRegularFile(file)) {
            problems.add(file.toString(), "there is no such file");
            return Optional.empty();
        }
        try {
            ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
            boolean known = file.toString().matches(".*\\.(conf|json|properties)");
            return Optional.of(
                    ConfigFactory.parseFile(file.toFile(), known ? options : options.setSyntax(ConfigSyntax.CONF)));
        } catch (ConfigException e) {
            problems.add("", said(e));
            return Optional.empty();
        }
    }

    private static Optional<Config> resolved(Config config, Problems problems) {
        try {
            return Optional.of(config.resolve());
        } catch (ConfigException e) {
            problems.add("", said(e));
            return Optional.empty();
        }
    }

    private static String said(ConfigException e) {
        return String.valueOf(e.getMessage());
    }
}

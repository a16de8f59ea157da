package io.flotilla.store;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.flotilla.spec.Classes;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.spec.ConnectionsFrom;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Specs in files: the main configuration, and the files of connections that it names. */
public final class FileSpecStore implements SpecStore {

    private static final List<String> CONNECTIONS = List.of("flotilla", "connections");

    private static final Pattern PLACED = Pattern.compile("(?<where>.+?: \\d+): (?<said>.*)", Pattern.DOTALL);

    private final Configuration configuration;

    /** Files by their real paths: two globs may name the same one. */
    private final Set<Path> read = new HashSet<>();

    private FileSpecStore(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Reads everything; what is wrong stands in the configuration's problems, and {@code check} says it. */
    public static FileSpecStore read(Path file) {
        return read(file, new Configuration());
    }

    /** The same with plugins. */
    public static FileSpecStore read(Path file, Classes classes) {
        return read(file, new Configuration(classes));
    }

    private static FileSpecStore read(Path file, Configuration configuration) {
        FileSpecStore store = new FileSpecStore(configuration);
        store.main(file);
        return store;
    }

    public Configuration configuration() {
        return configuration;
    }

    @Override
    public List<Sourced> desired() {
        return configuration.connections();
    }

    /** System properties over the file, the file over every library's reference. */
    private void main(Path file) {
        Optional<Config> parsed = parsed(file, CONNECTIONS);
        parsed.ifPresent(config -> configuration.lookAt(config, file.toString()));
        parsed.flatMap(config -> said(() -> ConfigFactory.defaultOverrides()
                        .withFallback(config)
                        .withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve()))
                .ifPresent(config -> {
                    configuration.read(config);
                    ConnectionsFrom from = configuration.connectionsFrom();
                    from.globs().forEach(glob -> connections(glob, from));
                    TlsCheck.check(configuration);
                });
    }

    private void connections(String glob, ConnectionsFrom from) {
        String key = "[flotilla.connections-from] = [" + glob + "]";
        try {
            List<Path> files = Globs.find(glob);
            if (files.isEmpty()) {
                configuration.warn(from.where() + ": " + key + " matches no file");
            }
            for (Path file : files) {
                if (read.add(file.toRealPath())) {
                    connections(file, from.mostBytes());
                }
            }
        } catch (NoSuchFileException e) {
            configuration.problems().add(from.where(), key + ": there is no such file");
        } catch (IOException | RuntimeException e) {
            configuration.problems().add(from.where(), key + " cannot be read: " + e.getMessage());
        }
    }

    private void connections(Path file, long mostBytes) throws IOException {
        long size = Files.size(file);
        if (size > mostBytes) {
            configuration
                    .problems()
                    .add(
                            file.toString(),
                            "has " + size + " bytes; expected at most connections-from-limit = " + mostBytes);
        } else if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            CsvRows.read(file, configuration);
        } else {
            parsed(file, List.of()).flatMap(config -> said(config::resolve)).ifPresent(configuration::connections);
        }
    }

    /** @param above the path of the block whose names are ids */
    private Optional<Config> parsed(Path file, List<String> above) {
        if (!Files.isRegularFile(file)) {
            configuration.problems().add(file.toString(), Files.exists(file) ? "is no file" : "there is no such file");
            return Optional.empty();
        }
        ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
        boolean known = file.toString().matches(".*\\.(conf|json|properties)");
        Optional<Config> parsed = said(
                () -> ConfigFactory.parseFile(file.toFile(), known ? options : options.setSyntax(ConfigSyntax.CONF)));
        parsed.ifPresent(config -> lookAtText(file, above));
        return parsed;
    }

    /** What is lost once it is parsed. */
    private void lookAtText(Path file, List<String> above) {
        try {
            Twice.in(Files.readString(file), above)
                    .forEach(twice -> configuration
                            .problems()
                            .add(
                                    file + ": " + twice.second(),
                                    "Connection [" + twice.name() + "] is there twice; the other one is at " + file
                                            + ": " + twice.first()));
        } catch (CharacterCodingException e) {
            configuration.problems().add(file.toString(), "is no UTF-8");
        } catch (IOException e) {
            configuration.problems().add(file.toString(), "cannot be read: " + e.getMessage());
        }
    }

    /** What the library makes of it; what it cannot read it says with file and line. */
    private Optional<Config> said(Supplier<Config> reading) {
        try {
            return Optional.of(reading.get());
        } catch (ConfigException e) {
            Matcher placed = PLACED.matcher(String.valueOf(e.getMessage()));
            boolean at = placed.matches();
            configuration
                    .problems()
                    .add(at ? placed.group("where") : "", at ? placed.group("said") : String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            configuration.problems().add("", "blocks are nested too deeply to be read");
        }
        return Optional.empty();
    }
}

package io.flotilla.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.flotilla.Fleet;
import io.flotilla.FleetBuilder;
import io.flotilla.credential.CredentialProvider;
import io.flotilla.credential.UriProvider;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.InvalidConfig;
import io.flotilla.spec.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe}: dials once and says phase by phase what it met. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        showAtFileInUsageHelp = true,
        description = {
            "Dials once and says phase by phase what it met, closes politely, and says what `run` would do next.",
            "Names URI, or with --conf and --id a connection of a configuration.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it opened, and stayed open as long as we wanted",
            "1:it failed, and `run` would dial again (transient); or the probe itself failed",
            "2:wrong usage or configuration; nothing was dialled",
            "3:it failed, and `run` would dial again, but rarely: usually this is configuration (suspect)",
            "4:it failed, and `run` would dial again with another credential or address (repairable)",
            "5:it failed, and `run` would give it up: waiting changes nothing (permanent)"
        })
final class Probe implements Callable<Integer> {

    private static final String HERE = "command line";
    private static final String KEYS = "flotilla.connections.probe.";

    @Parameters(index = "0", arity = "0..1", paramLabel = "URI", description = "ws://host[:port]/path or wss://…")
    private Optional<String> uri = Optional.empty();

    @Option(names = "--conf", paramLabel = "CONF", description = "A configuration that has the connection of --id.")
    private Optional<Path> conf = Optional.empty();

    @Option(names = "--id", paramLabel = "ID", description = "The connection of that configuration to dial.")
    private Optional<String> id = Optional.empty();

    @Option(names = "--plugins", paramLabel = "DIR", description = "A folder of jars that the configuration needs.")
    private Optional<Path> plugins = Optional.empty();

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header of the request, once more for each; its value prints as ***.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--subprotocol",
            paramLabel = "NAME",
            description = "A subprotocol to offer, once more for each, the preferred one first.")
    private List<String> subprotocols = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any key of a connection, such as tls.trust=ca.pem or tls.verify-host=off; not with --conf.")
    private Map<String, String> keys = new LinkedHashMap<>();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The deadline of the dial (timeouts.dial; default 20s).")
    private Optional<Duration> timeout = Optional.empty();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Durations.class,
            defaultValue = "0s",
            description = "Stays open so long and shows the first ten messages (default: ${DEFAULT-VALUE}).")
    private Duration wait = Duration.ZERO;

    @Option(names = "--json", description = "Says it all as one JSON object, at the end.")
    private boolean json;

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** What to dial, and the configuration that it comes from. */
    private record Wanted(
            ConnectionSpec spec,
            Configuration configuration,
            Map<String, CredentialProvider> credentials,
            Map<String, UriProvider> uriProviders) {}

    @Override
    public Integer call() throws InterruptedException {
        if (uri.isPresent() == conf.isPresent() || conf.isPresent() != id.isPresent()) {
            throw wrong("Name a URI, or both --conf and --id");
        }
        Optional<Wanted> wanted = conf.isPresent() ? configured(conf.get()) : written(uri.orElseThrow());
        if (wanted.isEmpty()) {
            return ConfigArgument.exitCode(false);
        }
        PrintWriter out = command.commandLine().getOut();
        ProbeText text = new ProbeText(out);
        ProbeReport report = new Probing(wanted.get().spec(), wait, json ? ProbeJson.SILENT : text)
                .dial(parts(wanted.get()), wanted.get().configuration().settings());
        if (json) {
            out.println(ProbeJson.of(report));
            out.flush();
        } else {
            text.conclude(report);
        }
        return report.action().exitCode();
    }

    private static FleetBuilder parts(Wanted wanted) {
        FleetBuilder parts = Fleet.builder();
        wanted.credentials().forEach(parts::credential);
        wanted.uriProviders().forEach(parts::uriProvider);
        return parts;
    }

    private Optional<Wanted> configured(Path file) {
        if (!keys.isEmpty()) {
            throw wrong("--set goes with a URI; say it in " + file);
        }
        String wanted = id.orElseThrow();
        return ConfigArgument.read(file, plugins, command).map(checked -> {
            ConnectionSpec spec = checked.configuration().connections().stream()
                    .map(Configuration.Sourced::spec)
                    .filter(one -> one.id().value().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> wrong("There is no connection [" + wanted + "] in " + file));
            return new Wanted(adjusted(spec), checked.configuration(), checked.credentials(), checked.uriProviders());
        });
    }

    /** The options are keys of a connection, read like any other. */
    private Optional<Wanted> written(String address) {
        Configuration configuration = new Configuration();
        try {
            Config said = ConfigFactory.empty().withValue(KEYS + "uri", ConfigValueFactory.fromAnyRef(address, HERE));
            for (Map.Entry<String, String> key : keys.entrySet()) {
                said = said.withFallback(set(key.getKey(), key.getValue()));
            }
            configuration
                    .read(said.withFallback(ConfigFactory.defaultReferenceUnresolved())
                            .resolve())
                    .check();
            ConnectionSpec spec = configuration.connections().get(0).spec();
            return Optional.of(new Wanted(adjusted(spec), configuration, Map.of(), Map.of()));
        } catch (InvalidConfig | ConfigException invalid) {
            command.commandLine().getErr().println(invalid.getMessage());
            return Optional.empty();
        }
    }

    /** A value in brackets, braces or quotes is HOCON; any other is itself, so that nobody must quote a path or a URI. */
    private static Config set(String key, String value) {
        boolean isHocon = !value.isEmpty() && "[{\"".indexOf(value.charAt(0)) >= 0;
        return isHocon
                ? ConfigFactory.parseString(KEYS + key + " = " + value)
                : ConfigFactory.empty().withValue(KEYS + key, ConfigValueFactory.fromAnyRef(value, HERE));
    }

    private ConnectionSpec adjusted(ConnectionSpec spec) {
        try {
            return spec.with(change -> {
                headers.forEach(header -> add(header, change));
                timeout.ifPresent(dial -> change.timeouts(new Settings.Timeouts(
                        dial, spec.timeouts().ready(), spec.timeouts().close())));
                return subprotocols.isEmpty()
                        ? change
                        : change.subprotocols(new Settings.Subprotocols(
                                subprotocols, spec.subprotocols().required()));
            });
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private void add(String header, ConnectionSpec.Builder change) {
        int colon = header.indexOf(':');
        if (colon < 1) {
            throw wrong("A header is 'NAME: VALUE', with a colon");
        }
        change.header(header.substring(0, colon), header.substring(colon + 1).strip());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}

package io.flotilla.credential;

import io.flotilla.spec.Classes;
import io.flotilla.spec.CredentialSettings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes providers of what a configuration defines. */
public final class CredentialTypes {

    private CredentialTypes() {}

    /**
     * A provider for each credential that is defined; asks none of them. A class that cannot be used is a problem of the
     * configuration.
     *
     * @param classes finds the classes that are named, those of plugins among them
     */
    public static Map<String, CredentialProvider> read(Collection<CredentialSettings> defined, Classes classes) {
        Map<String, CredentialProvider> providers = new LinkedHashMap<>();
        for (CredentialSettings credential : defined) {
            provider(credential.from(), classes).ifPresent(provider -> providers.put(credential.name(), provider));
        }
        return providers;
    }

    /** The providers of URIs that are defined; a class that cannot be used is a problem of the configuration. */
    public static Map<String, UriProvider> readUriProviders(
            Map<String, CredentialSettings.JavaClass> defined, Classes classes) {
        Map<String, UriProvider> providers = new LinkedHashMap<>();
        defined.forEach((name, from) -> classes.make(UriProvider.class, from.className(), from.settings())
                .ifPresent(made -> providers.put(name, UriProvider.within(from.timeout(), made))));
        return providers;
    }

    private static Optional<CredentialProvider> provider(CredentialSettings.From from, Classes classes) {
        if (from instanceof CredentialSettings.File file) {
            return Optional.of(new FileCredential(file.path(), file.mostBytes(), file.watchEvery()));
        }
        if (from instanceof CredentialSettings.Command command) {
            return Optional.of(new CommandCredential(
                    command.command(), command.timeout(), command.mostBytes(), command.watchEvery()));
        }
        if (from instanceof CredentialSettings.JavaClass named) {
            return classes.make(CredentialProvider.class, named.className(), named.settings())
                    .map(made -> new Timed(made, named.timeout()));
        }
        return Optional.of(new EnvironmentCredential(((CredentialSettings.Env) from).variable()));
    }
}

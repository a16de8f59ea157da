package io.flotilla.credential;

import io.flotilla.spec.Block;
import io.flotilla.spec.CredentialSettings;
import java.lang.reflect.InvocationTargetException;
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
    public static Map<String, CredentialProvider> read(Collection<CredentialSettings> defined, ClassLoader classes) {
        Map<String, CredentialProvider> providers = new LinkedHashMap<>();
        for (CredentialSettings credential : defined) {
            provider(credential.from(), classes).ifPresent(provider -> providers.put(credential.name(), provider));
        }
        return providers;
    }

    /** The providers of URIs that are defined; a class that cannot be used is a problem of the configuration. */
    public static Map<String, UriProvider> readUriProviders(
            Map<String, CredentialSettings.JavaClass> defined, ClassLoader classes) {
        Map<String, UriProvider> providers = new LinkedHashMap<>();
        defined.forEach((name, from) -> made(UriProvider.class, from, classes)
                .ifPresent(made -> providers.put(name, UriProvider.within(from.timeout(), made))));
        return providers;
    }

    private static Optional<CredentialProvider> provider(CredentialSettings.From from, ClassLoader classes) {
        if (from instanceof CredentialSettings.File file) {
            return Optional.of(new FileCredential(file.path(), file.mostBytes(), file.watchEvery()));
        }
        if (from instanceof CredentialSettings.Command command) {
            return Optional.of(new CommandCredential(
                    command.command(), command.timeout(), command.mostBytes(), command.watchEvery()));
        }
        if (from instanceof CredentialSettings.JavaClass named) {
            return made(CredentialProvider.class, named, classes).map(made -> new Timed(made, named.timeout()));
        }
        return Optional.of(new EnvironmentCredential(((CredentialSettings.Env) from).variable()));
    }

    /** An instance of the class: of its constructor that takes its {@link Block}, else of the one that takes nothing. */
    private static <T> Optional<T> made(Class<T> kind, CredentialSettings.JavaClass named, ClassLoader classes) {
        try (Block settings = named.settings()) {
            try {
                Class<?> found = Class.forName(named.className(), true, classes);
                if (!kind.isAssignableFrom(found)) {
                    settings.complain("class [" + named.className() + "] is no " + kind.getName());
                    settings.ignore();
                    return Optional.empty();
                }
                return Optional.of(kind.cast(instance(found, settings)));
            } catch (ClassNotFoundException e) {
                settings.complain("class [" + named.className() + "] is not there"
                        + (named.className().contains(".") ? "; is its jar in the folder of plugins?" : ""));
            } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
                settings.complain(
                        "class [" + named.className()
                                + "] must be public, with a public constructor that takes an io.flotilla.spec.Block or nothing");
            } catch (InvocationTargetException e) {
                settings.complain("class [" + named.className() + "] cannot be made: "
                        + CredentialUnavailable.reason(
                                Optional.ofNullable(e.getCause()).orElse(e)));
            } catch (LinkageError e) {
                settings.complain("class [" + named.className() + "] cannot be loaded: "
                        + e.getClass().getSimpleName());
            }
            settings.ignore(); // nobody has read it
            return Optional.empty();
        }
    }

    private static Object instance(Class<?> found, Block settings)
            throws NoSuchMethodException, IllegalAccessException, InstantiationException, InvocationTargetException {
        try {
            return found.getConstructor(Block.class).newInstance(settings);
        } catch (NoSuchMethodException none) {
            return found.getConstructor().newInstance();
        }
    }
}

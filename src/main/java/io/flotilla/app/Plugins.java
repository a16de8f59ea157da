package io.flotilla.app;

import io.flotilla.sink.SinkProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the jars of a folder add to what is built in. */
final class Plugins {

    private Plugins() {}

    /** The providers of sinks by type. */
    static Map<String, SinkProvider> sinks(ClassLoader classes) {
        Map<String, SinkProvider> providers = new TreeMap<>();
        ServiceLoader.load(SinkProvider.class, classes).forEach(provider -> providers.put(provider.type(), provider));
        return providers;
    }

    /** Sees the classes of the folder and our own. */
    static ClassLoader loader(Optional<Path> folder) {
        ClassLoader own = Plugins.class.getClassLoader();
        if (folder.isEmpty()) {
            return own;
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.get())) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(url(jar));
            }
        } catch (IOException e) {
            throw new Main.Failed("--plugins [" + folder.get() + "] cannot be read: " + e.getMessage(), e);
        }
        return new URLClassLoader(jars.toArray(URL[]::new), own);
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }
}

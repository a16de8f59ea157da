package io.flotilla.app;

import io.flotilla.sink.SinkTypes;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.stream.Stream;

/** What the jars of a folder add to what is built in. */
final class Plugins {

    private Plugins() {}

    /** The types of sinks; says which one cannot be loaded. */
    static SinkTypes sinks(ClassLoader classes) {
        try {
            return SinkTypes.load(classes);
        } catch (ServiceConfigurationError e) {
            throw new Main.Failed("--plugins: " + e.getMessage(), e);
        }
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

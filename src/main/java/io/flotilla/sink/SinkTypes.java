package io.flotilla.sink;

import io.flotilla.spec.Block;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.Problems;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The types of sinks there are: those built in, and those of plugins. */
public final class SinkTypes {

    /** Sinks that a connection may name though no configuration defines them: of the type of that name, with its defaults. */
    private static final List<String> ALWAYS = List.of("log", "stdout");

    private final Map<String, SinkProvider> providers = new TreeMap<>();

    private SinkTypes() {}

    /**
     * Finds the providers that a class loader sees.
     *
     * @throws ServiceConfigurationError when one cannot be loaded, or two have one type; says which
     */
    public static SinkTypes load(ClassLoader plugins) {
        SinkTypes types = new SinkTypes();
        ServiceLoader.load(SinkProvider.class, plugins).forEach(types::add);
        return types;
    }

    private void add(SinkProvider provider) {
        SinkProvider other = providers.putIfAbsent(provider.type(), provider);
        if (other != null) {
            throw new ServiceConfigurationError("Sink type [" + provider.type() + "] is provided twice: by "
                    + other.getClass().getName() + " and "
                    + provider.getClass().getName());
        }
    }

    public Set<String> names() {
        return Set.copyOf(providers.keySet());
    }

    /**
     * Has each block read by the provider of its type, opening nothing. Problems, an unknown type among them, are collected by the
     * blocks. The result holds what could be read, and the sinks that are always there.
     */
    public Map<String, SinkProvider.Opener> read(Collection<Configuration.SinkBlock> defined) {
        Map<String, SinkProvider.Opener> openers = new LinkedHashMap<>();
        for (String name : ALWAYS) {
            SinkProvider provider = providers.get(name);
            if (provider != null) {
                openers.put(name, provider.read(Block.empty("flotilla.sinks." + name, new Problems())));
            }
        }
        for (Configuration.SinkBlock sink : defined) {
            Block block = sink.block();
            SinkProvider provider = providers.get(block.word("type", sink.type(), List.copyOf(providers.keySet())));
            if (provider != null) {
                openers.put(sink.name(), reading(provider, block));
            }
        }
        return openers;
    }

    /** A plugin that fails to read is a problem of the configuration: it must not hide the others. */
    private static SinkProvider.Opener reading(SinkProvider provider, Block block) {
        try {
            return provider.read(block);
        } catch (RuntimeException | LinkageError e) {
            block.complain(
                    "type", "the provider [" + provider.getClass().getName() + "] failed to read this sink: " + e);
            return context -> NoneSink.INSTANCE;
        }
    }
}

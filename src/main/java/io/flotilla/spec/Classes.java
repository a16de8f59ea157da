package io.flotilla.spec;

import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The classes that a configuration names, those of plugins among them. Not thread-safe. */
public final class Classes {

    /** What is wrong with a class, for people. */
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    private final ClassLoader loader;
    private final Map<String, Object> shared = new HashMap<>();

    public Classes(ClassLoader loader) {
        this.loader = loader;
    }

    /** Those that are there anyway. */
    static Classes own() {
        return new Classes(Classes.class.getClassLoader());
    }

    /**
     * An instance of this class, of its constructor that takes its settings, else of the one that takes nothing. One that cannot be used
     * is a problem of the settings.
     */
    public <T> Optional<T> make(Class<T> kind, String name, Block settings) {
        try (settings) {
            try {
                return Optional.of(kind.cast(instance(found(kind, name), name, Optional.of(settings))));
            } catch (Unusable e) {
                settings.complain(String.valueOf(e.getMessage()));
                settings.ignore(); // nobody has read it
                return Optional.empty();
            }
        }
    }

    /**
     * The one instance of this class that all who name it share.
     *
     * @throws IllegalArgumentException that says why it cannot be used
     */
    <T> T shared(Class<T> kind, String name) {
        Object known = shared.get(name);
        if (kind.isInstance(known)) {
            return kind.cast(known);
        }
        try {
            Object made = instance(found(kind, name), name, Optional.empty());
            shared.put(name, made);
            return kind.cast(made);
        } catch (Unusable e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Class<?> found(Class<?> kind, String name) throws Unusable {
        try {
            Class<?> found = Class.forName(name, true, loader);
            if (!kind.isAssignableFrom(found)) {
                throw new Unusable("class [" + name + "] is no " + kind.getName());
            }
            return found;
        } catch (ClassNotFoundException e) {
            throw new Unusable("class [" + name + "] is not there; is its jar in the folder of plugins?");
        } catch (LinkageError e) {
            throw new Unusable(
                    "class [" + name + "] cannot be loaded: " + e.getClass().getSimpleName());
        }
    }

    private static Object instance(Class<?> found, String name, Optional<Block> settings) throws Unusable {
        try {
            if (settings.isPresent()) {
                try {
                    return found.getConstructor(Block.class).newInstance(settings.get());
                } catch (NoSuchMethodException none) {
                    return found.getConstructor().newInstance();
                }
            }
            return found.getConstructor().newInstance();
        } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            throw new Unusable("class [" + name + "] must be public, with a public constructor that takes "
                    + (settings.isPresent() ? "an io.flotilla.spec.Block or nothing" : "nothing"));
        } catch (InvocationTargetException e) { // its message may have a secret in it
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new Unusable(
                    "class [" + name + "] cannot be made: " + cause.getClass().getSimpleName());
        } catch (LinkageError e) {
            throw new Unusable(
                    "class [" + name + "] cannot be loaded: " + e.getClass().getSimpleName());
        }
    }
}

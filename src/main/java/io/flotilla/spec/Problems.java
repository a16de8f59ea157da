package io.flotilla.spec;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a configuration, collected while it is read so that all of it comes out at once. Not thread-safe. */
public final class Problems {

    private final List<InvalidConfig.Problem> found = new ArrayList<>();

    public void add(String where, String message) {
        found.add(new InvalidConfig.Problem(where, message));
    }

    void add(ConfigOrigin origin, String message) {
        add(where(origin), message);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    int count() {
        return found.size();
    }

    /**
     * Says everything that was found, if anything was.
     *
     * @throws InvalidConfig with everything that was found, if anything was
     */
    public void check() {
        if (!found.isEmpty()) {
            throw new InvalidConfig(found);
        }
    }

    /** File and line, as far as they are known. */
    static String where(ConfigOrigin origin) {
        if (origin.filename() == null) {
            return origin.description();
        }
        return origin.lineNumber() > 0 ? origin.filename() + ": " + origin.lineNumber() : origin.filename();
    }
}

package io.flotilla.spec;

import java.util.Locale;

/**
 * Who owns a spec.
 *
 * @param where for people: file and line, or empty
 */
public record Source(Kind kind, String where) {

    public static final Source CODE = new Source(Kind.CODE, "");
    public static final Source API = new Source(Kind.API, "");

    /** The owners there are. */
    public enum Kind {
        FILE,
        API,
        CODE
    }

    public static Source file(String where) {
        return new Source(Kind.FILE, where);
    }

    /** {@code file}, {@code api} or {@code code}. */
    public String word() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}

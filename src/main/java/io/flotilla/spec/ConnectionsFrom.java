package io.flotilla.spec;

import java.util.List;

/**
 * The files of connections that a configuration names, for who can read files.
 *
 * @param globs relative ones from the working directory
 * @param where file and line of the list
 * @param mostBytes how large one file may be
 */
public record ConnectionsFrom(List<String> globs, String where, long mostBytes) {

    public static final ConnectionsFrom NONE = new ConnectionsFrom(List.of(), "", 256L * 1024 * 1024);

    public ConnectionsFrom {
        globs = List.copyOf(globs);
    }
}

package io.flotilla.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files that a glob names, in the order of their names; relative ones from the working directory. */
final class Globs {

    private static final int DEEP = 16;

    private Globs() {}

    /**
     * @throws NoSuchFileException when it is no glob and the file is not there
     * @throws IOException when a folder cannot be read
     */
    static List<Path> find(String glob) throws IOException {
        int wild = firstWild(glob);
        if (wild < 0) {
            Path file = Path.of(glob);
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(glob, null, "there is no such file");
            }
            return List.of(file);
        }
        int slash = glob.lastIndexOf('/', wild);
        Path folder = Path.of(slash < 0 ? "." : slash == 0 ? "/" : glob.substring(0, slash));
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(slash + 1));
        int deep = glob.indexOf('/', wild) < 0 && !glob.contains("**") ? 1 : DEEP;
        try (Stream<Path> files = Files.walk(folder, deep, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static int firstWild(String glob) {
        for (int i = 0; i < glob.length(); i++) {
            if ("*?[{".indexOf(glob.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }
}

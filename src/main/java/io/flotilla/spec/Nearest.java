package io.flotilla.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody meant. */
public final class Nearest {

    private Nearest() {}

    /** The nearest of the words, if one is near: at most two edits away, or a third of the length. */
    static Optional<String> to(String written, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt((String word) -> edits(written, word))
                        .thenComparing(word -> word))
                .filter(word -> edits(written, word) <= Math.max(2, written.length() / 3));
    }

    /** {@code ; did you mean [word]?}, or nothing. */
    public static String hint(String written, Collection<String> words) {
        return to(written, words).map(word -> "; did you mean [" + word + "]?").orElse("");
    }

    /** Levenshtein's distance. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

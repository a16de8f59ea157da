package io.flotilla.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody meant. */
public final class Nearest {

    /** Letters of a beginning that count for more than as many edits at the end. */
    private static final int BEGINNING = 3;

    private Nearest() {}

    /**
     * The nearest of the words, if one is near: at most two edits away, or a third of the length, and less than half of it, for two
     * letters of four are anybody's; or with the same beginning.
     */
    static Optional<String> to(String written, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt((String word) -> edits(written, word))
                        .thenComparing(word -> word))
                .filter(word -> isNear(written, word));
    }

    private static boolean isNear(String written, String word) {
        int edits = edits(written, word);
        return edits <= Math.max(1, Math.min(Math.max(2, written.length() / 3), (written.length() - 1) / 2))
                || (edits <= BEGINNING && written.regionMatches(0, word, 0, BEGINNING + 1));
    }

    /** {@code ; did you mean [word]?}, or nothing. */
    public static String hint(String written, Collection<String> words) {
        return to(written, words).map(word -> "; did you mean [" + word + "]?").orElse("");
    }

    /** Letters put in, left out, replaced, or turned round with their neighbour. */
    private static int edits(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                boolean turned =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (turned) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}

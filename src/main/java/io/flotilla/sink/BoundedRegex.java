package io.flotilla.sink;

import java.util.regex.Pattern;

/**
 * Looks for a regular expression in steps that are counted. Some expressions take more steps for a text than there are years; on an
 * event loop each of them would be an outage for all of its connections.
 */
final class BoundedRegex {

    /** Characters that may be looked at, the same one again too: some milliseconds. */
    static final int STEPS = 1_000_000;

    /** It took too many steps, or too deep a recursion. */
    static final class Undecided extends Exception {
        private static final long serialVersionUID = 1L;

        Undecided(String message) {
            super(message, null, false, false);
        }
    }

    private static final class OutOfSteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfSteps() {
            super(null, null, false, false);
        }
    }

    private BoundedRegex() {}

    /**
     * Whether it is found somewhere in the text.
     *
     * @throws Undecided when that cannot be said at a reasonable cost
     */
    static boolean find(Pattern regex, CharSequence text) throws Undecided {
        try {
            return regex.matcher(new Counted(text)).find();
        } catch (OutOfSteps e) {
            throw new Undecided("it takes more than " + STEPS + " steps");
        } catch (StackOverflowError e) {
            throw new Undecided("it recurses too deeply");
        }
    }

    private static final class Counted implements CharSequence {
        private final CharSequence text;
        private int steps = STEPS;

        Counted(CharSequence text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (--steps < 0) {
                throw new OutOfSteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}

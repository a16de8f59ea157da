package io.flotilla.testkit;

/** One thing that a scripted peer does. */
record Step(String name, Action action) {

    /** Does it, on the connection's event loop. */
    @FunctionalInterface
    interface Action {
        /** Answers true when it is done; false: the strand has been told how it will be resumed, or never goes on */
        boolean perform(Strand strand);
    }

    @Override
    public String toString() {
        return name;
    }
}

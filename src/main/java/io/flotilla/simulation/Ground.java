package io.flotilla.simulation;

/** How the machine that dials is doing. */
public enum Ground {
    FIRM,
    /** There is no way to anybody: dials fail at once, open links fall silent. */
    CUT_OFF,
    /** What is sent goes nowhere and nobody says so: dials wait for their deadline, open links fall silent. */
    SWALLOWED,
    /** No descriptor is left for another socket; those that are open stay. */
    EXHAUSTED
}

package io.flotilla.spec;

/** Whether a connection is wanted up. */
public enum Desired {
    UP,
    DOWN
}

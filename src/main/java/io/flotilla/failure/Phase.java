package io.flotilla.failure;

/** How far an attempt had come, in the order of a connection's life. */
public enum Phase {
    RESOLVE,
    CONNECT,
    PROXY,
    TLS,
    UPGRADE,
    READY,
    OPEN,
    CLOSING
}

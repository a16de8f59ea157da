package io.flotilla.failure;

/** Whom a failure tells something about. An endpoint is scheme, host, port and proxy, never the path. */
public enum Scope {
    CONNECTION,
    ENDPOINT,
    CREDENTIAL,
    PROXY,
    FLEET
}

package io.flotilla.failure;

/** On whose side a failure arose. */
public enum Origin {
    PEER,
    NETWORK,
    PROXY,
    LOCAL,
    HANDLER,
    OPERATOR
}

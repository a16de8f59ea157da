package io.flotilla.failure;

/** What has to change before a {@link Verdict#REPAIRABLE} attempt can work. */
public enum Repair {
    /** The token, password or key that the connection presents. */
    CREDENTIAL,
    /** Where it dials: the URI, or the address behind the name. */
    ENDPOINT,
    /** The session state it wanted to resume; dropping it is the repair. */
    SESSION
}

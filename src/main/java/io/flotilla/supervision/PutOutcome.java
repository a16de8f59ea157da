package io.flotilla.supervision;

/** What a put came to. */
public enum PutOutcome {
    /** The id is new to the fleet. */
    CREATED,
    /** The spec equals the one that is there. */
    UNCHANGED,
    /** Labels or the like changed; the link stays. */
    UPDATED,
    /** The link of the old spec is closed, then the new one is dialled. */
    REPLACED
}

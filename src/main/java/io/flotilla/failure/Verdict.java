package io.flotilla.failure;

/** What a failure means for its connection. {@code RetryPolicy} makes a decision of it and of the history. */
public enum Verdict {
    /** The same attempt may work later. */
    TRANSIENT,
    /** The same attempt may work later, and the peer dictates the pace. */
    TRANSIENT_HINTED,
    /** The same attempt cannot work, a changed one can: another token, URL, address, session. */
    REPAIRABLE,
    /** Usually configuration, sometimes a deploy in progress: tried rarely, said at once. */
    SUSPECT,
    /** Waiting changes nothing. */
    PERMANENT,
    /** We or the policy asked for it: no failure. */
    DONE
}

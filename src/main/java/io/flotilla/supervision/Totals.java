package io.flotilla.supervision;

/**
 * What a fleet, or a part of it, has done since its start, connections that are gone included: no number ever goes back.
 *
 * @param written sends that were handed to the kernel
 * @param refused sends that were not taken
 * @param unsent sends that were taken and not written whole
 * @param expired sends that waited for longer than {@code send.keep}
 * @param dropped received messages that nobody took
 * @param handlerErrors messages on which user code failed
 */
public record Totals(
        long dials,
        long messagesIn,
        long bytesIn,
        long messagesOut,
        long bytesOut,
        long written,
        long refused,
        long unsent,
        long expired,
        long dropped,
        long handlerErrors) {

    public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Totals plus(Totals other) {
        return new Totals(
                dials + other.dials,
                messagesIn + other.messagesIn,
                bytesIn + other.bytesIn,
                messagesOut + other.messagesOut,
                bytesOut + other.bytesOut,
                written + other.written,
                refused + other.refused,
                unsent + other.unsent,
                expired + other.expired,
                dropped + other.dropped,
                handlerErrors + other.handlerErrors);
    }

    /** What came after an earlier count. */
    public Totals since(Totals earlier) {
        return new Totals(
                dials - earlier.dials,
                messagesIn - earlier.messagesIn,
                bytesIn - earlier.bytesIn,
                messagesOut - earlier.messagesOut,
                bytesOut - earlier.bytesOut,
                written - earlier.written,
                refused - earlier.refused,
                unsent - earlier.unsent,
                expired - earlier.expired,
                dropped - earlier.dropped,
                handlerErrors - earlier.handlerErrors);
    }
}

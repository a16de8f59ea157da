package io.flotilla.connection;

/** Where a connection is in its life. */
public enum ConnectionState {
    /** Wanted up; held by a delay, a hint, a limit or a pause. */
    WAITING,
    /** A dial is under way. */
    DIALING,
    /** The handshake is done; {@code ready-when} is not met yet. */
    OPEN,
    READY,
    /** A close is under way. */
    CLOSING,
    /** Wanted down. */
    STOPPED,
    /** Wanted up, but waiting changes nothing: the last failure says why. */
    GIVEN_UP
}

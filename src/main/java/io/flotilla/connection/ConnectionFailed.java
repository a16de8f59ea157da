package io.flotilla.connection;

import io.flotilla.failure.Failure;

/** Thrown by a connection to its supervisor. Carries no stack trace: it is an outcome, not a bug. */
public abstract sealed class ConnectionFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private ConnectionFailed(Failure failure) {
        super(failure.toString(), null, false, false);
    }

    /** Restart the connection: the new incarnation waits, then dials. */
    public static final class Transiently extends ConnectionFailed {
        private static final long serialVersionUID = 1L;

        Transiently(Failure failure) {
            super(failure);
        }
    }

    /** Stop the connection. */
    public static final class Permanently extends ConnectionFailed {
        private static final long serialVersionUID = 1L;

        Permanently(Failure failure) {
            super(failure);
        }
    }
}

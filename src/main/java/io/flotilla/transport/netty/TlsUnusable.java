package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;

/** Why no dial can be secured with these settings, by its row. */
public final class TlsUnusable extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    TlsUnusable(FailureKind kind, String detail, Throwable cause) {
        super(detail, cause);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }

    /** One sentence for people. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}

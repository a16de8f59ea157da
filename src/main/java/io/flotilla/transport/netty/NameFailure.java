package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/** A name that could not be looked up, by its row. Without a stack: it is an answer, not a bug. */
public final class NameFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    NameFailure(FailureKind kind, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }
}

package io.flotilla.failure;

import java.util.Map;

/** Failures as a transport reports them. */
final class Seen {

    private Seen() {}

    static Failure status(int status) {
        return Failure.of(
                Failures.ofStatus(status),
                "HTTP " + status,
                new Evidence.Builder().answer(status, Map.of()).build());
    }

    static Failure close(int code) {
        return Failure.of(
                Failures.ofCodeOnTheWire(code),
                "the peer closed with " + code,
                new Evidence.Builder()
                        .answer(101, Map.of())
                        .closeReceived(code, "")
                        .build());
    }
}

package io.flotilla.app;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A status and a failure of the API in words. */
final class StatusWords {

    private static final Map<String, String> HELD = Map.of(
            "backoff", "our own backoff",
            "hint", "the pause that the peer asked for",
            "limit", "a limit of dials",
            "breaker", "the breaker of its endpoint",
            "paused", "the pause of the fleet",
            "credential", "its credential");

    private StatusWords() {}

    /** What is not as it should be, in one line; empty where everything is. */
    static String trouble(Told status, Instant now) {
        List<String> parts = new ArrayList<>();
        status.some("heldBy").ifPresent(by -> parts.add("held by " + heldBy(by)));
        status.time("nextDialAt")
                .filter(at -> status.text("state").equals("WAITING"))
                .ifPresent(at -> parts.add("asks to dial " + ahead(at, now)));
        if (!status.text("state").equals("READY") && status.has("lastFailure")) {
            parts.add("after " + status.in("lastFailure").text("kind"));
        }
        parts.addAll(status.texts("degraded").toList());
        if (status.is("rotating")) {
            parts.add("rotating");
        }
        return String.join(", ", parts);
    }

    static String heldBy(String by) {
        return HELD.getOrDefault(by, by);
    }

    static String ahead(Instant at, Instant now) {
        return at.isAfter(now) ? "in " + Told.ago(Duration.between(now, at)) : "now";
    }

    static String failure(Told failure, Instant now) {
        List<String> parts = new ArrayList<>();
        failure.some("closeCode")
                .ifPresent(code -> parts.add("close " + code
                        + failure.some("closeReason")
                                .filter(reason -> !reason.isEmpty())
                                .map(reason -> " \"" + reason + "\"")
                                .orElse("")));
        failure.some("httpStatus").ifPresent(status -> parts.add("HTTP " + status));
        failure.some("detail").ifPresent(parts::add);
        String since = failure.since("at", now);
        return failure.text("kind") + " (" + failure.text("verdict") + ", phase " + failure.text("phase") + ")"
                + (since.isEmpty() ? "" : ", " + since + " ago")
                + (parts.isEmpty() ? "" : ": " + String.join("; ", parts));
    }

    /** {@code 3 of 4 ready, 1 waiting}. */
    static String fleet(Told fleet) {
        Told states = fleet.in("states");
        String others = states.json().properties().stream()
                .filter(state ->
                        !state.getKey().equals("READY") && state.getValue().asLong() > 0)
                .map(state -> state.getValue().asLong() + " " + Printable.line(state.getKey()))
                .collect(Collectors.joining(", "));
        return states.number("READY") + " of " + fleet.in("desired").number("UP") + " READY"
                + (others.isEmpty() ? "" : ", " + others);
    }

    static String dials(Told dials) {
        long breakers = dials.number("breakersOpen");
        return dials.number("perSecond") + " dials/s, " + dials.number("inFlight") + " in flight, "
                + dials.number("waiting") + " waiting for a turn"
                + (breakers > 0 ? ", " + breakers + " breakers open" : "")
                + (dials.is("paused") ? ", PAUSED" : "");
    }
}

package io.flotilla.app;

import java.util.ArrayList;
import java.util.List;

/** An event of the API in words. */
final class EventWords {

    private EventWords() {}

    /** A line of a stream of events. */
    static String line(Told event) {
        String detail = detail(event);
        return event.text("at") + "  " + event.some("id").map(id -> id + " ").orElse("") + event.text("event")
                + event.some("state").map(state -> " (" + state + ")").orElse("")
                + (detail.isEmpty() ? "" : ": " + detail);
    }

    /** What it tells besides its name. */
    static String detail(Told event) {
        List<String> parts = new ArrayList<>();
        event.some("endpoint").ifPresent(endpoint -> parts.add("to " + endpoint));
        event.some("protocol").ifPresent(protocol -> parts.add("subprotocol " + protocol));
        if (event.has("failure")) {
            Told failure = event.in("failure");
            parts.add(failure.text("kind")
                    + failure.some("detail").map(detail -> " (" + detail + ")").orElse(""));
        }
        event.some("delay").ifPresent(delay -> parts.add("dials again in " + shown(delay)));
        event.some("by").ifPresent(by -> parts.add("held by " + StatusWords.heldBy(by)));
        event.some("until").ifPresent(until -> parts.add("until " + until));
        event.some("because").ifPresent(parts::add);
        event.some("why").ifPresent(parts::add);
        event.some("thrown").ifPresent(parts::add);
        event.some("sink").ifPresent(sink -> parts.add("sink " + sink));
        event.some("reason").ifPresent(parts::add);
        event.some("threads").ifPresent(threads -> parts.add(threads + " threads"));
        event.some("alive").ifPresent(alive -> parts.add(alive + " alive"));
        return String.join("; ", parts);
    }

    private static String shown(String duration) {
        try {
            return Durations.shown(java.time.Duration.parse(duration));
        } catch (java.time.format.DateTimeParseException e) {
            return duration; // as it was said
        }
    }
}

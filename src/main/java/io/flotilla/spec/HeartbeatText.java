package io.flotilla.spec;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a heartbeat, with places that are filled each time: {@code {counter}} (1 for the first one on a link),
 * {@code {time}} (milliseconds since 1970) and {@code {last:/s}} (what that JSON pointer led to in the last message that had it,
 * as JSON; null before). Prints as ***, and equals another of the same text.
 */
public final class HeartbeatText {

    /** Stands for the number of the heartbeat. */
    public static final String COUNTER = "{counter}";

    private static final String TIME = "{time}";
    private static final String LAST = "{last:";
    private static final Pattern PLACE = Pattern.compile("\\{(?:[A-Za-z][A-Za-z-]*|last:[^{}]*)}");

    private final Secret text;
    private final List<String> parts = new ArrayList<>();
    private final Optional<JsonPointer> last;

    private HeartbeatText(Secret text) {
        this.text = text;
        this.last = read(text.reveal());
    }

    /**
     * A text with its places.
     *
     * @throws IllegalArgumentException that says what is wrong, and nothing of the text
     */
    public static HeartbeatText of(String text) {
        return new HeartbeatText(Secret.of(text));
    }

    private Optional<JsonPointer> read(String whole) {
        if (whole.isEmpty()) {
            throw new IllegalArgumentException("expected a text that is not empty");
        }
        Optional<JsonPointer> found = Optional.empty();
        Matcher place = PLACE.matcher(whole);
        int at = 0;
        while (place.find()) {
            parts.add(whole.substring(at, place.start()));
            parts.add(place.group());
            at = place.end();
            if (place.group().startsWith(LAST)) {
                JsonPointer pointer = pointer(place.group());
                if (found.filter(other -> !other.equals(pointer)).isPresent()) {
                    throw new IllegalArgumentException("has {last:…} with two pointers; expected one");
                }
                found = Optional.of(pointer);
            } else if (!place.group().equals(COUNTER) && !place.group().equals(TIME)) {
                throw new IllegalArgumentException(
                        "has a place in braces that is none of {counter}, {time}, {last:/pointer}");
            }
        }
        parts.add(whole.substring(at));
        return found;
    }

    private static JsonPointer pointer(String place) {
        String pointer = place.substring(LAST.length(), place.length() - 1);
        if (!pointer.startsWith("/")) {
            throw new IllegalArgumentException("has {last:…} without a JSON pointer (RFC 6901) such as {last:/s}");
        }
        return JsonPointer.compile(pointer);
    }

    /** Where in messages the value of {@code {last:…}} is; empty: it has none. */
    public Optional<JsonPointer> last() {
        return last;
    }

    /**
     * The text with its places filled.
     *
     * @param lastValue as JSON
     */
    public String filled(long counter, long timeMillis, String lastValue) {
        StringBuilder filled = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (i % 2 == 0) {
                filled.append(part);
            } else if (part.equals(COUNTER)) {
                filled.append(counter);
            } else {
                filled.append(part.equals(TIME) ? Long.toString(timeMillis) : lastValue);
            }
        }
        return filled.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeartbeatText same && text.equals(same.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

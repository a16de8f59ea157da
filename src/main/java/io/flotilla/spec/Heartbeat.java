package io.flotilla.spec;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Duration;
import java.util.Optional;

/**
 * Heartbeats of the application: what is said, how often, and by when it must be acknowledged.
 *
 * @param every from one heartbeat to the next; the first one comes after a random share of it
 * @param deadline from a heartbeat to its acknowledgement; the next heartbeat is a deadline too
 */
public record Heartbeat(Duration every, Wording wording, Duration deadline) {

    static final Duration EVERY = Duration.ofSeconds(30);
    static final Duration DEADLINE = Duration.ofSeconds(20);

    /** The shortest interval: a peer must not be flooded because somebody forgot a unit. */
    public static final Duration LEAST = Duration.ofMillis(100);

    public static final Duration MOST = Duration.ofDays(1);

    public Heartbeat {
        if (every.compareTo(LEAST) < 0 || every.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "liveness.heartbeat.every = " + every + "; expected " + LEAST + " to " + MOST);
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("liveness.heartbeat.deadline = " + deadline + "; expected more than 0");
        }
    }

    /** Where heartbeats and what acknowledges them come from. */
    public sealed interface Wording {}

    /**
     * A text with places to fill.
     *
     * @param acknowledgement may have {@code {counter}} in its texts: that of the last heartbeat; empty: nobody acknowledges
     * @param named where the peer says how often; empty: it does not
     */
    public record Template(HeartbeatText message, Optional<MessagePattern> acknowledgement, Optional<Named> named)
            implements Wording {}

    /** Java code; equal to another by the same instance. */
    public record ByClass(Heartbeats heartbeats) implements Wording {}

    /**
     * The interval that a peer names in a message.
     *
     * @param unit of the number there
     * @param least a shorter one is taken for this
     * @param most a longer one is taken for this
     */
    public record Named(JsonPointer pointer, Duration unit, Duration least, Duration most) {
        public Named {
            if (least.compareTo(LEAST) < 0 || most.compareTo(least) < 0 || most.compareTo(MOST) > 0) {
                throw new IllegalArgumentException("liveness.heartbeat.every-from: least = " + least + ", most = "
                        + most + "; expected " + LEAST + " to " + MOST);
            }
        }

        public static Named millis(String pointer) {
            return new Named(
                    JsonPointer.compile(pointer), Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofHours(1));
        }
    }

    /** This text every so often, which nobody acknowledges. */
    public static Heartbeat of(Duration every, String message) {
        return new Heartbeat(
                every, new Template(HeartbeatText.of(message), Optional.empty(), Optional.empty()), DEADLINE);
    }

    /** What Java code makes of it every so often. */
    public static Heartbeat of(Duration every, Heartbeats heartbeats) {
        return new Heartbeat(every, new ByClass(heartbeats), DEADLINE);
    }

    /** The same, acknowledged by such a message within the deadline; for heartbeats from a template. */
    public Heartbeat acknowledgedBy(MessagePattern pattern, Duration within) {
        Template template = template();
        return new Heartbeat(every, new Template(template.message(), Optional.of(pattern), template.named()), within);
    }

    /** The same at the interval that the peer names; for heartbeats from a template. */
    public Heartbeat everyFrom(Named interval) {
        Template template = template();
        return new Heartbeat(
                every, new Template(template.message(), template.acknowledgement(), Optional.of(interval)), deadline);
    }

    /** The same with another deadline. */
    public Heartbeat within(Duration changed) {
        return new Heartbeat(every, wording, changed);
    }

    private Template template() {
        if (wording instanceof Template template) {
            return template;
        }
        throw new IllegalStateException("Heartbeats by a class say themselves what acknowledges them");
    }
}

package io.flotilla.spec;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how a dead or silent peer is found. */
final class LivenessReader {

    private LivenessReader() {}

    static Settings.Liveness read(Block block, Settings.Liveness under) {
        try (Block liveness = block.block("liveness")) {
            Optional<Duration> ping = !liveness.has("ping")
                    ? under.ping()
                    : liveness.is("ping", "off")
                            ? Optional.empty()
                            : Optional.of(liveness.duration("ping", Settings.Liveness.DEFAULT.pongDeadline()));
            return new Settings.Liveness(
                    ping,
                    liveness.duration("pong-deadline", under.pongDeadline()),
                    heartbeat(liveness, under.heartbeat()),
                    silence(liveness, under.silence()));
        }
    }

    private static Optional<Heartbeat> heartbeat(Block liveness, Optional<Heartbeat> under) {
        if (!liveness.has("heartbeat")) {
            return under;
        }
        if (liveness.is("heartbeat", "off")) {
            return Optional.empty();
        }
        if (!liveness.isBlock("heartbeat")) {
            liveness.problem("heartbeat", "off or a block { every = …, message = … }", true);
            return under;
        }
        try (Block beat = liveness.block("heartbeat")) {
            Duration every = interval(beat, "every", under.map(Heartbeat::every).orElse(Heartbeat.EVERY));
            Duration deadline =
                    beat.duration("deadline", under.map(Heartbeat::deadline).orElse(Heartbeat.DEADLINE));
            boolean named = beat.has("every-from");
            if (beat.has("deadline") && !named && deadline.compareTo(every) > 0) {
                beat.problem("deadline", "at most every: the next heartbeat is a deadline too", true);
            }
            return wording(beat, under.map(Heartbeat::wording)).map(wording -> new Heartbeat(every, wording, deadline));
        }
    }

    private static Duration interval(Block block, String key, Duration under) {
        Duration interval = block.duration(key, under);
        if (interval.compareTo(Heartbeat.LEAST) < 0 || interval.compareTo(Heartbeat.MOST) > 0) {
            block.problem(key, "100ms to 1d", true);
            return under;
        }
        return interval;
    }

    private static Optional<Heartbeat.Wording> wording(Block beat, Optional<Heartbeat.Wording> under) {
        List<String> texts = Stream.of("message", "acknowledgement", "every-from")
                .filter(beat::has)
                .toList();
        if (beat.has("class") && !beat.is("class", "none")) {
            texts.forEach(key -> beat.complain(key, "is said by the class"));
            beat.ignore(texts);
            return beat.shared("class", Heartbeats.class).map(Heartbeat.ByClass::new);
        }
        Optional<Heartbeat.Template> template =
                under.filter(Heartbeat.Template.class::isInstance).map(Heartbeat.Template.class::cast);
        if (texts.isEmpty() && !beat.has("class") && under.isPresent()) {
            return under;
        }
        Optional<HeartbeatText> message =
                beat.has("message") ? message(beat) : template.map(Heartbeat.Template::message);
        if (message.isEmpty() && !beat.has("message")) {
            beat.complain("expected a message, or a class that makes them");
        }
        Optional<MessagePattern> acknowledgement = beat.has("acknowledgement")
                ? acknowledgement(beat)
                : template.flatMap(Heartbeat.Template::acknowledgement);
        Optional<Heartbeat.Named> named =
                beat.has("every-from") ? named(beat) : template.flatMap(Heartbeat.Template::named);
        if (acknowledgement.isEmpty() && beat.has("deadline") && !beat.has("acknowledgement")) {
            beat.complain("deadline", "there is no acknowledgement to wait for");
        }
        return message.map(text -> new Heartbeat.Template(text, acknowledgement, named));
    }

    private static Optional<HeartbeatText> message(Block beat) {
        return beat.secret("message").flatMap(text -> {
            try {
                return Optional.of(HeartbeatText.of(text.reveal()));
            } catch (IllegalArgumentException e) {
                beat.complain("message", String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        });
    }

    private static Optional<MessagePattern> acknowledgement(Block beat) {
        if (beat.is("acknowledgement", "none")) {
            return Optional.empty();
        }
        if (!beat.isBlock("acknowledgement")) {
            beat.problem("acknowledgement", "none, " + OpeningReader.ONE_PATTERN, true);
            return Optional.empty();
        }
        try (Block pattern = beat.block("acknowledgement")) {
            return OpeningReader.pattern(pattern);
        }
    }

    private static Optional<Heartbeat.Named> named(Block beat) {
        if (beat.is("every-from", "none")) {
            return Optional.empty();
        }
        if (!beat.isBlock("every-from")) {
            return beat.parsed("every-from", LivenessReader::pointer)
                    .map(pointer -> Heartbeat.Named.millis(pointer.toString()));
        }
        try (Block from = beat.block("every-from")) {
            Duration unit = from.word("unit", "ms", List.of("ms", "s")).equals("s")
                    ? Duration.ofSeconds(1)
                    : Duration.ofMillis(1);
            Duration least = interval(from, "least", Duration.ofSeconds(1));
            Duration most = interval(from, "most", Duration.ofHours(1));
            Optional<JsonPointer> pointer = from.parsed("pointer", LivenessReader::pointer);
            if (!from.has("pointer")) {
                from.complain("expected a pointer: where in a message the interval stands");
            }
            if (most.compareTo(least) < 0) {
                from.complain(from.has("most") ? "most" : "least", "most is shorter than least");
                return Optional.empty();
            }
            return pointer.map(where -> new Heartbeat.Named(where, unit, least, most));
        }
    }

    private static JsonPointer pointer(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("expected a JSON pointer (RFC 6901) such as \"/d/heartbeat_interval\"");
        }
        return JsonPointer.compile(text);
    }

    private static Optional<Settings.Silence> silence(Block liveness, Optional<Settings.Silence> under) {
        if (!liveness.has("silence")) {
            return under;
        }
        if (liveness.is("silence", "off")) {
            return Optional.empty();
        }
        if (!liveness.isBlock("silence")) {
            Duration after = liveness.duration("silence", Duration.ZERO);
            List<MessagePattern> except = under.map(Settings.Silence::except).orElse(List.of());
            return after.isZero() ? under : Optional.of(new Settings.Silence(after, except));
        }
        try (Block silence = liveness.block("silence")) {
            Optional<Duration> after = silence.has("after")
                    ? Optional.of(silence.duration("after", Duration.ofMinutes(1)))
                    : under.map(Settings.Silence::after);
            if (after.isEmpty()) {
                silence.complain("expected after: how long a silence may last");
            }
            List<MessagePattern> except = silence.blocks("except")
                    .map(LivenessReader::patterns)
                    .orElse(under.map(Settings.Silence::except).orElse(List.of()));
            return after.map(length -> new Settings.Silence(length, except));
        }
    }

    private static List<MessagePattern> patterns(List<Block> items) {
        return items.stream()
                .flatMap(item -> {
                    try (item) {
                        return OpeningReader.pattern(item).stream();
                    }
                })
                .toList();
    }
}

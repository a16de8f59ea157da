package io.flotilla.spec;

import io.flotilla.failure.Classification;
import io.flotilla.failure.Classifier;
import io.flotilla.failure.Dialect;
import io.flotilla.failure.Matcher;
import io.flotilla.failure.Overrides;
import io.flotilla.failure.Ruling;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads the blocks within a connection that have a record of their own in {@link Settings}; a block that is not there costs nothing. */
final class SettingsReader {

    /** A message must fit into one array of bytes. */
    private static final long MOST_MESSAGE = Integer.MAX_VALUE - 16;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

    private SettingsReader() {}

    /** @param under what stands when a key is not there */
    static void read(Block block, ConnectionSpec under, ConnectionSpec.Builder spec) {
        if (block.has("subprotocols")) {
            spec.subprotocols(subprotocols(block, under.subprotocols()));
        }
        if (block.has("tls")) {
            spec.tls(TlsReader.read(block, under.tls()));
        }
        if (block.has("proxy")) {
            spec.proxy(ProxyReader.read(block));
        }
        if (block.has("local-address")) {
            localAddress(block, spec);
        }
        if (block.has("timeouts")) {
            spec.timeouts(timeouts(block, under.timeouts()));
        }
        if (block.has("retry")) {
            spec.retry(retry(block, under.retry()));
        }
        if (block.has("liveness")) {
            spec.liveness(LivenessReader.read(block, under.liveness()));
        }
        if (block.has("send")) {
            spec.send(send(block, under.send()));
        }
        if (block.has("receive")) {
            spec.receive(receive(block, under.receive()));
        }
        if (block.has("classify")) {
            spec.classify(classify(block, under.classify()));
        }
        if (block.has("rotate")) {
            rotate(block);
        }
        if (block.has("redirects")) {
            try (Block redirects = block.block("redirects")) {
                int max = (int) redirects.number("max", under.redirects().max(), 0, Settings.MOST_REDIRECTS);
                spec.redirects(new Settings.Redirects(max));
            }
        }
    }

    private static Settings.Subprotocols subprotocols(Block block, Settings.Subprotocols under) {
        try (Block sub = block.block("subprotocols")) {
            List<String> offer = sub.texts("offer", under.offer());
            boolean required = sub.flag("required", under.required());
            if (!offer.stream().allMatch(name -> TOKEN.matcher(name).matches())) {
                sub.problem("offer", "tokens (RFC 9110 5.6.2)", true);
            }
            if (offer.stream().distinct().count() < offer.size()) {
                sub.complain("offer", "a subprotocol is offered twice");
            }
            if (required && offer.isEmpty()) {
                sub.complain("required", "a subprotocol is required and none is offered");
            }
            return new Settings.Subprotocols(offer, required);
        }
    }

    private static void localAddress(Block block, ConnectionSpec.Builder spec) {
        if (block.is("local-address", "any")) {
            spec.localAddress(Optional.empty());
            return;
        }
        block.text("local-address")
                .ifPresent(text -> Literals.address(text)
                        .ifPresentOrElse(
                                spec::localAddress,
                                () -> block.problem("local-address", "any or an IP address of this machine", true)));
    }

    private static Settings.Timeouts timeouts(Block block, Settings.Timeouts under) {
        try (Block timeouts = block.block("timeouts")) {
            return new Settings.Timeouts(
                    timeouts.duration("dial", under.dial()),
                    timeouts.duration("ready", under.ready()),
                    timeouts.duration("close", under.close()));
        }
    }

    private static Settings.Retry retry(Block block, Settings.Retry under) {
        try (Block retry = block.block("retry")) {
            double factor = retry.positive("factor", under.factor());
            if (factor < 1) {
                retry.problem("factor", "1 or more", true);
                factor = under.factor();
            }
            Steps steps = Steps.read(retry, under.base(), under.cap());
            return new Settings.Retry(
                    retry.duration("first", under.first()),
                    steps.base(),
                    factor,
                    steps.cap(),
                    retry.duration("settle-after", under.settleAfter()),
                    retry.duration("hint-cap", under.hintCap()),
                    maxAttempts(retry, under.maxAttempts()),
                    retry.has("slow-lane") ? slowLane(retry, under.slowLane()) : under.slowLane());
        }
    }

    /** The shortest and the longest step of a row of waits. */
    private record Steps(Duration base, Duration cap) {
        static Steps read(Block block, Duration baseUnder, Duration capUnder) {
            Duration base = block.duration("base", baseUnder);
            Duration cap = block.duration("cap", capUnder);
            if (cap.compareTo(base) >= 0) {
                return new Steps(base, cap);
            }
            block.complain(
                    block.overridden("cap") ? "cap" : "base",
                    "cap = " + seconds(cap) + " is shorter than base = " + seconds(base));
            return new Steps(base, base);
        }

        private static String seconds(Duration duration) {
            return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
        }
    }

    private static OptionalInt maxAttempts(Block retry, OptionalInt under) {
        if (!retry.has("max-attempts")) {
            return under;
        }
        if (retry.is("max-attempts", "unlimited")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) retry.number("max-attempts", 1, 1, 1_000_000));
    }

    private static Settings.SlowLane slowLane(Block retry, Settings.SlowLane under) {
        try (Block slow = retry.block("slow-lane")) {
            Steps steps = Steps.read(slow, under.base(), under.cap());
            return new Settings.SlowLane(
                    (int) slow.number("after", under.after(), 1, 1_000_000),
                    steps.base(),
                    steps.cap(),
                    slow.duration("give-up", under.giveUp()));
        }
    }

    private static Settings.Send send(Block block, Settings.Send under) {
        try (Block send = block.block("send")) {
            int reserve =
                    (int) send.number("control-reserve", under.controlReserve(), 0, Settings.Send.MOST_MESSAGES - 1L);
            return new Settings.Send(
                    send.bytes("outbox", under.outbox(), Settings.Send.MOST_BYTES),
                    (int) send.number("outbox-messages", under.outboxMessages(), 1, Settings.Send.MOST_MESSAGES),
                    word(send, "overflow", under.overflow()),
                    send.duration("timeout", under.timeout()),
                    rate(send, under.rate()),
                    burst(send, under.burst(), reserve),
                    reserve,
                    orOff(send, "keep", under.keep()));
        }
    }

    private static OptionalDouble rate(Block send, OptionalDouble under) {
        String key = "rate";
        return !send.has(key)
                ? under
                : send.is(key, "off") ? OptionalDouble.empty() : OptionalDouble.of(send.positive(key, under.orElse(1)));
    }

    /** More than the reserve: nothing but control messages would ever leave. */
    private static OptionalInt burst(Block send, OptionalInt under, int reserve) {
        String key = "burst";
        OptionalInt burst = !send.has(key)
                ? under
                : send.is(key, "auto")
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                (int) send.number(key, under.orElse(reserve + 1), 1, Settings.Send.MOST_MESSAGES));
        if (burst.isPresent() && burst.getAsInt() <= reserve) {
            send.complain(
                    send.overridden("control-reserve") ? "control-reserve" : key,
                    "burst = " + burst.getAsInt() + " is not more than control-reserve = " + reserve
                            + ": nothing but control messages would leave");
            return OptionalInt.empty();
        }
        return burst;
    }

    private static Optional<Duration> orOff(Block block, String key, Optional<Duration> under) {
        return !block.has(key)
                ? under
                : block.is(key, "off")
                        ? Optional.empty()
                        : Optional.of(block.duration(key, under.orElse(Duration.ofSeconds(1))));
    }

    /** One of the names of an enum, as they are written in a configuration. */
    private static <E extends Enum<E>> E word(Block block, String key, E under) {
        List<E> all = List.of(under.getDeclaringClass().getEnumConstants());
        List<String> words = all.stream().map(SettingsReader::spelled).toList();
        return all.get(words.indexOf(block.word(key, spelled(under), words)));
    }

    private static String spelled(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Settings.Receive receive(Block block, Settings.Receive under) {
        try (Block receive = block.block("receive")) {
            return new Settings.Receive(
                    receive.bytes("max-message", under.maxMessage(), MOST_MESSAGE),
                    receive.bytes("buffer", under.buffer()),
                    (int) receive.number("in-flight", under.inFlight(), 1, 1_000_000),
                    word(receive, "on-slow", under.onSlow()),
                    receive.duration("stall", under.stall()));
        }
    }

    private static void rotate(Block block) {
        try (Block rotate = block.block("rotate")) {
            rotate.only("max-age", "off");
            rotate.only("dither", "10%");
            rotate.only("overlap", "10s");
        }
    }

    private static Classification classify(Block block, Classification under) {
        try (Block classify = block.block("classify")) {
            List<String> dialects =
                    Arrays.stream(Dialect.values()).map(Dialect::word).toList();
            Dialect dialect = Dialect.ofWord(
                            classify.word("dialect", under.dialect().word(), dialects))
                    .orElse(under.dialect());
            Optional<Classifier> hook = classify.is("class", "none")
                    ? Optional.empty()
                    : classify.shared("class", Classifier.class).or(under::hook);
            if (!classify.has("overrides")) {
                return new Classification(dialect, under.overrides(), hook);
            }
            Map<Matcher, Ruling> merged = new LinkedHashMap<>();
            under.overrides().rules().forEach(rule -> merged.put(rule.matcher(), rule.ruling()));
            try (Block overrides = classify.block("overrides")) {
                overrides.keys().forEach(key -> override(overrides, key, merged));
            }
            List<Overrides.Rule> rules = merged.entrySet().stream()
                    .map(entry -> new Overrides.Rule(entry.getKey(), entry.getValue()))
                    .toList();
            return new Classification(dialect, new Overrides(rules), hook);
        }
    }

    /** A rule of its own; null takes one away that the layer below set. */
    private static void override(Block overrides, String key, Map<Matcher, Ruling> merged) {
        String word = overrides.word(key, "", Ruling.words());
        Optional<Matcher> matcher = Matcher.parse(key);
        if (matcher.isEmpty()) {
            overrides.complain(key, "matches no failure; expected " + Matcher.EXPECTED);
        } else {
            merged.remove(matcher.get());
            Ruling.ofWord(word).ifPresent(ruling -> merged.put(matcher.get(), ruling));
        }
    }
}

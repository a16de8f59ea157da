package io.flotilla.spec;

import io.flotilla.failure.Classification;
import io.flotilla.failure.Dialect;
import io.flotilla.failure.Matcher;
import io.flotilla.failure.Overrides;
import io.flotilla.failure.Ruling;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads the settings of connections: a layer at a time, each over what the one below it says, so that a row which sets two keys
 * costs two keys and shares everything else.
 */
final class SpecReader {

    /** A message must fit into one array of bytes. */
    private static final long MOST_MESSAGE = Integer.MAX_VALUE - 16;

    private static final String NOT_YET = " (more is not available in this version)";

    private static final String LOCAL = "any or an IP address of this machine";
    private static final Pattern LITERAL =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%\\w+)?");

    private SpecReader() {}

    /** Reads one layer, {@code flotilla.defaults}, a template or a connection, onto a builder. */
    static void layer(Block block, ConnectionSpec.Builder spec) {
        block.parsed("uri", WebSocketUri::of).ifPresent(spec::uri);
        spec.desired(
                block.word("desired", word(spec.desired()), List.of("up", "down"))
                                .equals("up")
                        ? Desired.UP
                        : Desired.DOWN);
        spec.transport(block.word("transport", spec.transport(), List.of("netty")));
        headers(block, spec);
        subprotocols(block, spec);
        block.text("credential").ifPresent(name -> spec.credential(named(name)));
        tls(block, spec);
        localAddress(block, spec);
        timeouts(block, spec);
        retry(block, spec);
        liveness(block, spec);
        send(block, spec);
        receive(block, spec);
        classify(block, spec);
        spec.normalCloseIsDone(
                block.word("normal-close", spec.normalCloseIsDone() ? "done" : "retry", List.of("retry", "done"))
                        .equals("done"));
        opening(block, spec);
        spec.priority((int) block.number("priority", spec.priority(), -1000, 1000));
        labels(block, spec);
        spec.sink(block.text("sink", spec.sink()));
        spec.onHandlerError(
                block.word("on-handler-error", word(spec.onHandlerError()), List.of("skip", "stop"))
                                .equals("skip")
                        ? Settings.OnHandlerError.SKIP
                        : Settings.OnHandlerError.STOP);
        spec.history((int) block.number("history", spec.history(), 0, 10_000));
        later(block);
    }

    /** Keys whose other values come with later versions: asking for them is refused, not ignored. */
    private static void later(Block block) {
        only(block, "proxy", "none");
        only(block, "compression", "off");
        only(block, "record", "off");
        if (block.has("rotate")) {
            try (Block rotate = block.block("rotate")) {
                only(rotate, "max-age", "off");
                rotate.text("dither");
                rotate.duration("overlap", Duration.ofSeconds(10));
            }
        }
        if (block.has("redirects")) {
            try (Block redirects = block.block("redirects")) {
                redirects.number("max", 5, 5, 5);
            }
        }
    }

    private static void only(Block block, String key, String word) {
        if (block.has(key) && !block.is(key, word)) {
            block.problem(key, word + NOT_YET, true);
        }
    }

    private static void headers(Block block, ConnectionSpec.Builder spec) {
        if (!block.has("headers")) {
            return;
        }
        Map<String, Header> merged = new LinkedHashMap<>();
        spec.headers().forEach(header -> merged.put(header.name(), header));
        try (Block headers = block.block("headers")) {
            headers.keys().forEach(merged::remove);
            headers.entries().forEach((name, value) -> {
                try {
                    merged.put(name, Header.of(name, value));
                } catch (IllegalArgumentException e) {
                    headers.complain(name, String.valueOf(e.getMessage()));
                }
            });
        }
        spec.headers(List.copyOf(merged.values()));
    }

    private static void subprotocols(Block block, ConnectionSpec.Builder spec) {
        if (block.has("subprotocols")) {
            try (Block sub = block.block("subprotocols")) {
                List<String> offer = sub.texts("offer", spec.subprotocols().offer());
                if (offer.stream().anyMatch(name -> !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}"))) {
                    sub.problem("offer", "tokens (RFC 9110 5.6.2)", true);
                    return;
                }
                boolean required = sub.flag("required", spec.subprotocols().required());
                if (required && offer.isEmpty()) {
                    sub.complain("required", "a subprotocol is required and none is offered");
                }
                spec.subprotocols(new Settings.Subprotocols(offer, required));
            }
        }
    }

    private static void tls(Block block, ConnectionSpec.Builder spec) {
        if (block.has("tls")) {
            try (Block tls = block.block("tls")) {
                Settings.Tls under = spec.tls();
                Optional<Path> trust = !tls.has("trust")
                        ? under.trust()
                        : tls.is("trust", "system") ? Optional.empty() : Optional.of(tls.file("trust", Path.of("")));
                only(tls, "key", "none");
                if (!tls.texts("pins", List.of()).isEmpty()) {
                    tls.problem("pins", "[]" + NOT_YET, false);
                }
                spec.tls(new Settings.Tls(trust, tls.flag("verify-host", under.verifyHost())));
            }
        }
    }

    private static void localAddress(Block block, ConnectionSpec.Builder spec) {
        block.text("local-address").ifPresent(text -> {
            if (text.equals("any")) {
                spec.localAddress(Optional.empty());
            } else if (LITERAL.matcher(text).matches()) {
                address(text)
                        .ifPresentOrElse(
                                address -> spec.localAddress(Optional.of(address)),
                                () -> block.problem("local-address", LOCAL, true));
            } else {
                block.problem("local-address", LOCAL, true);
            }
        });
    }

    /** Never looks a name up: what comes here is a literal address, or none. */
    private static Optional<InetAddress> address(String literal) {
        try {
            return Optional.of(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static void timeouts(Block block, ConnectionSpec.Builder spec) {
        if (block.has("timeouts")) {
            Settings.Timeouts under = spec.timeouts();
            try (Block timeouts = block.block("timeouts")) {
                spec.timeouts(new Settings.Timeouts(
                        timeouts.duration("dial", under.dial()),
                        timeouts.duration("ready", under.ready()),
                        timeouts.duration("close", under.close())));
            }
        }
    }

    private static void retry(Block block, ConnectionSpec.Builder spec) {
        if (!block.has("retry")) {
            return;
        }
        Settings.Retry under = spec.retry();
        try (Block retry = block.block("retry")) {
            Duration base = retry.duration("base", under.base());
            Duration cap = retry.duration("cap", under.cap());
            double factor = retry.positive("factor", under.factor());
            if (cap.compareTo(base) < 0) {
                retry.complain(retry.has("cap") ? "cap" : "base", "cap must not be shorter than base");
                cap = base;
            }
            if (factor < 1) {
                retry.problem("factor", "1 or more", true);
                factor = 1;
            }
            spec.retry(new Settings.Retry(
                    retry.duration("first", under.first()),
                    base,
                    factor,
                    cap,
                    retry.duration("settle-after", under.settleAfter()),
                    retry.duration("hint-cap", under.hintCap()),
                    maxAttempts(retry, under.maxAttempts()),
                    slowLane(retry, under.slowLane())));
        }
    }

    private static OptionalInt maxAttempts(Block retry, OptionalInt under) {
        if (!retry.has("max-attempts")) {
            return under;
        }
        return retry.is("max-attempts", "unlimited")
                ? OptionalInt.empty()
                : OptionalInt.of((int) retry.number("max-attempts", 1, 1, 1_000_000));
    }

    private static Settings.SlowLane slowLane(Block retry, Settings.SlowLane under) {
        if (!retry.has("slow-lane")) {
            return under;
        }
        try (Block slow = retry.block("slow-lane")) {
            Duration base = slow.duration("base", under.base());
            Duration cap = slow.duration("cap", under.cap());
            if (cap.compareTo(base) < 0) {
                slow.complain(slow.has("cap") ? "cap" : "base", "cap must not be shorter than base");
                cap = base;
            }
            return new Settings.SlowLane(
                    (int) slow.number("after", under.after(), 1, 1_000_000),
                    base,
                    cap,
                    slow.duration("give-up", under.giveUp()));
        }
    }

    private static void liveness(Block block, ConnectionSpec.Builder spec) {
        if (block.has("liveness")) {
            Settings.Liveness under = spec.liveness();
            try (Block liveness = block.block("liveness")) {
                Optional<Duration> ping = !liveness.has("ping")
                        ? under.ping()
                        : liveness.is("ping", "off")
                                ? Optional.empty()
                                : Optional.of(liveness.duration("ping", Duration.ofSeconds(20)));
                only(liveness, "heartbeat", "off");
                only(liveness, "silence", "off");
                spec.liveness(new Settings.Liveness(ping, liveness.duration("pong-deadline", under.pongDeadline())));
            }
        }
    }

    private static void send(Block block, ConnectionSpec.Builder spec) {
        if (block.has("send")) {
            Settings.Send under = spec.send();
            try (Block send = block.block("send")) {
                only(send, "overflow", "refuse");
                only(send, "rate", "off");
                send.number("control-reserve", 4, 0, 1000);
                only(send, "keep", "off");
                spec.send(new Settings.Send(
                        send.bytes("outbox", under.outbox()), send.duration("timeout", under.timeout())));
            }
        }
    }

    private static void receive(Block block, ConnectionSpec.Builder spec) {
        if (block.has("receive")) {
            Settings.Receive under = spec.receive();
            try (Block receive = block.block("receive")) {
                only(receive, "on-slow", "backpressure");
                spec.receive(new Settings.Receive(
                        receive.bytes("max-message", under.maxMessage(), MOST_MESSAGE),
                        receive.bytes("buffer", under.buffer()),
                        (int) receive.number("in-flight", under.inFlight(), 1, 1_000_000)));
            }
        }
    }

    private static void classify(Block block, ConnectionSpec.Builder spec) {
        if (!block.has("classify")) {
            return;
        }
        Classification under = spec.classify();
        try (Block classify = block.block("classify")) {
            Dialect dialect = Dialect.ofWord(classify.word(
                            "dialect",
                            under.dialect().word(),
                            Arrays.stream(Dialect.values()).map(Dialect::word).toList()))
                    .orElse(under.dialect());
            Map<Matcher, Ruling> merged = new LinkedHashMap<>();
            under.overrides().rules().forEach(rule -> merged.put(rule.matcher(), rule.ruling()));
            try (Block overrides = classify.block("overrides")) {
                for (String key : overrides.keys()) {
                    override(overrides, key, merged);
                }
            }
            List<Overrides.Rule> rules = merged.entrySet().stream()
                    .map(entry -> new Overrides.Rule(entry.getKey(), entry.getValue()))
                    .toList();
            spec.classify(new Classification(dialect, new Overrides(rules), under.hook()));
        }
    }

    private static void override(Block overrides, String key, Map<Matcher, Ruling> merged) {
        Optional<Matcher> matcher = Matcher.parse(key);
        String word = overrides.word(key, "", Ruling.words());
        if (matcher.isEmpty()) {
            overrides.complain(key, "[" + key + "] matches no failure; expected " + Matcher.EXPECTED);
        } else {
            Ruling.ofWord(word).ifPresent(ruling -> merged.put(matcher.get(), ruling));
        }
    }

    private static void opening(Block block, ConnectionSpec.Builder spec) {
        Opening under = spec.opening();
        List<Secret> onOpen = block.has("on-open")
                ? block.texts("on-open", List.of()).stream().map(Secret::of).toList()
                : under.onOpen();
        Optional<MessagePattern> ready = block.has("ready-when") ? readyWhen(block) : under.readyWhen();
        List<Opening.FailWhen> fail = block.blocks("fail-when")
                .map(items ->
                        items.stream().flatMap(item -> failWhen(item).stream()).toList())
                .orElse(under.failWhen());
        spec.opening(new Opening(onOpen, ready, fail));
    }

    private static Optional<MessagePattern> readyWhen(Block block) {
        if (block.is("ready-when", "open")) {
            return Optional.empty();
        }
        if (block.is("ready-when", "first-message")) {
            return Optional.of(MessagePattern.Any.INSTANCE);
        }
        if (!block.isBlock("ready-when")) {
            block.problem(
                    "ready-when",
                    "open, first-message, { text-contains = … }, { text-matches = … } or { json { \"/pointer\" = … } }",
                    true);
            return Optional.empty();
        }
        try (Block when = block.block("ready-when")) {
            return pattern(when);
        }
    }

    private static Optional<Opening.FailWhen> failWhen(Block item) {
        try (item) {
            Optional<Ruling> ruling = item.has("verdict")
                    ? Ruling.ofWord(item.word("verdict", "permanent", Ruling.words()))
                    : Optional.empty();
            return pattern(item).map(pattern -> new Opening.FailWhen(pattern, ruling));
        }
    }

    private static Optional<MessagePattern> pattern(Block when) {
        List<MessagePattern> patterns = new ArrayList<>();
        when.text("text-contains").map(MessagePattern.TextContains::new).ifPresent(patterns::add);
        when.parsed("text-matches", SpecReader::regex).ifPresent(patterns::add);
        if (when.has("json")) {
            try (Block json = when.block("json")) {
                patterns.add(MessagePattern.Json.of(json.entries()));
            } catch (IllegalArgumentException e) {
                when.complain("json", "expected JSON pointers (RFC 6901) such as \"/type\"");
            }
        }
        if (patterns.size() != 1) {
            when.problems()
                    .add(when.where(), "[" + when.path() + "]: expected one of text-contains, text-matches, json");
            return Optional.empty();
        }
        return Optional.of(patterns.get(0));
    }

    private static MessagePattern regex(String regex) {
        try {
            return new MessagePattern.TextMatches(regex);
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new IllegalArgumentException("expected a regular expression: " + e.getDescription(), e);
        }
    }

    private static void labels(Block block, ConnectionSpec.Builder spec) {
        if (!block.has("labels")) {
            return;
        }
        Map<String, String> merged = new LinkedHashMap<>(spec.labels().pairs());
        try (Block labels = block.block("labels")) {
            labels.keys().forEach(merged::remove);
            merged.putAll(labels.entries());
            try {
                spec.labels(merged);
            } catch (IllegalArgumentException e) {
                block.complain("labels", String.valueOf(e.getMessage()));
            }
        }
    }

    private static Optional<String> named(String name) {
        return name.equals("none") ? Optional.empty() : Optional.of(name);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }
}

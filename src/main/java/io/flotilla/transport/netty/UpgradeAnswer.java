package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.spec.WebSocketUri;
import io.flotilla.transport.KnownSecrets;
import io.netty.handler.codec.DateFormatter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges the answer to an upgrade request, to the letter of RFC 6455 4.1. */
public final class UpgradeAnswer {

    private static final List<String> EXPLAINING = List.of("Retry-After", "Upgrade", "Sec-WebSocket-Version", "Server");
    private static final int SHOWN = 200;
    private static final int MOST_SECONDS_DIGITS = 10;

    private UpgradeAnswer() {}

    /** A refusal: its row and one sentence. */
    public record Refusal(FailureKind kind, String detail) {}

    /** What is wrong with a 101, or nothing. */
    public static Optional<Refusal> check(AnswerHead answer, String accept, ConnectionSpec spec) {
        if (answer.version() == 0) {
            return notWebSocket("101 by HTTP/1.0 instead of HTTP/1.1");
        }
        if (answer.tokens("Upgrade").noneMatch("websocket"::equals)) {
            return notWebSocket("101 without [Upgrade: websocket]");
        }
        if (answer.tokens("Connection").noneMatch("upgrade"::equals)) {
            return notWebSocket("101 without [Connection: Upgrade]");
        }
        if (!answer.all("Sec-WebSocket-Accept").equals(List.of(accept))) {
            return notWebSocket("101 with a missing or wrong Sec-WebSocket-Accept");
        }
        if (deflate(answer, spec).isEmpty()) {
            return Optional.of(new Refusal(
                    FailureKind.EXTENSION_MISMATCH,
                    "the answer agrees to an extension, or a parameter of one, that was not offered"));
        }
        return subprotocol(answer, spec.subprotocols());
    }

    /** What was agreed upon about compression; empty: something that was not offered. */
    static Optional<DeflateOffer.Agreed> deflate(AnswerHead answer, ConnectionSpec spec) {
        return DeflateOffer.read(answer.all("Sec-WebSocket-Extensions"), spec.compression());
    }

    private static Optional<Refusal> subprotocol(AnswerHead answer, Settings.Subprotocols offered) {
        List<String> chosen = answer.all("Sec-WebSocket-Protocol");
        if (chosen.size() > 1 || (chosen.size() == 1 && !offered.offer().contains(chosen.get(0)))) {
            return Optional.of(
                    new Refusal(FailureKind.EXTENSION_MISMATCH, "the answer chose a subprotocol that was not offered"));
        }
        if (chosen.isEmpty() && offered.required()) {
            return Optional.of(
                    new Refusal(FailureKind.SUBPROTOCOL_REFUSED, "none of " + offered.offer() + " was chosen"));
        }
        return Optional.empty();
    }

    /** What an answer other than 101 means. */
    public static Refusal refusal(int status) {
        return new Refusal(Failures.ofStatus(status), "HTTP " + status + " instead of 101");
    }

    /**
     * The headers that explain an answer; none that could hold a secret.
     *
     * @param secrets masked before anything is cut off: the rest of one would be none of them any more
     */
    public static Map<String, String> explaining(AnswerHead answer, KnownSecrets secrets) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (String name : EXPLAINING) {
            answer.first(name).map(secrets::mask).ifPresent(value -> kept.put(name, shown(value)));
        }
        answer.first("Location")
                .map(secrets::mask)
                .ifPresent(value -> kept.put("Location", shown(WebSocketUri.mask(value))));
        answer.first("WWW-Authenticate")
                .map(secrets::mask)
                .ifPresent(value -> kept.put("WWW-Authenticate", shown(value.split("[ ,]", 2)[0])));
        return kept;
    }

    private static String shown(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
    }

    /** {@code Retry-After} in seconds or as a date (RFC 9110 10.2.3); what is neither, or lies in the past, is no hint. */
    public static Optional<Duration> hint(AnswerHead answer, Instant now) {
        return answer.first("Retry-After").flatMap(text -> {
            if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                String digits = text.replaceFirst("^0+(?=.)", "");
                boolean absurd = digits.length() > MOST_SECONDS_DIGITS;
                return Optional.of(Duration.ofSeconds(absurd ? 9_999_999_999L : Long.parseLong(digits)));
            }
            return Optional.ofNullable(DateFormatter.parseHttpDate(text))
                    .map(date -> Duration.between(now, date.toInstant()))
                    .filter(wait -> !wait.isNegative());
        });
    }

    private static Optional<Refusal> notWebSocket(String detail) {
        return Optional.of(new Refusal(FailureKind.NOT_WEBSOCKET, detail));
    }
}

package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.spec.Settings;
import io.flotilla.spec.WebSocketUri;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the answer to an upgrade request, to the letter of RFC 6455 4.1. */
final class UpgradeAnswer {

    private static final List<String> EXPLAINING =
            List.of("Retry-After", "Upgrade", "Sec-WebSocket-Version", "Server", "Via", "Content-Type");
    private static final int SHOWN = 200;
    private static final int MOST_SECONDS_DIGITS = 10;

    private UpgradeAnswer() {}

    /** A refusal: its row and one sentence. */
    record Refusal(FailureKind kind, String detail) {}

    /** What is wrong with a 101, or nothing. */
    static Optional<Refusal> check(HttpResponse answer, String accept, Settings.Subprotocols offered) {
        HttpHeaders headers = answer.headers();
        if (!answer.protocolVersion().isKeepAliveDefault()
                || answer.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return notWebSocket("101 by " + answer.protocolVersion() + " instead of HTTP/1.1");
        }
        if (tokens(headers, HttpHeaderNames.UPGRADE).noneMatch("websocket"::equals)) {
            return notWebSocket("101 without [Upgrade: websocket]");
        }
        if (tokens(headers, HttpHeaderNames.CONNECTION).noneMatch("upgrade"::equals)) {
            return notWebSocket("101 without [Connection: Upgrade]");
        }
        List<String> accepts = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        if (accepts.size() != 1 || !accepts.get(0).strip().equals(accept)) {
            return notWebSocket("101 with a missing or wrong Sec-WebSocket-Accept");
        }
        if (tokens(headers, HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS).findAny().isPresent()) {
            return Optional.of(
                    new Refusal(FailureKind.EXTENSION_MISMATCH, "the answer has an extension, and none was offered"));
        }
        return subprotocol(headers, offered);
    }

    private static Optional<Refusal> subprotocol(HttpHeaders headers, Settings.Subprotocols offered) {
        List<String> chosen = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (chosen.size() > 1
                || (chosen.size() == 1
                        && !offered.offer().contains(chosen.get(0).strip()))) {
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
    static Refusal refusal(int status) {
        return new Refusal(Failures.ofStatus(status), "HTTP " + status + " instead of 101");
    }

    /** The headers that explain an answer; none that could hold a secret. */
    static Map<String, String> explaining(HttpHeaders headers) {
        Map<String, String> kept = new LinkedHashMap<>();
        for (String name : EXPLAINING) {
            Optional.ofNullable(headers.get(name)).ifPresent(value -> kept.put(name, shown(value)));
        }
        Optional.ofNullable(headers.get(HttpHeaderNames.LOCATION))
                .ifPresent(value -> kept.put("Location", shown(WebSocketUri.mask(value))));
        Optional.ofNullable(headers.get(HttpHeaderNames.WWW_AUTHENTICATE))
                .ifPresent(value -> kept.put("WWW-Authenticate", value.strip().split("[ ,]", 2)[0]));
        return kept;
    }

    private static String shown(String value) {
        StringBuilder line = new StringBuilder();
        value.chars().limit(SHOWN).forEach(c -> line.append(c < 0x20 || c == 0x7F ? '?' : (char) c));
        return line.toString();
    }

    /** {@code Retry-After} in seconds or as a date (RFC 9110 10.2.3); what is neither, or lies in the past, is no hint. */
    static Optional<Duration> hint(HttpHeaders headers, Instant now) {
        String value = headers.get(HttpHeaderNames.RETRY_AFTER);
        if (value == null) {
            return Optional.empty();
        }
        String text = value.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            String digits = text.replaceFirst("^0+(?=.)", "");
            long seconds = digits.length() > MOST_SECONDS_DIGITS ? 9_999_999_999L : Long.parseLong(digits);
            return Optional.of(Duration.ofSeconds(seconds));
        }
        try {
            Date date = io.netty.handler.codec.DateFormatter.parseHttpDate(text);
            return Optional.ofNullable(date)
                    .map(at -> Duration.between(now, at.toInstant()))
                    .filter(wait -> !wait.isNegative());
        } catch (DateTimeException | IllegalArgumentException junk) {
            return Optional.empty();
        }
    }

    private static Optional<Refusal> notWebSocket(String detail) {
        return Optional.of(new Refusal(FailureKind.NOT_WEBSOCKET, detail));
    }

    private static Stream<String> tokens(HttpHeaders headers, CharSequence name) {
        return headers.getAll(name).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .filter(token -> !token.isEmpty());
    }
}

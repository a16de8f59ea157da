package io.flotilla.admin;

import io.flotilla.spec.AdminSettings;
import io.flotilla.spec.Secret;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Cookie;
import org.apache.pekko.http.javadsl.model.headers.Host;

/** Decides who may ask for what. Safe from any thread. */
final class Doorkeeper {

    static final String COOKIE = "flotilla-session";

    /** What proxies say of themselves. */
    private static final List<String> PROXIED =
            List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP");

    private static final String BEARER = "bearer ";
    private static final Pattern LITERAL = Pattern.compile("\\[?[0-9a-fA-F.]*:[0-9a-fA-F:.]*]?|\\d+(\\.\\d+){3}");

    private static final int NETWORK_BYTES = 8;

    private final AdminSettings settings;
    private final Sessions sessions;
    private final WrongTokens wrong;

    Doorkeeper(AdminSettings settings, Clock clock) {
        this.settings = settings;
        this.sessions = new Sessions(settings.login().age(), settings.login().sessions(), clock);
        this.wrong = new WrongTokens(settings.login().failuresPerMinute(), clock);
    }

    /** Lets nobody in who was turned here: the name that a request is addressed to must be one of ours, or an address. */
    void checkHost(HttpRequest request) {
        String host = request.getHeader(Host.class)
                .map(header -> header.host().address())
                .orElse("");
        String bare = host.toLowerCase(Locale.ROOT);
        boolean ours = LITERAL.matcher(bare).matches()
                || bare.equals("localhost")
                || bare.equalsIgnoreCase(settings.host())
                || settings.hosts().stream().anyMatch(bare::equalsIgnoreCase);
        if (!ours) {
            throw Problem.of(
                            StatusCodes.MISDIRECTED_REQUEST,
                            "This is not [" + host + "]; expected an address, localhost or one of admin.hosts as host")
                    .refusal();
        }
    }

    /** Lets no page of somewhere else change anything or open a stream. */
    void checkOrigin(HttpRequest request) {
        String host = value(request, "Host").orElse("");
        Optional<String> origin = value(request, "Origin");
        boolean elsewhere = origin.isPresent()
                && !origin.get().equals("http://" + host)
                && !origin.get().equals("https://" + host);
        boolean foreign = value(request, "Sec-Fetch-Site")
                .filter(site -> List.of("cross-site", "same-site").contains(site))
                .isPresent();
        if (elsewhere || foreign) {
            throw Problem.of(StatusCodes.FORBIDDEN, "A page of another origin may not do this")
                    .refusal();
        }
    }

    /**
     * Whether whoever asks may know.
     *
     * @throws Refusal when a token is shown, and too many wrong ones were
     */
    boolean knows(HttpRequest request) {
        if (settings.token().isEmpty() || sessions(request).anyMatch(sessions::knows)) {
            return true;
        }
        Optional<String> shown = value(request, "Authorization")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()).strip());
        return shown.isPresent() && isToken(request, shown.get());
    }

    /** Whether who was let in with this request still may stay: until the session ends, and for good with the token itself. */
    BooleanSupplier pass(HttpRequest request) {
        List<String> shown = settings.token().isEmpty()
                ? List.of()
                : sessions(request).filter(sessions::knows).toList();
        return () -> shown.isEmpty() || shown.stream().anyMatch(sessions::knows);
    }

    /** Begins a session for who shows the token; empty where no token is asked for. */
    Optional<String> login(HttpRequest request, String token) {
        if (settings.token().isEmpty()) {
            return Optional.empty();
        }
        if (!isToken(request, token)) {
            throw Problem.of(StatusCodes.UNAUTHORIZED, "That is not the token").refusal();
        }
        return Optional.of(cookie(request, sessions.begin(), settings.login().age()));
    }

    /** Ends the session, whose streams end with it, and gives what clears the cookie. */
    String logout(HttpRequest request) {
        sessions(request).forEach(sessions::end);
        return cookie(request, "", Duration.ZERO);
    }

    /** Whether whoever asks may see payloads. */
    boolean showsPayloads(HttpRequest request) {
        return switch (settings.payloads()) {
            case OFF -> false;
            case ON -> true;
            case ON_LOOPBACK ->
                address(request).filter(InetAddress::isLoopbackAddress).isPresent()
                        && PROXIED.stream()
                                .allMatch(header -> value(request, header).isEmpty());
        };
    }

    /** A page that came over TLS, from a proxy before this, gets a cookie that goes over nothing else. */
    private static String cookie(HttpRequest request, String value, Duration age) {
        boolean isOverTls = value(request, "Origin")
                .filter(origin -> origin.startsWith("https:"))
                .isPresent();
        return COOKIE + "=" + value + "; Path=/; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (isOverTls ? "; Secure" : "");
    }

    private boolean isToken(HttpRequest request, String shown) {
        String address = address(request).map(Doorkeeper::place).orElse("unknown");
        wrong.wait(address).ifPresent(wait -> {
            throw Problem.of(StatusCodes.TOO_MANY_REQUESTS, "Too many wrong tokens came from this address")
                    .header("Retry-After", Long.toString(wait.toSeconds() + 1))
                    .refusal();
        });
        byte[] digest = digest(shown);
        boolean right = settings.token()
                .map(Secret::reveal)
                .filter(token -> MessageDigest.isEqual(digest(token), digest))
                .isPresent();
        if (!right) {
            wrong.note(address, digest);
        }
        return right;
    }

    /** Of one length whatever it is of, so that comparing takes the same time for every token. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Whoever has one address of IPv6 has the other 2^64 of its network, too. */
    static String place(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES)
                : address.getHostAddress();
    }

    /** What a browser has for the name: it may have got more than one, from other ports of the same host. */
    private static Stream<String> sessions(HttpRequest request) {
        return StreamSupport.stream(request.getHeaders(Cookie.class).spliterator(), false)
                .flatMap(cookies -> StreamSupport.stream(cookies.getCookies().spliterator(), false))
                .filter(pair -> pair.name().equals(COOKIE))
                .map(pair -> pair.value());
    }

    private static Optional<InetAddress> address(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
    }

    private static Optional<String> value(HttpRequest request, String header) {
        return request.getHeader(header).map(HttpHeader::value);
    }
}

package io.flotilla.spec;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code ws} or {@code wss} URI (RFC 6455 3), in which {@code {credential}} stands for the credential of the dial.
 * Prints with user info and query masked.
 */
public final class WebSocketUri {

    /** The place that the credential of a dial takes in a URI, a header or an on-open message. */
    public static final String CREDENTIAL = "{credential}";

    private static final Pattern AUTHORITY =
            Pattern.compile("(?:(?<user>[^@]*)@)?(?<host>\\[[0-9A-Fa-f:.%]+]|[^:@\\[\\]]+)(?::(?<port>\\d{1,5})?)?");

    private final String text;
    private final Endpoint endpoint;
    private final Optional<Secret> userInfo;
    private final String target;

    private WebSocketUri(String text, Endpoint endpoint, Optional<Secret> userInfo, String target) {
        this.text = text;
        this.endpoint = endpoint;
        this.userInfo = userInfo;
        this.target = target;
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException that says what is wrong, without user info or query
     */
    public static WebSocketUri of(String text) {
        String shown = mask(text);
        URI uri;
        try {
            uri = new URI(text.strip().replace(CREDENTIAL, "credential"));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("URI [" + shown + "] is no URI: " + e.getReason() + " at character "
                    + e.getIndex() + "; expected ws://host[:port]/path or wss://…");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("ws") && !scheme.equals("wss")) {
            throw new IllegalArgumentException("URI [" + shown + "] must begin with ws:// or wss://");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("URI [" + shown + "] must have no fragment (RFC 6455 3)");
        }
        String authority = uri.getRawAuthority();
        Matcher parts = AUTHORITY.matcher(authority == null ? "" : authority);
        if (!parts.matches()) {
            throw new IllegalArgumentException("URI [" + shown + "] must name a host");
        }
        boolean secure = scheme.equals("wss");
        String portText = parts.group("port");
        int port = portText == null ? (secure ? 443 : 80) : Integer.parseInt(portText);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("URI [" + shown + "] has port " + port + "; expected 1 to 65535");
        }
        String stripped = text.strip();
        return new WebSocketUri(
                stripped,
                new Endpoint(secure, asciiHost(parts.group("host"), shown), port),
                Optional.ofNullable(parts.group("user")).map(Secret::of),
                targetOf(stripped));
    }

    /** The URI as written; has secrets in it. */
    public String text() {
        return text;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@code user:password} as written before the {@code @}. */
    public Optional<Secret> userInfo() {
        return userInfo;
    }

    /** Path and query as the request line has them, with the credential in its place, percent-encoded. */
    public String target(Optional<Secret> credential) {
        return credential
                .map(secret -> target.replace(
                        CREDENTIAL,
                        URLEncoder.encode(secret.reveal(), StandardCharsets.UTF_8)
                                .replace("+", "%20")))
                .orElse(target);
    }

    public boolean asksForCredential() {
        return text.contains(CREDENTIAL);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WebSocketUri uri && text.equals(uri.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return mask(text);
    }

    /** Masks user info and query of anything that may be a URI, however broken. */
    public static String mask(String uri) {
        int query = uri.indexOf('?');
        String front = query < 0 ? uri : uri.substring(0, query) + "?" + Secret.MASK;
        int authority = front.indexOf("//");
        if (authority < 0) {
            return front;
        }
        int end = front.indexOf('/', authority + 2);
        int at = front.lastIndexOf('@', end < 0 ? front.length() : end);
        return at < authority ? front : front.substring(0, authority + 2) + Secret.MASK + front.substring(at);
    }

    private static String targetOf(String text) {
        int from = text.indexOf("//") + 2;
        while (from < text.length() && text.charAt(from) != '/' && text.charAt(from) != '?') {
            from++;
        }
        String rest = text.substring(from);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static String asciiHost(String host, String shown) {
        if (host.startsWith("[")) {
            return host.substring(1, host.length() - 1);
        }
        try {
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("URI [" + shown + "] has no usable host name", e);
        }
    }
}

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
import org.jspecify.annotations.Nullable;

/**
 * A {@code ws} or {@code wss} URI (RFC 6455 3), in which {@code {credential}} stands for the credential of the dial.
 * Prints with user info and query masked.
 */
public final class WebSocketUri {

    /** The place that the credential of a dial takes in a URI, a header or an on-open message. */
    public static final String CREDENTIAL = "{credential}";

    private static final int LONGEST = 8192;
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_SHOWN = 200;

    private static final Pattern AUTHORITY =
            Pattern.compile("(?:(?<user>[^@]*)@)?(?<host>\\[[0-9A-Za-z:.%_~-]+]|[^:@\\[\\]]+)(?::(?<port>\\d*))?");
    private static final Pattern HOST = Pattern.compile("[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.?");

    /** A host and port without user info, as far as a mask must know. */
    private static final Pattern PLAIN = Pattern.compile("[^:@]*(?::\\d*)?|\\[[^]@]*](?::\\d*)?");

    /** Stands for a URI that is a problem already, so that reading goes on. Never dialled: what has a problem does not start. */
    static final WebSocketUri UNREADABLE = of("ws://unreadable.invalid/");

    private final String text;
    private final Endpoint endpoint;
    private final Optional<Secret> userInfo;

    private WebSocketUri(String text, Endpoint endpoint, Optional<Secret> userInfo) {
        this.text = text;
        this.endpoint = endpoint;
        this.userInfo = userInfo;
    }

    /** The same URI with an endpoint that others have too. */
    WebSocketUri sharing(Shared shared) {
        return new WebSocketUri(text, shared.one(endpoint), userInfo);
    }

    /**
     * The URI of this text.
     *
     * @throws IllegalArgumentException that says what is wrong, without user info or query
     */
    public static WebSocketUri of(String text) {
        String stripped = text.strip();
        String shown = shown(stripped);
        if (stripped.length() > LONGEST) {
            throw new IllegalArgumentException("URI [" + shown + "] is longer than " + LONGEST + " characters");
        }
        URI uri;
        try {
            uri = new URI(stripped.replace(CREDENTIAL, "credential"));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "URI [" + shown + "] is no URI: " + e.getReason() + "; expected ws://host[:port]/path or wss://…");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("ws") && !scheme.equals("wss")) {
            throw new IllegalArgumentException("URI [" + shown + "] must begin with ws:// or wss://");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("URI [" + shown + "] must have no fragment (RFC 6455 3)");
        }
        Matcher parts = AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : authorityOf(stripped));
        if (!parts.matches()) {
            throw new IllegalArgumentException("URI [" + shown + "] must name a host");
        }
        boolean secure = scheme.equals("wss");
        return new WebSocketUri(
                stripped,
                new Endpoint(secure, host(parts.group("host"), shown), port(parts.group("port"), secure, shown)),
                Optional.ofNullable(parts.group("user")).map(Secret::of));
    }

    /** The URI as written; has secrets in it. */
    public String text() {
        return text;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** {@code user:password} as before the {@code @}, with the credential in its place; percent-encoded. */
    public Optional<Secret> userInfo(Optional<Secret> credential) {
        return userInfo.map(user -> Secret.of(filled(user.reveal(), credential)));
    }

    /** Path and query as the request line has them, with the credential in its place; percent-encoded. */
    public String target(Optional<Secret> credential) {
        return filled(targetOf(text), credential);
    }

    /** Whether the credential of a dial has a place in it. */
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

    /** Masks user info, query and fragment of anything that may be a URI, however broken. */
    public static String mask(String uri) {
        int slashes = uri.indexOf("//");
        int start = slashes < 0 ? 0 : slashes + 2;
        int end = endOfAuthority(uri, start);
        int at = uri.lastIndexOf('@', end - 1);
        if (at >= start) {
            return uri.substring(0, start) + Secret.MASK + withoutQuery(uri.substring(at));
        }
        boolean maybeUserInfo = uri.indexOf('@', end) >= 0
                && !PLAIN.matcher(uri.substring(start, end)).matches();
        return maybeUserInfo ? uri.substring(0, start) + Secret.MASK : withoutQuery(uri);
    }

    private static String withoutQuery(String uri) {
        int end = 0;
        while (end < uri.length() && uri.charAt(end) != '?' && uri.charAt(end) != '#') {
            end++;
        }
        return end == uri.length() ? uri : uri.substring(0, end + 1) + Secret.MASK;
    }

    private static String shown(String uri) {
        String masked = mask(uri);
        return masked.length() <= LONGEST_SHOWN ? masked : masked.substring(0, LONGEST_SHOWN) + "…";
    }

    private static String filled(String text, Optional<Secret> credential) {
        return credential
                .map(secret -> text.replace(
                        CREDENTIAL,
                        URLEncoder.encode(secret.reveal(), StandardCharsets.UTF_8)
                                .replace("+", "%20")))
                .orElse(text);
    }

    private static String authorityOf(String uri) {
        int start = uri.indexOf("//") + 2;
        return uri.substring(start, endOfAuthority(uri, start));
    }

    private static int endOfAuthority(String uri, int start) {
        int end = start;
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** What may be written beyond ASCII goes over the wire percent-encoded (RFC 3987 3.1). */
    private static String targetOf(String uri) {
        String rest = uri.substring(endOfAuthority(uri, uri.indexOf("//") + 2));
        StringBuilder target = new StringBuilder(rest.startsWith("/") ? "" : "/");
        rest.codePoints().forEach(c -> {
            if (c < 0x80) {
                target.append((char) c);
            } else {
                target.append(URLEncoder.encode(Character.toString(c), StandardCharsets.UTF_8));
            }
        });
        return target.toString();
    }

    private static int port(@Nullable String text, boolean secure, String shown) {
        if (text == null || text.isEmpty()) {
            return secure ? 443 : 80;
        }
        int port = text.length() > 5 ? 0 : Integer.parseInt(text);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("URI [" + shown + "] has port " + text + "; expected 1 to 65535");
        }
        return port;
    }

    private static String host(String host, String shown) {
        if (host.startsWith("[")) {
            return host.substring(1, host.length() - 1).toLowerCase(Locale.ROOT);
        }
        try {
            String ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            if (HOST.matcher(ascii).matches() && ascii.length() <= LONGEST_HOST) {
                return ascii;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("URI [" + shown + "] has no usable host name", e);
        }
        throw new IllegalArgumentException("URI [" + shown + "] has no usable host name");
    }
}

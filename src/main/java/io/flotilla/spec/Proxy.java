package io.flotilla.spec;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy on the way to the peer. Prints without its user.
 *
 * @param host a name or an address, without brackets
 * @param user what it is told of us; empty: nothing
 */
public record Proxy(Kind kind, String host, int port, Optional<User> user) {

    private static final Pattern FORM = Pattern.compile(
            "(?<kind>[a-z0-9+.-]+)://(?:(?<user>.*)@)?(?<host>\\[[^\\[\\]@]*]|[^:@/\\[\\]]+):(?<port>\\d{1,5})/?",
            Pattern.CASE_INSENSITIVE);
    private static final String EXPECTED =
            "expected http://[user:password@]host:port or socks5://[user:password@]host:port";
    private static final int MOST_OCTETS = 255; // RFC 1929 2

    /** What is spoken to it. */
    public enum Kind {
        /** The method CONNECT (RFC 9110 9.3.6), with Basic authentication. */
        HTTP,
        /** SOCKS version 5 (RFC 1928), with user and password (RFC 1929); names are looked up by the proxy. */
        SOCKS5
    }

    /** Name and password; {@code {credential}} in either stands for the credential of the dial. */
    public record User(Secret name, Secret password) {

        /** With the credential in its place. */
        public User filled(Optional<Secret> credential) {
            return new User(filled(name, credential), filled(password, credential));
        }

        boolean asksForCredential() {
            return name.reveal().contains(WebSocketUri.CREDENTIAL)
                    || password.reveal().contains(WebSocketUri.CREDENTIAL);
        }

        private static Secret filled(Secret text, Optional<Secret> credential) {
            return credential
                    .map(secret -> Secret.of(text.reveal().replace(WebSocketUri.CREDENTIAL, secret.reveal())))
                    .orElse(text);
        }
    }

    /** @throws IllegalArgumentException when the user cannot be told to such a proxy; says why, never the value */
    public Proxy {
        Kind spoken = kind;
        user.ifPresent(known -> check(spoken, known));
    }

    /**
     * The proxy of this text: {@code http://user:password@host:port} or the same with {@code socks5}; user and password are
     * percent-encoded and may be left out.
     *
     * @throws IllegalArgumentException that says what was expected, and nothing of the text
     */
    public static Proxy of(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        Optional<User> user = Optional.ofNullable(parts.group("user")).map(Proxy::user);
        Kind kind = switch (parts.group("kind").toLowerCase(Locale.ROOT)) {
            case "http" -> Kind.HTTP;
            case "socks5" -> Kind.SOCKS5;
            default -> throw new IllegalArgumentException(EXPECTED);
        };
        Endpoint at;
        try {
            at = WebSocketUri.of("ws://" + parts.group("host") + ":" + parts.group("port"))
                    .endpoint();
        } catch (IllegalArgumentException unusable) {
            throw new IllegalArgumentException("its host or port cannot be used; " + EXPECTED, unusable);
        }
        return new Proxy(kind, at.host(), at.port(), user);
    }

    private static User user(String info) {
        int colon = info.indexOf(':');
        return new User(
                decoded(colon < 0 ? info : info.substring(0, colon)),
                decoded(colon < 0 ? "" : info.substring(colon + 1)));
    }

    private static Secret decoded(String text) {
        try {
            return Secret.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException("its user or password has a broken percent-encoding", broken);
        }
    }

    /** The same proxy, told this user. */
    public Proxy as(String name, String password) {
        return new Proxy(kind, host, port, Optional.of(new User(Secret.of(name), Secret.of(password))));
    }

    /** With the credential in its place. */
    public Proxy filled(Optional<Secret> credential) {
        return new Proxy(kind, host, port, user.map(known -> known.filled(credential)));
    }

    /** Whether the credential of a dial has a place in it, so that another one could repair its refusal. */
    public boolean asksForCredential() {
        return user.filter(User::asksForCredential).isPresent();
    }

    /** {@code http proxy host:port}, for people. */
    public String described() {
        return kind.name().toLowerCase(Locale.ROOT) + " proxy " + new Endpoint(false, host, port);
    }

    private static void check(Kind kind, User user) {
        String name = user.name().reveal();
        String password = user.password().reveal();
        if (kind == Kind.HTTP && name.indexOf(':') >= 0) {
            throw new IllegalArgumentException("its user must have no colon (RFC 7617 2)");
        }
        if (kind == Kind.SOCKS5 && (!fits(name) || !fits(password))) {
            throw new IllegalArgumentException("its user and password must be 1 to 255 bytes each (RFC 1929 2)");
        }
        if ((name + password).chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw new IllegalArgumentException("its user and password must have no control characters");
        }
    }

    private static boolean fits(String text) {
        int octets = text.getBytes(StandardCharsets.UTF_8).length;
        return octets >= 1 && octets <= MOST_OCTETS;
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + "://" + (user.isPresent() ? Secret.MASK + "@" : "")
                + new Endpoint(false, host, port);
    }
}

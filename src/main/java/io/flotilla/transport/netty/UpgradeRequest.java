package io.flotilla.transport.netty;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Header;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The request of an opening handshake (RFC 6455 4.1), and the answer that its key asks for. Has secrets in it; prints none. */
public final class UpgradeRequest {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final SecureRandom RANDOM = new SecureRandom();
    static final String AGENT = "flotilla/"
            + Optional.ofNullable(UpgradeRequest.class.getPackage().getImplementationVersion())
                    .orElse("dev");

    /** Headers of the spec that also another origin is sent: any other one may be a credential, whatever its name. */
    private static final Set<String> GO_ALONG = Set.of("user-agent", "origin");

    private final String head;
    private final String accept;

    private UpgradeRequest(String head, String accept) {
        this.head = head;
        this.accept = accept;
    }

    /**
     * A request for an upgrade.
     *
     * @param atHome whether the target is the origin that the spec names: only there do credentials go
     * @throws IllegalArgumentException when the credential makes a header that cannot be sent; says which, never the value
     */
    public static UpgradeRequest to(Target target, ConnectionSpec spec, Optional<Secret> credential, boolean atHome) {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        StringBuilder head = new StringBuilder(512)
                .append("GET ")
                .append(encoded(target.path()))
                .append(" HTTP/1.1\r\n");
        List<Header> sent = atHome
                ? spec.headers()
                : spec.headers().stream().filter(UpgradeRequest::goesAlong).toList();
        if (!sets(sent, "Host")) {
            line(head, "Host", host(target.endpoint()));
        }
        line(head, "Upgrade", "websocket");
        line(head, "Connection", "Upgrade");
        line(head, "Sec-WebSocket-Key", key);
        line(head, "Sec-WebSocket-Version", "13");
        List<String> offer = spec.subprotocols().offer();
        if (!offer.isEmpty()) {
            line(head, "Sec-WebSocket-Protocol", String.join(", ", offer));
        }
        DeflateOffer.of(spec.compression()).ifPresent(deflate -> line(head, "Sec-WebSocket-Extensions", deflate));
        if (!sets(sent, "User-Agent")) {
            line(head, "User-Agent", AGENT);
        }
        if (atHome && !sets(sent, "Authorization")) {
            spec.uri().userInfo(credential).ifPresent(user -> line(head, "Authorization", basic(user)));
        }
        for (Header header : sent) {
            line(head, header.name(), filled(header, credential));
        }
        return new UpgradeRequest(head.append("\r\n").toString(), accept(key));
    }

    ByteBuf bytes(ByteBufAllocator allocator) {
        return ByteBufUtil.writeUtf8(allocator, head);
    }

    /** The head as it goes out, secrets and all: for who masks them. */
    public String head() {
        return head;
    }

    /** What {@code Sec-WebSocket-Accept} must say. */
    public String accept() {
        return accept;
    }

    private static void line(StringBuilder head, String name, String value) {
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7F))) {
            throw new IllegalArgumentException("Header [" + name + "] would have control characters in it");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static boolean goesAlong(Header header) {
        return GO_ALONG.contains(header.name().toLowerCase(Locale.ROOT))
                && !header.value().reveal().contains(WebSocketUri.CREDENTIAL);
    }

    private static boolean sets(List<Header> headers, String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }

    private static String filled(Header header, Optional<Secret> credential) {
        String value = header.value().reveal();
        return credential
                .map(secret -> value.replace(WebSocketUri.CREDENTIAL, secret.reveal()))
                .orElse(value);
    }

    private static String host(Endpoint endpoint) {
        boolean usual = endpoint.port() == (endpoint.secure() ? 443 : 80);
        String full = endpoint.toString();
        return usual ? full.substring(0, full.lastIndexOf(':')) : full;
    }

    /** The path as it may stand in a request line: what is not ASCII, or no visible character, is percent-encoded. */
    private static String encoded(String path) {
        if (path.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            return path;
        }
        StringBuilder ascii = new StringBuilder();
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7F) {
                ascii.append((char) octet);
            } else {
                ascii.append('%').append(String.format(Locale.ROOT, "%02X", octet & 0xFF));
            }
        }
        return ascii.toString();
    }

    private static String basic(Secret userInfo) {
        String decoded;
        try {
            decoded = URLDecoder.decode(userInfo.reveal().replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException("The user info of the URI has a broken percent-encoding", broken);
        }
        return "Basic " + Base64.getEncoder().encodeToString(decoded.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer to this key (RFC 6455 4.2.2). */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}

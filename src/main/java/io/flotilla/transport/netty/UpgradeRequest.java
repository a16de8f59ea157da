package io.flotilla.transport.netty;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Header;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The request of an opening handshake (RFC 6455 4.1), and the answer that its key asks for. */
record UpgradeRequest(FullHttpRequest request, String accept) {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String AGENT = "flotilla/"
            + Optional.ofNullable(UpgradeRequest.class.getPackage().getImplementationVersion())
                    .orElse("dev");

    /** Headers that are a credential by their name, whatever their value. */
    private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie", "proxy-authorization");

    /** @param atHome whether the target is the origin that the spec names: only there do credentials go */
    static UpgradeRequest to(
            Endpoint endpoint, String target, ConnectionSpec spec, Optional<Secret> credential, boolean atHome) {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target, Unpooled.EMPTY_BUFFER);
        HttpHeaders headers = request.headers();
        headers.set(HttpHeaderNames.HOST, host(endpoint));
        headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
        headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
        if (!spec.subprotocols().offer().isEmpty()) {
            headers.set(
                    HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL,
                    String.join(", ", spec.subprotocols().offer()));
        }
        headers.set(HttpHeaderNames.USER_AGENT, AGENT);
        if (atHome) {
            spec.uri().userInfo().ifPresent(user -> headers.set(HttpHeaderNames.AUTHORIZATION, basic(user)));
        }
        for (Header header : spec.headers()) {
            if (atHome || !carriesCredential(header)) {
                // The first of a name takes the place of ours; more of it are added.
                if (ours(header, spec)) {
                    headers.set(header.name(), filled(header, credential));
                } else {
                    headers.add(header.name(), filled(header, credential));
                }
            }
        }
        return new UpgradeRequest(request, accept(key));
    }

    private static boolean ours(Header header, ConnectionSpec spec) {
        String name = header.name().toLowerCase(Locale.ROOT);
        boolean taken = name.equals("host") || name.equals("user-agent") || name.equals("authorization");
        return taken
                && spec.headers().stream()
                        .filter(other -> other.name().equalsIgnoreCase(header.name()))
                        .findFirst()
                        .filter(header::equals)
                        .isPresent();
    }

    private static boolean carriesCredential(Header header) {
        return CREDENTIALS.contains(header.name().toLowerCase(Locale.ROOT))
                || header.value().reveal().contains(WebSocketUri.CREDENTIAL);
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

    private static String basic(Secret userInfo) {
        String decoded = java.net.URLDecoder.decode(userInfo.reveal().replace("+", "%2B"), StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(decoded.getBytes(StandardCharsets.UTF_8));
    }

    static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}

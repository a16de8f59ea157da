package io.flotilla.transport.netty;

import io.flotilla.spec.Endpoint;
import io.flotilla.spec.WebSocketUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a dial goes at the moment: the spec's own URI, or where a redirect led.
 *
 * @param path path and query, as the request line has them
 */
public record Target(Endpoint endpoint, String path) {

    public static Target of(WebSocketUri uri) {
        return new Target(uri.endpoint(), uri.target(Optional.empty()));
    }

    WebSocketUri uri() {
        return WebSocketUri.of((endpoint.secure() ? "wss://" : "ws://") + endpoint + path);
    }

    /** Where {@code location} leads from here, in ws terms; empty when it is unusable or leads from wss to ws. */
    Optional<Target> follow(String location) {
        try {
            String origin = (endpoint.secure() ? "https://" : "http://") + endpoint;
            URI base = new URI(origin + path);
            String http = location.strip().replaceFirst("^(?i)ws(s?):", "http$1:");
            // java.net.URI resolves as RFC 2396 did: without a path it would leave out the last segment (RFC 3986
            // 5.2.2)
            boolean samePath = http.isEmpty() || "?#".indexOf(http.charAt(0)) >= 0;
            URI next = samePath ? new URI(origin + base.getRawPath() + http) : base.resolve(new URI(http));
            String scheme = next.getScheme() == null ? "" : next.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                return Optional.empty();
            }
            boolean secure = scheme.equals("https");
            if (endpoint.secure() && !secure) {
                return Optional.empty();
            }
            String authority = next.getRawAuthority();
            if (authority == null) {
                return Optional.empty();
            }
            String query = next.getRawQuery() == null ? "" : "?" + next.getRawQuery();
            WebSocketUri uri = WebSocketUri.of((secure ? "wss://" : "ws://") + authority + next.getRawPath() + query);
            return Optional.of(of(uri));
        } catch (URISyntaxException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }
}

package io.flotilla.transport.netty;

import io.flotilla.spec.Header;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import io.flotilla.transport.Dial;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Masks the secrets of a dial in what a peer said: a peer may echo them in a header or a close reason. */
public final class KnownSecrets {

    /** Shorter values are masked nowhere: they would blot out every other word. */
    private static final int SHORTEST = 4;

    private KnownSecrets() {}

    public static String mask(String text, Dial dial) {
        if (text.isEmpty()) {
            return text;
        }
        String masked = text;
        for (String secret : of(dial)) {
            if (secret.length() >= SHORTEST) {
                masked = masked.replace(secret, Secret.MASK);
            }
        }
        return masked;
    }

    private static List<String> of(Dial dial) {
        List<String> secrets = new ArrayList<>();
        dial.credential().map(Secret::reveal).ifPresent(value -> {
            secrets.add(value);
            secrets.add(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
        });
        dial.spec().uri().userInfo(dial.credential()).map(Secret::reveal).ifPresent(value -> {
            secrets.add(value);
            secrets.add(value.substring(value.indexOf(':') + 1));
        });
        dial.spec().proxy().flatMap(Proxy::user).ifPresent(user -> {
            Proxy.User told = user.filled(dial.credential());
            secrets.add(told.name().reveal());
            secrets.add(told.password().reveal());
            secrets.add(HttpConnect.basic(told));
        });
        dial.spec().headers().stream().map(Header::value).map(Secret::reveal).forEach(secrets::add);
        return secrets;
    }
}

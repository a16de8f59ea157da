package io.flotilla.app;

import io.flotilla.spec.Header;
import io.flotilla.spec.Secret;
import io.flotilla.transport.Dial;
import java.util.List;
import java.util.stream.Stream;

/** Masks the secrets of a dial in what its peer said: a peer may echo them. */
final class Masks {

    /** Shorter values are masked nowhere: they would blot out every other word. */
    private static final int SHORTEST = 4;

    static final Masks NONE = new Masks(List.of());

    private final List<String> secrets;

    private Masks(List<String> secrets) {
        this.secrets = secrets;
    }

    static Masks of(Dial dial) {
        return new Masks(Stream.concat(
                        dial.spec().headers().stream().map(Header::value),
                        Stream.concat(
                                dial.credential().stream(), dial.spec().uri().userInfo(dial.credential()).stream()))
                .map(Secret::reveal)
                .filter(secret -> secret.length() >= SHORTEST)
                .toList());
    }

    String mask(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, Secret.MASK);
        }
        return masked;
    }
}

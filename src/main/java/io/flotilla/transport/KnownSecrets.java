package io.flotilla.transport;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Header;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one dial, in every form that they have on their way, for whatever a peer or a library said: a peer may echo them in a
 * header, a close reason or a message. What a spec has in it masks itself ({@link Secret}, {@link WebSocketUri}).
 */
public final class KnownSecrets {

    /** Shorter values are masked nowhere: they would blot out every other word. */
    private static final int SHORTEST = 4;

    /** Shorter messages are words such as {@code subscribe}, and no secrets. */
    private static final int SHORTEST_MESSAGE = 16;

    public static final KnownSecrets NONE = new KnownSecrets(Set.of());

    private static final int DEEP = 16;

    /** The longest first: one may be part of another. */
    private final List<String> values;

    private KnownSecrets(Set<String> values) {
        this.values = values.stream()
                .filter(value -> value.length() >= SHORTEST)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** What this dial sends that nobody else may read. */
    public static KnownSecrets of(Dial dial) {
        return of(dial.spec(), dial.credential());
    }

    /** What a dial of this spec sends, with this credential. */
    public static KnownSecrets of(ConnectionSpec spec, Optional<Secret> credential) {
        Set<String> values = new HashSet<>();
        addCredential(credential, values);
        spec.uri().userInfo(credential).map(Secret::reveal).ifPresent(value -> {
            addEncoded(value, values);
            addEncoded(value.substring(value.indexOf(':') + 1), values);
        });
        spec.proxy().flatMap(Proxy::user).ifPresent(user -> {
            Proxy.User told = user.filled(credential);
            addEncoded(told.name().reveal(), values);
            addEncoded(told.password().reveal(), values);
            addEncoded(told.name().reveal() + ":" + told.password().reveal(), values);
        });
        addQuery(spec.uri().target(credential), values);
        spec.headers().stream().map(Header::value).map(Secret::reveal).forEach(value -> addHeader(value, values));
        spec.opening().onOpen().stream()
                .map(message -> credential
                        .map(secret -> message.reveal().replace(WebSocketUri.CREDENTIAL, secret.reveal()))
                        .orElse(message.reveal()))
                .filter(message -> message.length() >= SHORTEST_MESSAGE)
                .forEach(values::add);
        return new KnownSecrets(values);
    }

    /** This credential alone. */
    public static KnownSecrets of(Optional<Secret> credential) {
        Set<String> values = new HashSet<>();
        addCredential(credential, values);
        return new KnownSecrets(values);
    }

    private static void addCredential(Optional<Secret> credential, Set<String> values) {
        credential.map(Secret::reveal).ifPresent(value -> addEncoded(value, values));
    }

    /**
     * As it is, inside a JSON string, and in Base64 with either alphabet; and where it is percent-encoded, the same of what it stands
     * for. However a peer percent-encodes it, {@link Spelled} finds it.
     */
    private static void addEncoded(String value, Set<String> values) {
        addForms(value, values);
        addForms(decoded(value), values);
    }

    private static void addForms(String value, Set<String> values) {
        if (value.length() < SHORTEST) {
            return; // its Base64 may be long enough
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        values.add(value);
        values.add(inJson(value));
        values.add(inJson(value).replace("/", "\\/"));
        for (Base64.Encoder base64 : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            values.add(base64.encodeToString(bytes));
            values.add(base64.withoutPadding().encodeToString(bytes));
        }
    }

    private static String inJson(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unencoded) {
            return value;
        }
    }

    /** Every value of the query, and the query itself. */
    private static void addQuery(String target, Set<String> values) {
        int at = target.indexOf('?');
        if (at >= 0) {
            String query = target.substring(at + 1);
            values.add(query);
            for (String part : query.split("&", -1)) {
                String value = part.substring(part.indexOf('=') + 1);
                values.add(value);
                values.add(decoded(value));
            }
        }
    }

    /** The value, and what follows the name of its scheme, such as {@code Bearer}. */
    private static void addHeader(String value, Set<String> values) {
        if (value.contains(WebSocketUri.CREDENTIAL)) {
            values.add(value); // what stands there on the wire has the credential in it, which is masked by itself
            return;
        }
        addForms(value, values);
        addForms(value.substring(value.indexOf(' ') + 1), values);
    }

    /**
     * What was thrown, or something that prints in its place: the same classes and stacks, with {@code ***} where one of them stood in a
     * message.
     */
    public Throwable mask(Throwable thrown) {
        return mask(thrown, 0);
    }

    private Throwable mask(Throwable thrown, int depth) {
        boolean telling = false;
        Throwable each = thrown;
        for (int deep = 0; each != null && deep < DEEP; deep++) {
            String message = each.getMessage();
            telling |= message != null && !mask(message).equals(message);
            each = each.getCause();
        }
        if (!telling || depth == DEEP) {
            return thrown;
        }
        Throwable cause = thrown.getCause();
        return new Masked(
                thrown, mask(String.valueOf(thrown.getMessage())), cause == null ? null : mask(cause, depth + 1));
    }

    /** Stands for what was thrown. */
    private static final class Masked extends RuntimeException {
        private static final long serialVersionUID = 1;

        Masked(Throwable thrown, String message, @Nullable Throwable cause) {
            super(thrown.getClass().getName() + ": " + message, cause);
            setStackTrace(thrown.getStackTrace());
        }
    }

    /** Characters of the longest of them. */
    int longest() {
        return values.isEmpty() ? 0 : values.get(0).length();
    }

    /** The text with {@code ***} in the place of each of them. */
    public String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, Secret.MASK);
        }
        if (Spelled.isLikely(masked)) {
            for (String value : values) {
                masked = Spelled.replaced(masked, value, Secret.MASK);
            }
        }
        return masked;
    }
}

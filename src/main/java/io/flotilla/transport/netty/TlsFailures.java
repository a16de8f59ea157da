package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Finds the row for what went wrong in TLS: by type where there is one. Alerts have no type, neither on OpenSSL nor on the JDK; they
 * are read from the texts of the exceptions, here and nowhere else.
 */
public final class TlsFailures {

    private static final int DEEP = 16;

    /** Alerts about our certificate (RFC 8446 6.2), in the words that are left when underscores are spaces. */
    private static final String[] ABOUT_US = {
        "bad certificate",
        "certificate required",
        "unknown ca",
        "certificate unknown",
        "certificate expired",
        "certificate revoked",
        "unsupported certificate",
        "access denied"
    };

    private static final String[] NOTHING_IN_COMMON = {
        "handshake failure",
        "protocol version",
        "unrecognized name",
        "insufficient security",
        "illegal parameter",
        "inappropriate fallback",
        "no application protocol",
        "unsupported protocol",
        "unsupported extension",
        "missing extension",
        "no shared cipher",
        "wrong cipher returned",
        "unknown cipher returned",
        "improper ciphersuite",
        "no appropriate protocol",
        "not accepted by client preferences"
    };

    private static final String[] NOT_TLS = {
        "not an ssl/tls record", "wrong version number", "http request", "unsupported or unrecognized ssl message"
    };

    /** A certificate that OpenSSL refuses before the trust manager is asked. */
    private static final String[] NOT_TRUSTED = {"key usage bit incorrect"};

    /** An alert as OpenSSL and the JDK write it, with its name. */
    private static final Pattern ALERT =
            Pattern.compile("(?:sslv3|tlsv1) alert ([a-z0-9 ]+)|fatal alert: ([a-z0-9 ]+)");

    /** Before TLS 1.3, what a peer says that asked for a certificate and got none, or one that it cannot make sense of. */
    private static final String[] ABOUT_US_WHEN_ASKED = {"handshake failure", "decrypt error"};

    private TlsFailures() {}

    public static boolean isTls(Throwable cause) {
        return cause instanceof SSLException || cause instanceof GeneralSecurityException;
    }

    /** Our own refusal of a certificate, if that is what it is. */
    public static Optional<Distrusted> distrusted(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof Distrusted refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    public static FailureKind of(Throwable thrown, Phase phase) {
        Optional<Distrusted> refused = distrusted(thrown);
        if (refused.isPresent()) {
            return refused.get().kind();
        }
        if (thrown instanceof NotSslRecordException) {
            return isHandshake(phase) ? FailureKind.TLS_NOT_TLS : Failures.brokenIn(phase);
        }
        FailureKind byType = Failures.ofThrowable(thrown, Phase.TLS);
        return byType == FailureKind.TLS_BROKEN ? ofAlert(text(thrown), phase) : byType;
    }

    private static FailureKind ofAlert(String text, Phase phase) {
        if (isHandshake(phase) && has(text, NOT_TLS)) return FailureKind.TLS_NOT_TLS;
        if (has(text, NOT_TRUSTED)) return FailureKind.TLS_UNTRUSTED;
        if (has(text, ABOUT_US)) return FailureKind.TLS_CLIENT_REJECTED;
        if (has(text, NOTHING_IN_COMMON)) return FailureKind.TLS_INCOMPATIBLE;
        return isHandshake(phase) ? FailureKind.TLS_BROKEN : Failures.brokenIn(phase);
    }

    /** Afterwards it was TLS for certain, and something broke it. */
    private static boolean isHandshake(Phase phase) {
        return phase == Phase.TLS || phase == Phase.CONNECT;
    }

    /** The alert that the peer sent, by its name in RFC 8446, if that is what it is. */
    public static Optional<String> alert(Throwable thrown) {
        Matcher found = ALERT.matcher(text(thrown));
        return found.find()
                ? Optional.of(Objects.requireNonNullElse(found.group(1), found.group(2))
                        .strip()
                        .replace(' ', '_'))
                : Optional.empty();
    }

    /**
     * The row, once it is known whether the peer had asked for our certificate: versions and ciphers were agreed on before it asks, so what
     * it refuses after that is us.
     */
    public static FailureKind aboutUs(FailureKind kind, Throwable thrown, boolean asked) {
        boolean unspecific = kind == FailureKind.TLS_INCOMPATIBLE || kind == FailureKind.TLS_BROKEN;
        return asked && unspecific && has(text(thrown), ABOUT_US_WHEN_ASKED) ? FailureKind.TLS_CLIENT_REJECTED : kind;
    }

    private static boolean has(String text, String... words) {
        return Stream.of(words).anyMatch(text::contains);
    }

    private static String text(Throwable thrown) {
        StringBuilder all = new StringBuilder();
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

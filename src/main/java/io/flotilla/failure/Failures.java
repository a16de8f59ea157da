package io.flotilla.failure;

import static io.flotilla.failure.FailureKind.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Finds the row of the table for what the outside world did. Total, by type and phase, never by text. */
public final class Failures {

    /** Chains of causes are followed so far: one could be a circle. */
    private static final int DEEP = 16;

    private static final Set<CertPathValidatorException.Reason> DATES = Set.of(
            CertPathValidatorException.BasicReason.EXPIRED, CertPathValidatorException.BasicReason.NOT_YET_VALID);

    private Failures() {}

    /** The row for a status that ends the upgrade; 101 belongs to the handshake and is NOT_WEBSOCKET here, as all 1xx. */
    public static FailureKind ofStatus(int status) {
        return switch (status) {
            case 400 -> BAD_REQUEST;
            case 401 -> UNAUTHORIZED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 408 -> REQUEST_TIMEOUT;
            case 409, 423, 424 -> CONFLICT;
            case 410 -> GONE;
            case 418 -> BANNED;
            case 421 -> MISDIRECTED;
            case 425 -> TOO_EARLY;
            case 426 -> UPGRADE_REQUIRED;
            case 429 -> THROTTLED;
            case 444, 499 -> SERVER_ERROR;
            case 502, 503, 504 -> UNAVAILABLE;
            case 507, 525, 526, 530 -> ORIGIN_MISCONFIGURED;
            case 501, 505, 506, 508, 511 -> REJECTED;
            default -> ofStatusClass(status);
        };
    }

    private static FailureKind ofStatusClass(int status) {
        return switch (status / 100) {
            case 1, 2 -> NOT_WEBSOCKET;
            case 3 -> REDIRECT_REFUSED;
            case 4 -> REJECTED;
            case 5 -> SERVER_ERROR;
            default -> NOT_HTTP;
        };
    }

    /** The row for a code that a close frame carried: what stands for no code or no frame must not be there. */
    public static FailureKind ofCodeOnTheWire(int code) {
        boolean local = code == CloseCode.NO_STATUS || code == CloseCode.ABNORMAL;
        return local ? CLOSED_PROTOCOL_ERROR : ofCloseCode(code);
    }

    /** The row for how a session closed: {@link CloseCode#NO_STATUS} without a code, {@link CloseCode#ABNORMAL} without a frame. */
    public static FailureKind ofCloseCode(int code) {
        return switch (code) {
            case 1000 -> CLOSED_NORMALLY;
            case 1001 -> CLOSED_GOING_AWAY;
            case 1003, 1010 -> CLOSED_UNSUPPORTED;
            case CloseCode.NO_STATUS -> CLOSED_NO_STATUS;
            case CloseCode.ABNORMAL -> LOST;
            case 1007 -> CLOSED_BAD_DATA;
            case 1008 -> CLOSED_POLICY;
            case 1009 -> CLOSED_TOO_BIG;
            case 1011 -> CLOSED_SERVER_ERROR;
            case 1012 -> CLOSED_RESTARTING;
            case 1013 -> CLOSED_TRY_LATER;
            case 1014 -> CLOSED_BAD_GATEWAY;
            case 3000 -> CLOSED_UNAUTHORIZED;
            case 3003 -> CLOSED_FORBIDDEN;
            case 3008 -> CLOSED_TIMEOUT;
            default -> ofCloseRange(code);
        };
    }

    private static FailureKind ofCloseRange(int code) {
        if (code >= 1016 && code <= 2999) return CLOSED_UNASSIGNED;
        if (code >= 3000 && code <= 3999) return CLOSED_BY_LIBRARY;
        if (code >= 4000 && code <= 4999) return CLOSED_BY_APPLICATION;
        return CLOSED_PROTOCOL_ERROR;
    }

    /** The row for what was thrown in a phase, by the JDK's types; a transport looks at its own types first. */
    public static FailureKind ofThrowable(Throwable thrown, Phase phase) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof OutOfMemoryError) return LOCAL_RESOURCES;
        if (cause instanceof BindException && phase.compareTo(Phase.TLS) < 0) return LOCAL_RESOURCES;
        if (cause instanceof SSLException || cause instanceof CertificateException) return ofTls(cause, phase);
        if (cause instanceof SocketTimeoutException || cause instanceof TimeoutException) return timeoutIn(phase);
        if (phase == Phase.RESOLVE || phase == Phase.CONNECT) return ofReaching(cause, phase);
        return cause instanceof IOException ? brokenIn(phase) : UNKNOWN;
    }

    /** Only on the way to the peer do these types say which way is blocked; later a socket is simply broken. */
    private static FailureKind ofReaching(Throwable cause, Phase phase) {
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) return NAME_NOT_FOUND;
        if (cause instanceof UnsupportedAddressTypeException) return UNREACHABLE;
        if (cause instanceof NoRouteToHostException) return UNREACHABLE;
        if (cause instanceof ConnectException && phase == Phase.CONNECT) return CONNECTION_REFUSED;
        return cause instanceof IOException ? brokenIn(phase) : UNKNOWN;
    }

    /** The row for a deadline met in this phase. */
    public static FailureKind timeoutIn(Phase phase) {
        return switch (phase) {
            case RESOLVE -> NAME_LOOKUP_FAILED;
            case CONNECT -> CONNECT_TIMEOUT;
            case PROXY -> PROXY_UNREACHABLE;
            case TLS -> TLS_BROKEN;
            case UPGRADE -> HANDSHAKE_TIMEOUT;
            case READY -> READY_TIMEOUT;
            case OPEN -> LOST;
            case CLOSING -> CLOSE_TIMEOUT;
        };
    }

    /** The row for a socket that ended in this phase. */
    public static FailureKind brokenIn(Phase phase) {
        return switch (phase) {
            case RESOLVE -> NAME_LOOKUP_FAILED;
            case CONNECT -> UNREACHABLE;
            case PROXY -> PROXY_UNREACHABLE;
            case TLS -> TLS_BROKEN;
            case UPGRADE -> HANDSHAKE_BROKEN;
            case READY, OPEN, CLOSING -> LOST;
        };
    }

    /**
     * TLS failures say what they are in the chain of their causes, whatever is wrapped around it. The JDK has no type for a
     * certificate that names another host but the plain one; a transport that can tell looks first.
     */
    private static FailureKind ofTls(Throwable thrown, Phase phase) {
        if (has(thrown, Failures::isDate)) return TLS_CERTIFICATE_DATE;
        if (has(thrown, SSLPeerUnverifiedException.class::isInstance)) return TLS_WRONG_HOST;
        if (has(thrown, Failures::isTrust)) return TLS_UNTRUSTED;
        return phase.compareTo(Phase.TLS) <= 0 ? TLS_BROKEN : brokenIn(phase);
    }

    private static boolean isDate(Throwable cause) {
        return cause instanceof CertificateExpiredException
                || cause instanceof CertificateNotYetValidException
                || (cause instanceof CertPathValidatorException path && DATES.contains(path.getReason()));
    }

    private static boolean isTrust(Throwable cause) {
        return cause instanceof CertificateException
                || cause instanceof CertPathValidatorException
                || cause instanceof CertPathBuilderException;
    }

    private static boolean has(Throwable thrown, Predicate<Throwable> wanted) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(DEEP)
                .anyMatch(wanted);
    }

    /** What was thrown, without the wrappings that futures put around it. */
    public static Throwable unwrap(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(DEEP)
                .filter(cause -> !isWrapping(cause))
                .findFirst()
                .orElse(thrown);
    }

    private static boolean isWrapping(Throwable thrown) {
        return thrown.getCause() != null
                && (thrown instanceof CompletionException
                        || thrown instanceof ExecutionException
                        || thrown instanceof UncheckedIOException);
    }
}

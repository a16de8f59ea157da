package io.flotilla.failure;

import static io.flotilla.failure.FailureKind.*;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Finds the row of the table for what the outside world did. Total, by type and phase, never by text. */
public final class Failures {

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

    /** The row for the code of a close frame; {@link CloseCode#NO_STATUS} and {@link CloseCode#ABNORMAL} are the local ones. */
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
        if (cause instanceof UnknownHostException) return NAME_NOT_FOUND;
        if (cause instanceof BindException) return LOCAL_RESOURCES;
        if (cause instanceof NoRouteToHostException || cause instanceof PortUnreachableException) return UNREACHABLE;
        if (cause instanceof ConnectException) return CONNECTION_REFUSED;
        if (cause instanceof SSLException || cause instanceof java.security.cert.CertificateException) {
            return ofTls(cause);
        }
        if (cause instanceof SocketTimeoutException || cause instanceof TimeoutException) return timeoutIn(phase);
        if (cause instanceof EOFException || cause instanceof SocketException || cause instanceof IOException) {
            return brokenIn(phase);
        }
        return UNKNOWN;
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

    /** TLS failures say what they are in the chain of causes, whatever is wrapped around it. */
    private static FailureKind ofTls(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 16; cause = cause.getCause(), depth++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return TLS_CERTIFICATE_DATE;
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
                return TLS_CERTIFICATE_DATE;
            }
            if (cause instanceof CertPathValidatorException
                    || cause instanceof java.security.cert.CertPathBuilderException) {
                return dateWithin(cause) ? TLS_CERTIFICATE_DATE : TLS_UNTRUSTED;
            }
            if (cause instanceof SSLPeerUnverifiedException) return TLS_WRONG_HOST;
        }
        return TLS_BROKEN;
    }

    private static boolean dateWithin(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 16; cause = cause.getCause(), depth++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return true;
            }
        }
        return false;
    }

    /** What was thrown, without the wrappings that futures put around it. */
    public static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown.getCause();
        boolean wrapping = thrown instanceof CompletionException || thrown instanceof ExecutionException;
        return wrapping && cause != null ? unwrap(cause) : thrown;
    }
}

package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Finds the row for what Netty throws, by type, by error number and by phase. TLS alerts and the JDK's way to say that no
 * descriptor is left have no type of their own: those two are read from their texts, here and nowhere else.
 */
final class NettyFailures {

    private static final int DEEP = 16;

    private NettyFailures() {}

    static FailureKind of(Throwable thrown, Phase phase) {
        Throwable cause = unwrapped(thrown);
        if (localResources(cause)) return FailureKind.LOCAL_RESOURCES;
        if (phase == Phase.RESOLVE) return ofLookup(cause);
        if (cause instanceof ConnectTimeoutException) return FailureKind.CONNECT_TIMEOUT;
        if (noRoute(cause)) return FailureKind.UNREACHABLE;
        if (isTls(cause)) return ofTls(cause, phase);
        if (phase == Phase.UPGRADE && thrown instanceof DecoderException) return FailureKind.NOT_HTTP;
        return Failures.ofThrowable(cause, phase);
    }

    /** What the failures of all addresses of a name come to: somebody who answered says more than nobody who did. */
    static FailureKind ofAll(List<Throwable> reasons) {
        List<FailureKind> kinds =
                reasons.stream().map(reason -> of(reason, Phase.CONNECT)).toList();
        return Stream.of(
                        FailureKind.LOCAL_RESOURCES,
                        FailureKind.CONNECTION_REFUSED,
                        FailureKind.CONNECT_TIMEOUT,
                        FailureKind.UNREACHABLE)
                .filter(kinds::contains)
                .findFirst()
                .orElse(kinds.isEmpty() ? FailureKind.NAME_NOT_FOUND : kinds.get(kinds.size() - 1));
    }

    private static FailureKind ofLookup(Throwable thrown) {
        boolean answered = false;
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof DnsNameResolverTimeoutException) {
                return FailureKind.NAME_LOOKUP_FAILED;
            }
            if (cause instanceof DnsErrorCauseException error) {
                DnsResponseCode code = error.getCode();
                if (code.equals(DnsResponseCode.NXDOMAIN) || code.equals(DnsResponseCode.NXRRSET)) {
                    return FailureKind.NAME_NOT_FOUND;
                }
                if (!code.equals(DnsResponseCode.NOERROR)) {
                    return FailureKind.NAME_LOOKUP_FAILED;
                }
                answered = true;
            }
        }
        return answered || thrown instanceof UnknownHostException
                ? FailureKind.NAME_NOT_FOUND
                : FailureKind.NAME_LOOKUP_FAILED;
    }

    private static boolean localResources(Throwable cause) {
        if (cause instanceof Errors.NativeIoException error) {
            int number = -error.expectedErr();
            return number == 24 || number == 23 || number == 105 || number == 99 || number == 12 || number == 98;
        }
        // NIO: SocketException("Too many open files") while a channel is made, wrapped by Netty.
        return cause instanceof IOException
                && cause.getMessage() != null
                && (cause.getMessage().contains("Too many open files")
                        || cause.getMessage().contains("Cannot assign requested address"));
    }

    private static boolean noRoute(Throwable cause) {
        if (cause instanceof Errors.NativeIoException error) {
            int number = -error.expectedErr();
            return number == 113 || number == 101 || number == 100 || number == 64;
        }
        // Netty wraps the native error in the JDK's ConnectException and keeps the number in its text alone.
        return cause instanceof java.net.ConnectException
                && cause.getMessage() != null
                && (cause.getMessage().contains("Network is unreachable")
                        || cause.getMessage().contains("No route to host"));
    }

    private static boolean isTls(Throwable cause) {
        return cause instanceof SSLException || cause instanceof java.security.GeneralSecurityException;
    }

    private static FailureKind ofTls(Throwable thrown, Phase phase) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < DEEP; cause = cause.getCause(), depth++) {
            if (cause instanceof NotSslRecordException) return FailureKind.TLS_NOT_TLS;
            if (cause instanceof NamingTrustManager.WrongHost) return FailureKind.TLS_WRONG_HOST;
        }
        FailureKind byType = Failures.ofThrowable(thrown, Phase.TLS);
        if (byType != FailureKind.TLS_BROKEN) return byType;
        return ofAlert(text(thrown), phase);
    }

    /** The words of RFC 8446 6.2, as the JDK ({@code bad_certificate}) and OpenSSL ({@code SSLV3_ALERT_BAD_CERTIFICATE}) say them. */
    private static FailureKind ofAlert(String text, Phase phase) {
        if (has(
                text,
                "not an ssl/tls record",
                "wrong version number",
                "http request",
                "unsupported or unrecognized ssl message")) {
            return FailureKind.TLS_NOT_TLS;
        }
        if (has(
                text,
                "bad certificate",
                "certificate required",
                "unknown ca",
                "certificate unknown",
                "certificate expired",
                "certificate revoked",
                "unsupported certificate",
                "access denied")) {
            return FailureKind.TLS_CLIENT_REJECTED;
        }
        if (has(
                text,
                "handshake failure",
                "protocol version",
                "unrecognized name",
                "insufficient security",
                "illegal parameter",
                "inappropriate fallback",
                "no application protocol",
                "unsupported protocol",
                "no shared cipher",
                "no cipher",
                "not accepted by client preferences")) {
            return FailureKind.TLS_INCOMPATIBLE;
        }
        return phase == Phase.TLS || phase == Phase.CONNECT ? FailureKind.TLS_BROKEN : Failures.brokenIn(phase);
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

    private static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown.getCause();
        boolean wrapping = thrown instanceof DecoderException || thrown instanceof ChannelException;
        return wrapping && cause != null ? unwrapped(cause) : Failures.unwrap(thrown);
    }
}

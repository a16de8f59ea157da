package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the row for what Netty throws, by type, by error number and by phase. The native transport keeps the number of a failed
 * connect in a class that is not public, and NIO has no class for a reset; they are read from the text of the exception, here and nowhere
 * else.
 */
final class NettyFailures {

    private static final Pattern NUMBER = Pattern.compile("failed with error\\((-?\\d{1,4})\\)");

    // Linux error numbers.
    private static final int EADDRNOTAVAIL = 99;
    private static final int ECONNRESET = 104;
    private static final int ETIMEDOUT = 110;

    /** ENOMEM, ENFILE, EMFILE, EADDRINUSE, EADDRNOTAVAIL, ENOBUFS. */
    private static final Set<Integer> OURS = Set.of(12, 23, 24, 98, EADDRNOTAVAIL, 105);

    /** EPERM and EACCES (a packet filter of this host says so), EAFNOSUPPORT, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH. */
    private static final Set<Integer> NO_ROUTE = Set.of(1, 13, 97, 100, 101, 112, 113);

    private NettyFailures() {}

    static FailureKind of(Throwable thrown, Phase phase) {
        Throwable cause = unwrapped(thrown);
        if (TlsFailures.isTls(cause)) return TlsFailures.of(cause, phase);
        if (phase == Phase.CONNECT) return ofConnect(thrown, cause);
        return Failures.ofThrowable(cause, phase);
    }

    private static FailureKind ofConnect(Throwable thrown, Throwable cause) {
        if (thrown instanceof ChannelException) {
            return FailureKind.LOCAL_RESOURCES; // the socket could not even be made
        }
        OptionalInt number = number(cause);
        if (number.isPresent()) {
            if (OURS.contains(number.getAsInt())) return FailureKind.LOCAL_RESOURCES;
            if (NO_ROUTE.contains(number.getAsInt())) return FailureKind.UNREACHABLE;
            if (number.getAsInt() == ETIMEDOUT) return FailureKind.CONNECT_TIMEOUT;
        }
        if (isReset(cause)) return FailureKind.HANDSHAKE_BROKEN;
        if (cause instanceof ConnectTimeoutException) return FailureKind.CONNECT_TIMEOUT;
        FailureKind byType = Failures.ofThrowable(cause, Phase.CONNECT);
        return byType == FailureKind.UNKNOWN && cause instanceof SocketException ? FailureKind.UNREACHABLE : byType;
    }

    /** A SYN that is refused has an error of its own: this socket was up. NIO says it in words. */
    private static boolean isReset(Throwable cause) {
        boolean inWords = cause instanceof SocketException && !(cause instanceof ConnectException);
        return number(cause).orElse(0) == ECONNRESET
                || (inWords && String.valueOf(cause.getMessage()).contains("reset"));
    }

    /** The positive error number, where there is one. */
    private static OptionalInt number(Throwable cause) {
        if (cause instanceof Errors.NativeIoException error) {
            return OptionalInt.of(-error.expectedErr());
        }
        if (cause instanceof ConnectException || cause instanceof SocketException) {
            Matcher text = NUMBER.matcher(String.valueOf(cause.getMessage()));
            if (text.find()) {
                return OptionalInt.of(Math.abs(Integer.parseInt(text.group(1))));
            }
        }
        return OptionalInt.empty();
    }

    /** What the failures of all addresses of a name come to: somebody who answered says more than nobody who did. */
    static FailureKind ofAll(List<Throwable> reasons) {
        List<FailureKind> kinds =
                reasons.stream().map(reason -> of(reason, Phase.CONNECT)).toList();
        return Stream.of(
                        FailureKind.CONNECTION_REFUSED,
                        FailureKind.CONNECT_TIMEOUT,
                        FailureKind.LOCAL_RESOURCES,
                        FailureKind.UNREACHABLE)
                .filter(kinds::contains)
                .findFirst()
                .orElse(kinds.get(kinds.size() - 1));
    }

    /** Whether it is an end of the socket that the network or the peer made, and no bug. */
    static boolean isBroken(Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        return cause instanceof IOException || TlsFailures.isTls(cause);
    }

    static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown.getCause();
        boolean wrapping = thrown instanceof DecoderException || thrown instanceof ChannelException;
        boolean annotated = thrown instanceof SocketException && cause instanceof SocketException; // with the address
        return (wrapping || annotated) && cause != null ? unwrapped(cause) : Failures.unwrap(thrown);
    }
}

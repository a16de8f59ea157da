package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.transport.netty.TlsFailures;
import java.net.BindException;
import java.net.ConnectException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.apache.pekko.stream.StreamTcpException;
import org.jspecify.annotations.Nullable;

/** What Pekko's TCP says of a socket that it did not get, or lost. Its words are read here and nowhere else. */
final class ConnectFailures {

    private ConnectFailures() {}

    /** What lies beneath. */
    static Throwable cause(Throwable thrown) {
        Throwable unwrapped = Failures.unwrap(thrown);
        return unwrapped instanceof StreamTcpException && unwrapped.getCause() != null
                ? unwrapped.getCause()
                : unwrapped;
    }

    /** Of a socket that was not had. */
    static FailureKind of(Throwable cause) {
        String text = text(cause);
        if (cause instanceof BindException || text.contains("bind")) {
            return FailureKind.LOCAL_RESOURCES;
        }
        if (cause instanceof ConnectException || text.contains("refused")) {
            return FailureKind.CONNECTION_REFUSED;
        }
        return text.contains("reset") ? FailureKind.HANDSHAKE_BROKEN : Failures.ofThrowable(cause, Phase.CONNECT);
    }

    /** Of a socket that was had. */
    static FailureKind of(Throwable cause, Phase phase) {
        if (phase == Phase.TLS && isNoTls(cause)) {
            return FailureKind.TLS_NOT_TLS;
        }
        boolean ofTls =
                TlsFailures.isTls(cause) || TlsFailures.distrusted(cause).isPresent();
        return ofTls ? TlsFailures.of(cause, phase) : Failures.ofThrowable(cause, phase);
    }

    /** Whether the socket broke, and not what was said over it. */
    static boolean isBroken(@Nullable Throwable thrown) {
        return thrown instanceof StreamTcpException;
    }

    /**
     * The engine of the JDK has no class of its own for what is no TLS at all; and Pekko's TLS, for a peer that speaks before us, which none
     * does that speaks TLS.
     */
    private static boolean isNoTls(Throwable cause) {
        String text = text(cause);
        return cause instanceof SSLException
                ? text.contains("unrecognized ssl message") || text.contains("plaintext connection")
                : cause instanceof IllegalStateException && text.contains("unwrap loop");
    }

    private static String text(Throwable cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }
}

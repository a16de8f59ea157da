package io.flotilla.failure;

import static io.flotilla.failure.FailureKind.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

    /** Every status that has a row of its own; the others are ruled by their hundreds. */
    private static final Map<Integer, FailureKind> STATUSES = statuses();

    private static Map<Integer, FailureKind> statuses() {
        Map<Integer, FailureKind> rows = new TreeMap<>();
        rows.put(400, BAD_REQUEST);
        rows.put(401, UNAUTHORIZED);
        rows.put(403, FORBIDDEN);
        rows.put(404, NOT_FOUND);
        rows.put(408, REQUEST_TIMEOUT);
        Stream.of(409, 423, 424).forEach(status -> rows.put(status, CONFLICT));
        rows.put(410, GONE);
        rows.put(418, BANNED);
        rows.put(421, MISDIRECTED);
        rows.put(425, TOO_EARLY);
        rows.put(426, UPGRADE_REQUIRED);
        rows.put(429, THROTTLED);
        Stream.of(444, 499, 500, 520, 521, 522, 523, 524, 527).forEach(status -> rows.put(status, SERVER_ERROR));
        Stream.of(502, 503, 504).forEach(status -> rows.put(status, UNAVAILABLE));
        Stream.of(507, 525, 526, 530).forEach(status -> rows.put(status, ORIGIN_MISCONFIGURED));
        Stream.of(501, 505, 506, 508, 511).forEach(status -> rows.put(status, REJECTED));
        return rows;
    }

    @Test
    void everyStatusHasItsRow() {
        for (int status = 100; status <= 599; status++) {
            FailureKind ofHundred = switch (status / 100) {
                case 1, 2 -> NOT_WEBSOCKET;
                case 3 -> REDIRECT_REFUSED;
                case 4 -> REJECTED;
                default -> SERVER_ERROR;
            };
            assertThat(Failures.ofStatus(status))
                    .as("HTTP %d", status)
                    .isEqualTo(STATUSES.getOrDefault(status, ofHundred));
        }
    }

    @ParameterizedTest(name = "status {0} is no HTTP")
    @ValueSource(ints = {Integer.MIN_VALUE, -404, -1, 0, 1, 99, 600, 666, 999, 1000, 4040, Integer.MAX_VALUE})
    void aStatusThatIsNoneIsNoHttp(int status) {
        assertThat(Failures.ofStatus(status)).isEqualTo(NOT_HTTP);
    }

    @Test
    void everyCloseCodeHasItsRow() {
        for (int code = 0; code <= 65_535; code++) {
            assertThat(Failures.ofCloseCode(code)).as("close %d", code).isEqualTo(rowOfCode(code));
        }
    }

    private static FailureKind rowOfCode(int code) {
        if (code < 1000) return CLOSED_PROTOCOL_ERROR;
        return switch (code) {
            case 1000 -> CLOSED_NORMALLY;
            case 1001 -> CLOSED_GOING_AWAY;
            case 1002, 1004, 1015 -> CLOSED_PROTOCOL_ERROR;
            case 1003, 1010 -> CLOSED_UNSUPPORTED;
            case 1005 -> CLOSED_NO_STATUS;
            case 1006 -> LOST;
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
            default ->
                code < 3000
                        ? CLOSED_UNASSIGNED
                        : code < 4000 ? CLOSED_BY_LIBRARY : code < 5000 ? CLOSED_BY_APPLICATION : CLOSED_PROTOCOL_ERROR;
        };
    }

    @Test
    void onTheWireTheLocalCodesBreakTheProtocol() {
        for (int code = 0; code <= 65_535; code++) {
            FailureKind expected = code == 1005 || code == 1006 ? CLOSED_PROTOCOL_ERROR : rowOfCode(code);
            assertThat(Failures.ofCodeOnTheWire(code))
                    .as("close %d on the wire", code)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "close {0}")
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 65_536, Integer.MAX_VALUE})
    void aCloseCodeThatIsNoneBreaksTheProtocol(int code) {
        assertThat(Failures.ofCloseCode(code)).isEqualTo(CLOSED_PROTOCOL_ERROR);
        assertThat(Failures.ofCodeOnTheWire(code)).isEqualTo(CLOSED_PROTOCOL_ERROR);
    }

    @Test
    void knowsWhichCodesMayBeOnTheWire() {
        Set<Integer> never = Set.of(1004, 1005, 1006);
        assertThat(IntStream.rangeClosed(-1, 70_000).filter(CloseCode::mayBeOnTheWire))
                .containsExactlyElementsOf(IntStream.concat(
                                IntStream.rangeClosed(1000, 1014).filter(code -> !never.contains(code)),
                                IntStream.rangeClosed(3000, 4999))
                        .boxed()
                        .toList());
    }

    static Stream<Arguments> throwables() {
        Throwable expired =
                new CertPathValidatorException("", null, null, -1, CertPathValidatorException.BasicReason.EXPIRED);
        Throwable early = new CertPathValidatorException(
                "", null, null, -1, CertPathValidatorException.BasicReason.NOT_YET_VALID);
        Throwable revoked =
                new CertPathValidatorException("", null, null, -1, CertPathValidatorException.BasicReason.REVOKED);
        return Stream.of(
                Arguments.of(new UnknownHostException(), Phase.RESOLVE, NAME_NOT_FOUND),
                Arguments.of(new UnknownHostException(), Phase.CONNECT, NAME_NOT_FOUND),
                Arguments.of(new UnresolvedAddressException(), Phase.CONNECT, NAME_NOT_FOUND),
                Arguments.of(new UnknownHostException(), Phase.PROXY, PROXY_UNREACHABLE),
                Arguments.of(new IOException(), Phase.RESOLVE, NAME_LOOKUP_FAILED),
                Arguments.of(new ConnectException(), Phase.RESOLVE, NAME_LOOKUP_FAILED),
                Arguments.of(new SocketTimeoutException(), Phase.RESOLVE, NAME_LOOKUP_FAILED),
                Arguments.of(new BindException(), Phase.CONNECT, LOCAL_RESOURCES),
                Arguments.of(new BindException(), Phase.PROXY, LOCAL_RESOURCES),
                Arguments.of(new BindException(), Phase.OPEN, LOST),
                Arguments.of(new OutOfMemoryError(), Phase.CONNECT, LOCAL_RESOURCES),
                Arguments.of(new ConnectException(), Phase.CONNECT, CONNECTION_REFUSED),
                Arguments.of(new ConnectException(), Phase.PROXY, PROXY_UNREACHABLE),
                Arguments.of(new ConnectException(), Phase.OPEN, LOST),
                Arguments.of(new NoRouteToHostException(), Phase.CONNECT, UNREACHABLE),
                Arguments.of(new NoRouteToHostException(), Phase.TLS, TLS_BROKEN),
                Arguments.of(new NoRouteToHostException(), Phase.OPEN, LOST),
                Arguments.of(new SocketException(), Phase.CONNECT, UNREACHABLE),
                Arguments.of(new UnsupportedAddressTypeException(), Phase.CONNECT, UNREACHABLE),
                Arguments.of(new TimeoutException(), Phase.CONNECT, CONNECT_TIMEOUT),
                Arguments.of(new TimeoutException(), Phase.UPGRADE, HANDSHAKE_TIMEOUT),
                Arguments.of(new TimeoutException(), Phase.READY, READY_TIMEOUT),
                Arguments.of(new EOFException(), Phase.TLS, TLS_BROKEN),
                Arguments.of(new SSLException(""), Phase.TLS, TLS_BROKEN),
                Arguments.of(new SSLException(""), Phase.CONNECT, TLS_BROKEN),
                Arguments.of(new SSLException(""), Phase.UPGRADE, HANDSHAKE_BROKEN),
                Arguments.of(new SSLException(""), Phase.OPEN, LOST),
                Arguments.of(tls(new CertificateExpiredException()), Phase.TLS, TLS_CERTIFICATE_DATE),
                Arguments.of(tls(new CertificateNotYetValidException()), Phase.TLS, TLS_CERTIFICATE_DATE),
                Arguments.of(
                        tls(new CertificateException(new CertPathBuilderException(new CertificateExpiredException()))),
                        Phase.TLS,
                        TLS_CERTIFICATE_DATE),
                Arguments.of(tls(expired), Phase.TLS, TLS_CERTIFICATE_DATE),
                Arguments.of(tls(early), Phase.TLS, TLS_CERTIFICATE_DATE),
                Arguments.of(tls(revoked), Phase.TLS, TLS_UNTRUSTED),
                Arguments.of(tls(new CertPathBuilderException()), Phase.TLS, TLS_UNTRUSTED),
                Arguments.of(tls(new CertificateException()), Phase.TLS, TLS_UNTRUSTED),
                Arguments.of(new CertificateException(), Phase.TLS, TLS_UNTRUSTED),
                Arguments.of(new SSLPeerUnverifiedException(""), Phase.TLS, TLS_WRONG_HOST),
                Arguments.of(new EOFException(), Phase.UPGRADE, HANDSHAKE_BROKEN),
                Arguments.of(new ClosedChannelException(), Phase.OPEN, LOST),
                Arguments.of(new SocketException("Connection reset"), Phase.OPEN, LOST),
                Arguments.of(new SocketException(), Phase.CLOSING, LOST),
                Arguments.of(new IllegalStateException(), Phase.OPEN, UNKNOWN),
                Arguments.of(new StackOverflowError(), Phase.UPGRADE, UNKNOWN));
    }

    private static Throwable tls(Throwable cause) {
        return new SSLHandshakeException("").initCause(cause);
    }

    @ParameterizedTest(name = "{0} in {1} is {2}")
    @MethodSource("throwables")
    void whatIsThrownIsReadByTypeAndPhase(Throwable thrown, Phase phase, FailureKind expected) {
        assertThat(Failures.ofThrowable(thrown, phase)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} in {1} is {2} in whatever wrapping")
    @MethodSource("throwables")
    void wrappingsOfFuturesAreLookedThrough(Throwable thrown, Phase phase, FailureKind expected) {
        Throwable wrapped = new CompletionException(new ExecutionException(new CompletionException(thrown)));
        assertThat(Failures.ofThrowable(wrapped, phase)).isEqualTo(expected);
        assertThat(Failures.unwrap(wrapped)).isSameAs(thrown);
    }

    @Test
    void anUncheckedIoExceptionIsWhatItCarries() {
        assertThat(Failures.ofThrowable(new UncheckedIOException(new EOFException()), Phase.OPEN))
                .isEqualTo(LOST);
    }

    @Test
    void aCircleOfCausesEnds() {
        Exception one = new SSLException("one");
        Exception other = new IllegalStateException("other", one);
        one.initCause(other);
        assertThat(Failures.ofThrowable(one, Phase.TLS)).isEqualTo(TLS_BROKEN);
        Exception first = new ExecutionException("first") {};
        first.initCause(new CompletionException(first));
        assertThat(Failures.ofThrowable(first, Phase.TLS)).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void everyPhaseHasARowForADeadlineAndForABrokenSocket(Phase phase) {
        assertThat(Failures.timeoutIn(phase)).isNotNull();
        assertThat(Failures.brokenIn(phase)).isNotNull();
        assertThat(Failures.ofThrowable(new RuntimeException(), phase)).isEqualTo(UNKNOWN);
    }
}

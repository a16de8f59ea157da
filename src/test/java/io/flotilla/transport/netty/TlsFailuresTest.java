package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import io.netty.handler.ssl.NotSslRecordException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsFailuresTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE | TLS_INCOMPATIBLE | handshake_failure",
                "error:1000042e:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION | TLS_INCOMPATIBLE | protocol_version",
                "Received fatal alert: unrecognized_name | TLS_INCOMPATIBLE | unrecognized_name",
                "(internal_error) Received fatal alert: internal_error | TLS_BROKEN | internal_error",
                "Received fatal alert: certificate_required | TLS_CLIENT_REJECTED | certificate_required",
                "error:1000012e:SSL routines:OPENSSL_internal:KEY_USAGE_BIT_INCORRECT | TLS_UNTRUSTED |",
                "error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL | TLS_INCOMPATIBLE |",
                "Unsupported or unrecognized SSL message | TLS_NOT_TLS |"
            })
    void readsWhatHasNoType(String text, FailureKind kind, String alert) {
        SSLException thrown = new SSLHandshakeException(text);

        assertThat(TlsFailures.of(thrown, Phase.TLS)).isEqualTo(kind);
        assertThat(TlsFailures.alert(thrown)).isEqualTo(Optional.ofNullable(alert));
    }

    @Test
    void whatBreaksAfterTheHandshakeWasTls() {
        assertThat(TlsFailures.of(new NotSslRecordException("not an SSL/TLS record"), Phase.TLS))
                .isEqualTo(FailureKind.TLS_NOT_TLS);
        assertThat(TlsFailures.of(new NotSslRecordException("not an SSL/TLS record"), Phase.UPGRADE))
                .isEqualTo(FailureKind.HANDSHAKE_BROKEN);
        assertThat(TlsFailures.of(new SSLException("Unsupported or unrecognized SSL message"), Phase.UPGRADE))
                .isEqualTo(FailureKind.HANDSHAKE_BROKEN);
    }
}

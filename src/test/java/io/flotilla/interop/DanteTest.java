package io.flotilla.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dante on the way: SOCKS 5. */
class DanteTest extends ProxyContract {

    @Override
    List<String> command(int port) throws IOException {
        Path configuration =
                Files.writeString(folder.resolve("danted.conf"), """
                logoutput: stderr
                internal: 127.0.0.1 port = %1$d
                external: 127.0.0.1
                clientmethod: none
                socksmethod: none
                user.privileged: %2$s
                user.unprivileged: %2$s
                client pass {
                    from: 127.0.0.0/8 to: 0.0.0.0/0
                }
                socks block {
                    from: 0.0.0.0/0 to: 127.0.0.66/32
                }
                socks pass {
                    from: 127.0.0.0/8 to: 0.0.0.0/0
                    protocol: tcp
                }
                """.formatted(port, System.getProperty("user.name")));
        return List.of("danted", "-f", configuration.toString());
    }

    @Override
    Proxy proxy(int port) {
        return Proxy.of("socks5://127.0.0.1:" + port);
    }

    @Test
    void saysThatItDoesNotAllowTheDestination() {
        put(spec("a", "ws://127.0.0.66:" + plain().port() + "/"));

        Failure failure = ended("a");
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.PROXY_FORBIDDEN);
        awaitGivenUp("a");
    }

    @Test
    void saysThatItCannotLookTheNameUp() {
        put(spec("a", "ws://nowhere.invalid/"));

        Failure failure = ended("a");
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.PROXY_UNREACHABLE);
    }
}

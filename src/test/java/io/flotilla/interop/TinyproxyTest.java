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

/** tinyproxy on the way: CONNECT with Basic authentication. */
class TinyproxyTest extends ProxyContract {

    @Override
    List<String> command(int port) throws IOException {
        Path configuration = Files.writeString(
                folder.resolve("tinyproxy.conf"), """
                Port %d
                Listen 127.0.0.1
                Timeout 600
                MaxClients 50
                BasicAuth me word
                ConnectPort %d
                ConnectPort %d
                """.formatted(port, plain().port(), secure().port()));
        return List.of("tinyproxy", "-d", "-c", configuration.toString());
    }

    @Override
    Proxy proxy(int port) {
        return Proxy.of("http://me:word@127.0.0.1:" + port);
    }

    @Test
    void saysThatItDoesNotAcceptUs() {
        for (String user : List.of("", "me:another@")) {
            String id = user.isEmpty() ? "nobody" : "somebody";
            put(spec(id, plain().uri().toString()).with(spec -> {
                int port = spec.build().proxy().orElseThrow().port();
                return spec.proxy(Proxy.of("http://" + user + "127.0.0.1:" + port));
            }));

            Failure failure = ended(id);
            assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.PROXY_AUTHENTICATION);
            awaitGivenUp(id);
        }
    }

    @Test
    void saysThatItDoesNotAllowTheDestination() {
        put(spec("a", "wss://127.0.0.1:" + (plain().port() - 1) + "/"));

        Failure failure = ended("a");
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.PROXY_FORBIDDEN);
        awaitGivenUp("a");
    }

    @Test
    void saysThatItCannotLookTheNameUp() {
        put(spec("a", "wss://nowhere.invalid:" + secure().port() + "/"));

        Failure failure = ended("a");
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.PROXY_UNREACHABLE);
    }
}

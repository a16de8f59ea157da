package io.flotilla.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** microsocks on the way: SOCKS 5 with user and password. */
class MicrosocksTest extends ProxyContract {

    @Override
    List<String> command(int port) {
        return List.of("microsocks", "-i", "127.0.0.1", "-p", String.valueOf(port), "-u", "me", "-P", "word");
    }

    @Override
    Proxy proxy(int port) {
        return Proxy.of("socks5://me:word@127.0.0.1:" + port);
    }

    @Test
    void saysThatItDoesNotAcceptUs() {
        for (String user : List.of("", "me:another@")) {
            String id = user.isEmpty() ? "nobody" : "somebody";
            put(spec(id, plain().uri().toString()).with(spec -> {
                int port = spec.build().proxy().orElseThrow().port();
                return spec.proxy(Proxy.of("socks5://" + user + "127.0.0.1:" + port));
            }));

            Failure failure = ended(id);
            assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.PROXY_AUTHENTICATION);
            awaitGivenUp(id);
        }
    }
}

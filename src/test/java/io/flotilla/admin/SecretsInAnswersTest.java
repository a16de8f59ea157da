package io.flotilla.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Waiting;
import io.flotilla.connection.ConnectionState;
import io.flotilla.credential.CredentialProvider;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Header;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Proxy;
import io.flotilla.spec.Secret;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Secrets that stand in specs stand in no answer. */
class SecretsInAnswersTest {

    private static final String SECRET = "hush-hush";
    private static final CredentialProvider CREDENTIAL =
            () -> CompletableFuture.completedStage(Secret.of(SECRET + "-credential"));

    /** The first message in a stream of them, with a secret in it that the peer was told. */
    private static String echoed(Served served) {
        var link = served.transport.nextDial().open();
        Waiting.until("it is ready again", () -> served.count(ConnectionState.READY) == 1);
        try (var lines = served.client
                .send(served.request("/api/v1/connections/a/messages").build(), HttpResponse.BodyHandlers.ofLines())
                .body()) {
            link.receive("you said " + SECRET + "-header");
            return lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noAnswerHasASecretInIt() {
        try (Served served =
                Served.start(builder -> builder.credential("vendor", CREDENTIAL), parts -> parts.metrics(() -> ""))) {
            ConnectionSpec spec = ConnectionSpec.builder(
                            "a", "wss://me:" + SECRET + "-user@host/x?key=" + SECRET + "-query")
                    .headers(List.of(Header.of("X-Key", SECRET + "-header")))
                    .opening(new Opening(
                            List.of(Secret.of("{\"auth\":\"" + SECRET + "-on-open\"}")),
                            java.util.Optional.empty(),
                            List.of()))
                    .credential("vendor")
                    .proxy(Proxy.of("http://me:" + SECRET + "-proxy@proxy:3128"))
                    .build();
            Served.get(served.fleet.put(spec));
            served.transport.nextDial().open().end(FailureKind.LOST);
            Waiting.until(
                    "it failed",
                    () -> served.fleet
                            .status(ConnectionId.of("a"))
                            .orElseThrow()
                            .lastFailure()
                            .isPresent());

            assertThat(echoed(served)).contains("you said ***").doesNotContain(SECRET);
            for (Route route : served.server.routes()) {
                if (route.method().value().equals("GET") && route.access() != Route.Access.STREAM) {
                    Served.Answer answer =
                            served.get(route.path().replace("{id}", "a").replace("{file}", "x.css"));
                    assertThat(answer.body()).as(route.path()).doesNotContain(SECRET);
                    assertThat(answer.response().headers().toString()).doesNotContain(SECRET);
                }
            }
            for (String body : List.of(
                    "{\"uri\":\"wss://me:" + SECRET + "@host/?" + SECRET + "\",\"priority\":\"x\"}",
                    "{\"uri\":\"http://me:" + SECRET + "@host/?" + SECRET + "\"}",
                    "{\"uri\":\"ws://host/\",\"headers\":{\"X\":[\"" + SECRET + "\"],\"B@d\":\"" + SECRET + "\"}}",
                    "{\"uri\":\"ws://host/\",\"on-open\":\"" + SECRET + "\"}",
                    "{\"uri\":\"ws://host/\",\"proxy\":\"" + SECRET + "\"}",
                    "{\"uri\":\"ws://host/\",\"headers\":{\"X\":\"" + SECRET + "\"",
                    "{\"token\":\"" + SECRET + "\"}")) {
                Served.Answer answer = served.put("/api/v1/connections/b", body);
                assertThat(answer.status()).isIn(400, 422);
                assertThat(answer.body()).doesNotContain(SECRET);
            }
        }
    }
}

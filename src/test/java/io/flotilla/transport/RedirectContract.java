package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Opening;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which redirects a dial follows, and what it remembers of them, at real sockets. */
public abstract class RedirectContract extends OnGround {

    @ParameterizedTest(name = "{0} with max = {1}")
    @CsvSource({"1, 0", "2, 1", "21, 20"})
    void followsNoMoreRedirectsThanItMay(int redirects, int max) {
        String base = "/limit/" + max + "/";
        for (int i = 0; i < redirects; i++) {
            ground().harbour.on(base + i, Script.answer(302).header("Location", base + (i + 1)));
        }
        var redirecting = new Settings.Redirects(max);
        Failure failure = ground().dial(
                        ground().spec(ground().harbour.uri(base + 0)).redirects(redirecting))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.REDIRECT_REFUSED);
        assertThat(failure.detail()).endsWith("redirects.max = " + max);
        Dialed dialed =
                ground().dial(ground().spec(ground().harbour.uri(base + 1)).redirects(redirecting));
        dialed.awaitOpened();
        leave(dialed);
    }

    @Test
    void takesNoCredentialOfOnOpenToAnotherOrigin() {
        Harbour other = ground().secure("other", HarbourTls::trusted);
        int accepted = other.accepted();
        ground().harbour
                .on(
                        "/away",
                        Script.answer(302)
                                .header("Location", other.uri("https", "/").toString()));
        ground().harbour.on("/near", Script.answer(302).header("Location", "/here"));
        Opening login = new Opening(List.of(Secret.of("login {credential}")), Optional.empty(), List.of());
        Failure failure = ground().dial(
                        ground().spec(ground().harbour.uri("/away")).opening(login))
                .awaitEnded();
        assertThat(failure.kind()).isEqualTo(FailureKind.REDIRECT_REFUSED);
        assertThat(failure.detail()).contains("on-open");
        assertThat(other.accepted()).isEqualTo(accepted);
        Dialed near = ground().dial(ground().spec(ground().harbour.uri("/near")).opening(login));
        near.awaitOpened();
        leave(near);
    }

    @Test
    void beginsAtHomeWhereItsFirstMessagesMayGoNowhereElse() {
        Harbour other = ground().secure("other", HarbourTls::trusted);
        ground().harbour.on("/signed", Script.echo());
        ConnectionSpec spec = ground().spec(ground().harbour.uri("/signed")).build();
        Moved moved = new Moved();
        moved.remember(
                spec.uri(), ConnectionSpec.of("x", other.uri("/").toString()).uri());
        Dialed dialed = new Dialed().knowing(moved).homebound().to(ground().transport, spec);
        assertThat(dialed.awaitOpened().remote().getPort())
                .isEqualTo(ground().harbour.port());
        leave(dialed);
        Dialed free = new Dialed().knowing(moved).to(ground().transport, spec);
        assertThat(free.awaitOpened().remote().getPort()).isEqualTo(other.port());
        leave(free);
    }

    private Dialed dial(Moved moved, String path) {
        return new Dialed()
                .knowing(moved)
                .to(
                        ground().transport,
                        ground().spec(ground().harbour.uri(path)).build());
    }

    private void opens(Moved moved, String path) {
        Dialed dialed = dial(moved, path);
        dialed.awaitOpened();
        leave(dialed);
    }

    @ParameterizedTest(name = "HTTP {0}")
    @ValueSource(ints = {301, 308})
    void beginsWhereThePeerSaidForGoodThatItIs(int status) {
        String path = "/moved/" + status;
        ground().harbour
                .on(
                        path,
                        Script.inTurn(
                                Script.answer(status).header("Location", path + "/now"),
                                Script.empty().rst()));
        Moved moved = new Moved();
        opens(moved, path);
        opens(moved, path);
        opens(moved, path);
        assertThat(moved.of(ground().spec(ground().harbour.uri(path)).build().uri()))
                .get()
                .hasToString(ground().harbour.uri(path + "/now").toString());
        assertThat(moved.of(
                        ground().spec(ground().harbour.uri("/other")).build().uri()))
                .isEmpty();
    }

    @ParameterizedTest(name = "HTTP {0}")
    @ValueSource(ints = {302, 303, 307})
    void asksAgainWhereThePeerSaidWhereItIsForNow(int status) {
        ground().harbour.on("/for-now/" + status, Script.answer(status).header("Location", "/now"));
        Moved moved = new Moved();
        opens(moved, "/for-now/" + status);
        assertThat(moved.of(ground().spec(ground().harbour.uri("/for-now/" + status))
                        .build()
                        .uri()))
                .isEmpty();
    }

    @Test
    void remembersAsFarAsItIsForGood() {
        ground().harbour.on("/far/a", Script.answer(301).header("Location", "/far/b"));
        ground().harbour.on("/far/b", Script.answer(308).header("Location", "/far/c"));
        ground().harbour.on("/far/c", Script.answer(302).header("Location", "/far/d"));
        ground().harbour.on("/far/d", Script.answer(301).header("Location", "/far/e"));
        Moved moved = new Moved();
        opens(moved, "/far/a");
        assertThat(moved.of(
                        ground().spec(ground().harbour.uri("/far/a")).build().uri()))
                .get()
                .hasToString(ground().harbour.uri("/far/c").toString());
    }

    @Test
    void remembersNothingThatDidNotOpen() {
        ground().harbour.on("/to/nothing", Script.answer(301).header("Location", "/nothing"));
        ground().harbour.on("/nothing", Script.answer(503));
        Moved moved = new Moved();
        assertThat(dial(moved, "/to/nothing").awaitEnded().kind()).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(moved.of(ground().spec(ground().harbour.uri("/to/nothing"))
                        .build()
                        .uri()))
                .isEmpty();
    }

    @Test
    void forgetsWhatDoesNotOpenAnyMore() {
        ground().harbour.on("/was", Script.inTurn(Script.answer(301).header("Location", "/is"), Script.echo()));
        ground().harbour.on("/is", Script.inTurn(Script.echo(), Script.answer(503)));
        Moved moved = new Moved();
        opens(moved, "/was");
        assertThat(dial(moved, "/was").awaitEnded().kind()).isEqualTo(FailureKind.UNAVAILABLE);
        opens(moved, "/was");
        assertThat(moved.of(ground().spec(ground().harbour.uri("/was")).build().uri()))
                .isEmpty();
    }

    @Test
    void beginsAnewAtOnceWhereWaitingWouldChangeNothing() {
        ground().harbour.on("/old", Script.inTurn(Script.answer(301).header("Location", "/gone"), Script.echo()));
        ground().harbour.on("/gone", Script.inTurn(Script.echo(), Script.answer(410)));
        Moved moved = new Moved();
        opens(moved, "/old");
        opens(moved, "/old");
    }

    @Test
    void leavesSecretsBehindAlsoWhereItBeginsElsewhere() {
        Harbour other = ground().secure("other", HarbourTls::trusted);
        ground().harbour
                .on(
                        "/home",
                        Script.answer(301)
                                .header(
                                        "Location",
                                        other.uri("https", "/new-home").toString()));
        Moved moved = new Moved();
        for (int i = 0; i < 2; i++) {
            Dialed dialed = new Dialed()
                    .knowing(moved)
                    .to(
                            ground().transport,
                            ground().spec("ws://me:pw@127.0.0.1:"
                                            + ground().harbour.port() + "/home")
                                    .header("Authorization", "Bearer mine")
                                    .build());
            dialed.awaitOpened();
            assertThat(other.nextConnection("/new-home").awaitRequest().header("Authorization"))
                    .isEmpty();
            leave(dialed);
        }
    }
}

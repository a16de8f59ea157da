package io.flotilla.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.Waiting;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Secret;
import io.flotilla.spec.WebSocketUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CredentialsTest {

    private static final ConnectionSpec SPEC =
            ConnectionSpec.of("quotes", "ws://quotes.test/?t={credential}").with(spec -> spec.credential("vendor"));

    private final List<Credentials> made = new ArrayList<>();
    private final Queue<String> changes = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        made.forEach(Credentials::close);
    }

    @Test
    void asksOnceForAllWhoAskAtTheSameTime() {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Secret> answer = new CompletableFuture<>();
        Credentials credentials = with(() -> {
            asked.incrementAndGet();
            return answer;
        });

        List<CompletionStage<Credentials.Prepared>> dials = IntStream.range(0, 50)
                .mapToObj(i -> credentials.prepare(SPEC, Optional.empty()))
                .toList();
        answer.complete(Secret.of("hush"));

        assertThat(dials)
                .allSatisfy(dial -> assertThat(Given.value(dial).credential()).contains(Secret.of("hush")));
        assertThat(asked).hasValue(1);
    }

    @Test
    void refreshesOnceForAllWhoWereRefused() {
        Minting minting = new Minting();
        Credentials credentials = with(minting);
        List<Credentials.Prepared> dials = IntStream.range(0, 50)
                .mapToObj(i -> Given.value(credentials.prepare(SPEC, Optional.empty())))
                .toList();

        assertThat(dials)
                .allSatisfy(dial ->
                        assertThat(Given.value(credentials.repair(dial))).isTrue());

        assertThat(minting.refreshes).hasValue(1);
        assertThat(Given.value(credentials.prepare(SPEC, Optional.empty())).credential())
                .contains(Secret.of("token 1"));
    }

    @Test
    void doesNotRefreshAgainForADialThatWasPreparedBeforeARefreshThatChangedNothing() {
        AtomicInteger refreshes = new AtomicInteger();
        Credentials credentials = with(new CredentialProvider() {
            @Override
            public CompletionStage<Secret> current() {
                return CompletableFuture.completedStage(Secret.of("hush"));
            }

            @Override
            public CompletionStage<Secret> refresh() {
                refreshes.incrementAndGet();
                return current();
            }
        });
        Credentials.Prepared one = Given.value(credentials.prepare(SPEC, Optional.empty()));
        Credentials.Prepared other = Given.value(credentials.prepare(SPEC, Optional.empty()));

        assertThat(Given.value(credentials.repair(one))).isFalse();
        assertThat(Given.value(credentials.repair(other))).isFalse();
        assertThat(refreshes).hasValue(1);

        assertThat(Given.value(credentials.repair(Given.value(credentials.prepare(SPEC, Optional.empty())))))
                .isFalse();
        assertThat(refreshes).hasValue(2);
    }

    @Test
    void letsAProviderSignWhatEachDialSays() {
        AtomicInteger signed = new AtomicInteger();
        Credentials credentials = with(new CredentialProvider() {
            @Override
            public CompletionStage<Secret> current() {
                return CompletableFuture.completedStage(Secret.of("key"));
            }

            @Override
            public CompletionStage<DialContent> sign(DialContent content, Secret credential) {
                int nonce = signed.incrementAndGet();
                return CompletableFuture.completedStage(content.withUri("ws://quotes.test/?nonce=" + nonce)
                        .withHeader("X-Signature", credential.reveal() + nonce)
                        .withOnOpen(List.of("login " + nonce)));
            }
        });

        Given.value(credentials.prepare(SPEC, Optional.empty()));
        ConnectionSpec second =
                Given.value(credentials.prepare(SPEC, Optional.empty())).spec();

        assertThat(second.uri().text()).isEqualTo("ws://quotes.test/?nonce=2");
        assertThat(second.headers().get(0).value()).isEqualTo(Secret.of("key2"));
        assertThat(second.opening().onOpen()).containsExactly(Secret.of("login 2"));
    }

    @Test
    void saysWhyThereIsNoneAndNothingOfWhatAProviderThrows() {
        assertThat(Given.reason(with(() -> {
                            throw new IllegalStateException("hush");
                        })
                        .prepare(SPEC, Optional.empty())))
                .isEqualTo("IllegalStateException");
        assertThat(Given.reason(with(() -> {
                            throw new NoClassDefFoundError("hush");
                        })
                        .prepare(SPEC, Optional.empty())))
                .isEqualTo("NoClassDefFoundError");
        assertThat(Given.reason(with(() -> CompletableFuture.failedStage(new CredentialUnavailable("vault is sealed")))
                        .prepare(SPEC, Optional.empty())))
                .isEqualTo("vault is sealed");
        assertThat(Given.reason(with(() -> new EnvironmentCredential("NO_SUCH", name -> null).current())
                        .prepare(SPEC, Optional.empty())))
                .isEqualTo("environment variable [NO_SUCH] is not set");
    }

    @Test
    void givesUpAQuestionThatIsNotAnsweredAndAsksAgain() {
        AtomicInteger asked = new AtomicInteger();
        Credentials credentials = with(new Timed(
                () -> asked.incrementAndGet() == 1
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedStage(Secret.of("hush")),
                Duration.ofSeconds(2)));

        assertThat(Given.reason(credentials.prepare(SPEC, Optional.empty()))).contains("no answer within 2000 ms");
        assertThat(Given.value(credentials.prepare(SPEC, Optional.empty())).credential())
                .contains(Secret.of("hush"));
    }

    @Test
    void aProviderThatHangsHoldsUpNobodyElse() {
        CountDownLatch never = new CountDownLatch(1);
        Credentials credentials = add(new Credentials(
                Map.of(
                        "vendor",
                        new Timed(
                                () -> {
                                    try {
                                        never.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                    return CompletableFuture.failedStage(new IllegalStateException());
                                },
                                Duration.ofMillis(50)),
                        "other",
                        () -> CompletableFuture.completedStage(Secret.of("hush"))),
                Map.of(),
                (name, byItself) -> {}));

        assertThat(Given.reason(credentials.prepare(SPEC, Optional.empty()))).contains("no answer within 50 ms");
        assertThat(Given.reason(credentials.prepare(SPEC, Optional.empty()))).contains("no answer within 50 ms");
        assertThat(Given.value(credentials.prepare(SPEC.with(spec -> spec.credential("other")), Optional.empty()))
                        .credential())
                .contains(Secret.of("hush"));
    }

    @Test
    void noticesByItselfWhatIsWatched() {
        Minting minting = new Minting();
        Credentials credentials = with(new CredentialProvider() {
            @Override
            public CompletionStage<Secret> current() {
                return minting.current();
            }

            @Override
            public Optional<Duration> watchEvery() {
                return Optional.of(Duration.ofMillis(5));
            }
        });
        Given.value(credentials.prepare(SPEC, Optional.empty()));
        assertThat(changes).isEmpty();

        minting.refreshes.incrementAndGet();

        Waiting.until("the change is told", () -> changes.contains("vendor by itself"));
    }

    @Test
    void asksForTheUriOfEachDialAndWhetherThereIsAnother() {
        AtomicInteger asked = new AtomicInteger();
        List<Optional<Failure>> heard = new ArrayList<>();
        Credentials credentials = add(new Credentials(
                Map.of(),
                Map.of("gateway", (id, configured, last) -> {
                    heard.add(last);
                    return CompletableFuture.completedStage(
                            WebSocketUri.of("ws://host-" + asked.incrementAndGet() / 2 + "/" + id));
                }),
                (name, byItself) -> {}));
        ConnectionSpec spec = ConnectionSpec.of("a", "ws://gateway/").with(change -> change.uriFrom("gateway"));
        Failure gone = Failure.of(FailureKind.GONE, "test");

        Credentials.Prepared dialled = Given.value(credentials.prepare(spec, Optional.empty()));

        assertThat(dialled.spec().uri()).isEqualTo(WebSocketUri.of("ws://host-0/a"));
        assertThat(Given.value(credentials.elsewhere(spec, dialled, gone))).isTrue();
        dialled = Given.value(credentials.prepare(spec, Optional.of(gone)));
        assertThat(dialled.spec().uri()).isEqualTo(WebSocketUri.of("ws://host-1/a"));
        assertThat(Given.value(credentials.elsewhere(
                        spec,
                        new Credentials.Prepared(spec.with(change -> change.uri("ws://host-2/a")), Optional.empty(), 0),
                        gone)))
                .isFalse();
        assertThat(heard).containsExactly(Optional.empty(), Optional.of(gone), Optional.of(gone), Optional.of(gone));
    }

    @Test
    void aProviderOfUrisThatFailsIsSaidWithoutItsWords() {
        Credentials credentials = add(new Credentials(
                Map.of(),
                Map.of("gateway", (id, configured, last) -> {
                    throw new IllegalStateException("hush");
                }),
                (name, byItself) -> {}));

        assertThat(Given.reason(credentials.prepare(
                        ConnectionSpec.of("a", "ws://gateway/").with(change -> change.uriFrom("gateway")),
                        Optional.empty())))
                .isEqualTo("IllegalStateException");
    }

    @Test
    void tellsAChangeThatARefreshBrought() {
        Credentials credentials = with(new Minting());

        Given.value(credentials.repair(Given.value(credentials.prepare(SPEC, Optional.empty()))));

        assertThat(changes).containsExactly("vendor");
    }

    private Credentials with(CredentialProvider provider) {
        return add(new Credentials(
                Map.of("vendor", provider),
                Map.of(),
                (name, byItself) -> changes.add(name + (byItself ? " by itself" : ""))));
    }

    private Credentials add(Credentials credentials) {
        made.add(credentials);
        return credentials;
    }

    /** Gives another token after each refresh. */
    private static final class Minting implements CredentialProvider {
        private final AtomicInteger refreshes = new AtomicInteger();

        @Override
        public CompletionStage<Secret> current() {
            return CompletableFuture.completedStage(Secret.of("token " + refreshes.get()));
        }

        @Override
        public CompletionStage<Secret> refresh() {
            refreshes.incrementAndGet();
            return current();
        }
    }
}

package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.sink.NoneSink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Secret;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.DnsAnswer;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.ScriptedDns;
import io.flotilla.transport.DialStep.HeaderLine;
import io.flotilla.transport.netty.NettyTransport;
import io.flotilla.transport.pekkohttp.PekkoHttpTransport;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What who observes a dial hears of it. */
class StepsTest {

    @TempDir
    Path folder;

    /** What dials. */
    enum Dialer {
        NATIVE,
        NIO,
        PEKKO_HTTP;

        Transport start(FleetSettings.Network network) {
            ReceiveMemory memory = new ReceiveMemory(1 << 20);
            return this == PEKKO_HTTP
                    ? PekkoHttpTransport.start(network, memory, () -> ActorSystem.create("steps"))
                    : NettyTransport.start(network, memory);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsEveryStepInOrderAndNoSecret(Dialer dialer) {
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start()) {
            dns.on("feed.test", DnsAnswer.addresses("127.0.0.1"));
            harbour.on("/old", Script.answer(302).header("Location", "/new?token=sesame"));
            harbour.on(
                    "/new", Script.upgrade().header("Set-Cookie", "id=sesame").header("X-Echo", "my open-sesame"));
            Heard heard = dial(
                    dialer,
                    dns,
                    ConnectionSpec.builder("a", "ws://me:sesame@feed.test:" + harbour.port() + "/old?key=sesame")
                            .header("X-Key", "open-sesame"));

            assertThat(heard.isOpened()).isTrue();
            assertThat(heard.words())
                    .containsExactly(
                            "TargetChosen",
                            "NameLookedUp",
                            "ConnectStarted",
                            "ConnectEnded",
                            "RequestSent",
                            "Answered",
                            "TargetChosen",
                            "NameLookedUp",
                            "ConnectStarted",
                            "ConnectEnded",
                            "RequestSent",
                            "Answered");
            assertThat(heard.first(DialStep.TargetChosen.class).uri())
                    .isEqualTo("ws://feed.test:" + harbour.port() + "/old?***");
            assertThat(heard.first(DialStep.NameLookedUp.class).addresses())
                    .containsExactly(InetAddress.getLoopbackAddress());
            assertThat(heard.first(DialStep.ConnectEnded.class).failure()).isEmpty();
            DialStep.RequestSent request = heard.first(DialStep.RequestSent.class);
            assertThat(request.line()).isEqualTo("GET /old?*** HTTP/1.1");
            assertThat(request.headers())
                    .contains(new HeaderLine("X-Key", "***"), new HeaderLine("Authorization", "***"))
                    .contains(new HeaderLine("Upgrade", "websocket"));
            assertThat(heard.first(DialStep.Answered.class).headers()).contains(new HeaderLine("Location", "/new?***"));
            assertThat(heard.steps.toString()).doesNotContain("sesame");
            assertThat(heard.times).isSorted();
        }
    }

    @ParameterizedTest
    @EnumSource
    void showsThePlaceOfACredentialAndNotTheCredential(Dialer dialer) {
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start()) {
            Heard heard = dial(
                    dialer,
                    dns,
                    ConnectionSpec.builder(
                            "a", "ws://127.0.0.1:" + harbour.port() + "/{credential}/feed?key={credential}"),
                    Optional.of(Secret.of("s/1")));

            assertThat(heard.first(DialStep.TargetChosen.class).uri()).endsWith("/{credential}/feed?***");
            assertThat(heard.first(DialStep.RequestSent.class).line()).isEqualTo("GET /{credential}/feed?*** HTTP/1.1");
            assertThat(heard.steps.toString()).doesNotContain("s/1", "s%2F1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void masksACredentialThatAProviderPutIntoThePath(Dialer dialer) {
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start()) {
            Heard heard = dial(
                    dialer,
                    dns,
                    ConnectionSpec.builder("a", "ws://127.0.0.1:" + harbour.port() + "/open%2Fsesame/feed"),
                    Optional.of(Secret.of("open/sesame")));

            assertThat(heard.first(DialStep.TargetChosen.class).uri()).endsWith("/***/feed");
            assertThat(heard.first(DialStep.RequestSent.class).line()).isEqualTo("GET /***/feed HTTP/1.1");
            assertThat(heard.steps.toString()).doesNotContain("sesame");
        }
    }

    @ParameterizedTest
    @EnumSource
    void masksBeforeItCutsOff(Dialer dialer) {
        String secret = "open sesame, please";
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start()) {
            harbour.on(
                    "/",
                    Script.answer(401)
                            .header("WWW-Authenticate", secret)
                            .header("Server", "x".repeat(190) + secret)
                            .header("Location", "/" + "x".repeat(190) + secret));
            Heard heard = dial(
                    dialer,
                    dns,
                    ConnectionSpec.builder("a", harbour.uri("/").toString()),
                    Optional.of(Secret.of(secret)));

            assertThat(heard.failure().evidence().headers().get("Server")).startsWith("xxx");
            assertThat(heard.failure().evidence().toString() + heard.steps).doesNotContain("open");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatTlsAgreedOnBeforeTheRequest(Dialer dialer) {
        HarbourTls tls = HarbourTls.trusted();
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start(tls)) {
            Heard heard = dial(
                    dialer,
                    dns,
                    ConnectionSpec.builder("a", harbour.uri("/").toString())
                            .tls(new Settings.Tls(Optional.of(tls.writeTrust(folder)), true)));

            assertThat(heard.isOpened()).isTrue();
            assertThat(heard.words())
                    .containsExactly(
                            "TargetChosen",
                            "NameLookedUp",
                            "ConnectStarted",
                            "ConnectEnded",
                            "CertificatesShown",
                            "Secured",
                            "RequestSent",
                            "Answered");
            assertThat(heard.first(DialStep.CertificatesShown.class).chain()).contains(tls.certificate());
        }
    }

    @ParameterizedTest
    @EnumSource
    void showsTheCertificatesThatItRefuses(Dialer dialer) {
        HarbourTls tls = HarbourTls.selfSigned();
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start(tls)) {
            Heard heard = dial(
                    dialer, dns, ConnectionSpec.builder("a", harbour.uri("/").toString()));

            assertThat(heard.failure().kind()).isEqualTo(FailureKind.TLS_UNTRUSTED);
            assertThat(heard.first(DialStep.CertificatesShown.class).chain()).contains(tls.certificate());
            assertThat(heard.words()).doesNotContain("Secured", "RequestSent");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhichAddressRefused(Dialer dialer) {
        try (ScriptedDns dns = ScriptedDns.start();
                Harbour harbour = Harbour.start()) {
            dns.on("two.test", DnsAnswer.addresses("127.0.0.9", "127.0.0.1"));
            Heard heard = dial(dialer, dns, ConnectionSpec.builder("a", "ws://two.test:" + harbour.port() + "/"));

            assertThat(heard.isOpened()).isTrue();
            assertThat(heard.first(DialStep.NameLookedUp.class).addresses()).hasSize(2);
            List<DialStep.ConnectEnded> tries = heard.all(DialStep.ConnectEnded.class);
            assertThat(tries.get(tries.size() - 1).failure()).isEmpty();
            assertThat(tries)
                    .allSatisfy(attempt -> assertThat(attempt.failure().isEmpty()
                                    || attempt.failure().get() == FailureKind.CONNECTION_REFUSED)
                            .isTrue());
        }
    }

    private static Heard dial(Dialer dialer, ScriptedDns dns, ConnectionSpec.Builder spec) {
        return dial(dialer, dns, spec, Optional.empty());
    }

    private static Heard dial(
            Dialer dialer, ScriptedDns dns, ConnectionSpec.Builder spec, Optional<Secret> credential) {
        String server = "127.0.0.1:" + dns.address().getPort();
        boolean natives = dialer == Dialer.NATIVE;
        try (Transport transport = dialer.start(new FleetSettings.Network(1, natives, natives, List.of(server)))) {
            Heard heard = new Heard();
            transport.dial(
                    new Dial(spec.build(), 1, credential, Optional.empty(), NoneSink.INSTANCE, heard, new Traffic()));
            Dialed.get(heard.over, "opened or ended");
            return heard;
        }
    }

    private static final class Heard implements LinkListener, DialObserver {
        private final List<DialStep> steps = new CopyOnWriteArrayList<>();
        private final List<Duration> times = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Object> over = new CompletableFuture<>();

        @Override
        public Optional<DialObserver> observer() {
            return Optional.of(this);
        }

        @Override
        public void met(Duration after, DialStep step) {
            times.add(after);
            steps.add(step);
        }

        @Override
        public void opened(Opened opened) {
            over.complete(opened);
        }

        @Override
        public void ended(Failure failure) {
            over.complete(failure);
        }

        @Override
        public void sinkFailed(Throwable thrown) {
            over.completeExceptionally(thrown);
        }

        boolean isOpened() {
            return over.join() instanceof Opened;
        }

        Failure failure() {
            return (Failure) over.join();
        }

        List<String> words() {
            return steps.stream().map(step -> step.getClass().getSimpleName()).toList();
        }

        <T extends DialStep> List<T> all(Class<T> type) {
            return steps.stream().filter(type::isInstance).map(type::cast).toList();
        }

        <T extends DialStep> T first(Class<T> type) {
            return all(type).get(0);
        }
    }
}
